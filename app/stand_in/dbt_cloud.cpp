#include "app/stand_in/dbt_cloud.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "net/crypto.hpp"
#include "net/url.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

constexpr std::int64_t kProject = 70;
constexpr std::int64_t kEnvironment = 700;
constexpr int kOwnSteps = 3;  // clone, profile, `dbt deps`: before the job's own
constexpr std::size_t kMostPerPage = 100;

struct Refused {
  int status;
  std::string message;
};

// "2026-05-04 01:14:52+00:00", as the API writes times.
std::string time_text(UtcTime time) {
  std::string text = iso8601(time);
  text.back() = '+';
  return text + "00:00";
}

json envelope(int status, const std::string& message, json data) {
  return {{"status",
           {{"code", status},
            {"is_success", status / 100 == 2},
            {"user_message", message},
            {"developer_message", ""}}},
          {"data", std::move(data)}};
}

net::Response json_response(int status, const json& body) {
  net::Response response;
  response.status = status;
  response.body = body.dump();
  response.headers.set("content-type", "application/json");
  return response;
}

std::int64_t number_in(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) {
    throw Refused{400, "'" + text + "' is not a number"};
  }
  return std::stoll(text);
}

std::string words_for(int status) {
  switch (status) {
    case 1:
      return "Queued";
    case 3:
      return "Running";
    case 10:
      return "Success";
    case 20:
      return "Error";
    default:
      return "Cancelled";
  }
}

bool is_over(const CloudStandInRun& run) { return run.status >= 10; }

}  // namespace

struct DbtCloudState {
  DbtCloudStandInOptions options;
  std::string url;
  std::vector<CloudStandInJob> jobs;
  std::vector<CloudStandInRun> runs;  // oldest first
  std::int64_t next_id = 4'711;

  const CloudStandInJob* find_job(std::int64_t id) const {
    const auto found = std::ranges::find(jobs, id, &CloudStandInJob::id);
    return found == jobs.end() ? nullptr : &*found;
  }
  CloudStandInRun* find_run(std::int64_t id) {
    const auto found = std::ranges::find(runs, id, &CloudStandInRun::id);
    return found == runs.end() ? nullptr : &*found;
  }
};

class DbtCloudStandIn::Api {
 public:
  explicit Api(DbtCloudStandInOptions options) { state.options = std::move(options); }

  net::Response answer(const net::ServerRequest& from);

  DbtCloudState state;

 private:
  struct Request {
    std::string method;
    std::vector<std::string> segments;  // after the account
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string body;

    std::string parameter(std::string_view name, std::string otherwise = {}) const {
      for (const auto& [key, value] : parameters) {
        if (key == name) return value;
      }
      return otherwise;
    }
    bool includes(std::string_view related) const {
      return ("," + parameter("include_related") + ",").find("," + std::string(related) + ",") !=
             std::string::npos;
    }
  };

  void check_caller(const net::ServerRequest& from, const std::vector<std::string>& segments) const;
  net::Response route(const Request& request);
  net::Response list_runs(const Request& request) const;
  net::Response artifact(const CloudStandInRun& run, const Request& request) const;
  net::Response trigger(const CloudStandInJob& job, const Request& request);
  json run_json(const CloudStandInRun& run, const Request& request) const;
  json steps_json(const CloudStandInRun& run) const;
  json job_json(const CloudStandInJob& job) const;
};

void DbtCloudStandIn::Api::check_caller(const net::ServerRequest& from,
                                        const std::vector<std::string>& segments) const {
  const std::string given(from.headers.get("authorization").value_or(""));
  const std::string token = state.options.token.expose();
  if (given != "Token " + token && given != "Bearer " + token) throw Refused{401, "Invalid token."};
  const bool is_known = segments.size() > 4 && segments[0] == "api" && segments[1] == "v2" &&
                        segments[2] == "accounts" && segments[3] == std::to_string(state.options.account);
  if (!is_known) throw Refused{404, "The requested resource was not found."};
}

net::Response DbtCloudStandIn::Api::answer(const net::ServerRequest& from) {
  try {
    std::vector<std::string> segments = segments_of(from.path());
    check_caller(from, segments);
    Request request;
    request.method = from.method;
    request.segments.assign(segments.begin() + 4, segments.end());
    request.parameters = net::parse_query(from.query()).value_or(decltype(request.parameters){});
    request.body = from.body;
    return route(request);
  } catch (const Refused& refused) {
    return json_response(refused.status, envelope(refused.status, refused.message, nullptr));
  }
}

// Paths end with a slash, which leaves an empty last segment; those of artifacts do not.
net::Response DbtCloudStandIn::Api::route(const Request& request) {
  const auto& segments = request.segments;
  const bool is_post = request.method == "POST";
  if (is_post ? !state.options.may_run_jobs : !state.options.may_read_runs) {
    throw Refused{403, "You do not have permission to perform this action."};
  }
  if (segments[0] == "runs" && segments.size() == 2 && segments[1].empty()) return list_runs(request);
  if (segments[0] == "runs" && segments.size() >= 3) {
    const CloudStandInRun* run = state.find_run(number_in(segments[1]));
    if (run == nullptr) throw Refused{404, "The requested resource was not found."};
    if (segments[2].empty()) return json_response(200, envelope(200, "Success!", run_json(*run, request)));
    if (segments[2] == "artifacts" && segments.size() == 4) return artifact(*run, request);
  }
  if (segments[0] == "jobs" && segments.size() >= 3) {
    const CloudStandInJob* job = state.find_job(number_in(segments[1]));
    if (job == nullptr) throw Refused{404, "The requested resource was not found."};
    if (segments[2].empty()) return json_response(200, envelope(200, "Success!", job_json(*job)));
    if (segments[2] == "run" && is_post) return trigger(*job, request);
  }
  throw Refused{404, "The requested resource was not found."};
}

net::Response DbtCloudStandIn::Api::list_runs(const Request& request) const {
  const std::string order = request.parameter("order_by", "id");
  if (order != "id" && order != "-id")
    throw Refused{400, "order_by is not one of id, created_at, finished_at"};
  const auto limit = std::min<std::size_t>(
      static_cast<std::size_t>(number_in(request.parameter("limit", "100"))), kMostPerPage);
  const auto offset = static_cast<std::size_t>(number_in(request.parameter("offset", "0")));
  const std::string job = request.parameter("job_definition_id");
  const std::string status = request.parameter("status");
  std::vector<const CloudStandInRun*> found;
  for (const CloudStandInRun& run : state.runs) {
    if (!job.empty() && std::to_string(run.job) != job) continue;
    if (!status.empty() && std::to_string(run.status) != status) continue;
    found.push_back(&run);
  }
  if (order == "-id") std::reverse(found.begin(), found.end());
  json data = json::array();
  for (std::size_t i = offset; i < std::min(found.size(), offset + limit); ++i) {
    data.push_back(run_json(*found[i], request));
  }
  const std::size_t count = data.size();
  json answer = envelope(200, "Success!", std::move(data));
  answer["extra"] = {{"filters", {{"limit", limit}, {"offset", offset}}},
                     {"order_by", order},
                     {"pagination", {{"count", count}, {"total_count", found.size()}}}};
  return json_response(200, answer);
}

net::Response DbtCloudStandIn::Api::artifact(const CloudStandInRun& run, const Request& request) const {
  const std::size_t last = state.find_job(run.job)->steps.size() - 1;
  std::size_t place = last;
  const std::string step = request.parameter("step");
  if (!step.empty() && state.options.knows_steps) {
    const std::int64_t index = number_in(step);
    place = index > kOwnSteps ? static_cast<std::size_t>(index - kOwnSteps - 1) : last + 1;
  }
  const auto files = run.files.find(place);
  if (run.are_artifacts_saved && files != run.files.end()) {
    if (const auto file = files->second.find(request.segments[3]); file != files->second.end()) {
      net::Response response;
      response.status = 200;
      response.headers.set("content-type", "application/json");
      response.body = file->second;
      return response;
    }
  }
  throw Refused{404, "The requested artifact was not found."};
}

net::Response DbtCloudStandIn::Api::trigger(const CloudStandInJob& job, const Request& request) {
  const json body = json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("cause") || !body["cause"].is_string()) {
    throw Refused{400, "cause: this field is required"};
  }
  CloudStandInRun run;
  run.id = state.next_id++;
  run.job = job.id;
  run.cause = body["cause"].get<std::string>();
  if (run.cause.size() > 255) throw Refused{400, "cause: at most 255 characters"};
  run.git_sha = body.value("git_sha", "");
  run.git_branch = body.value("git_branch", "");
  run.created_at = state.options.now();
  state.runs.push_back(run);
  return json_response(200, envelope(200, "Success!", run_json(run, request)));
}

json DbtCloudStandIn::Api::steps_json(const CloudStandInRun& run) const {
  std::vector<std::string> names = {"Clone git repository", "Create profile from connection Snowflake",
                                    "Invoke dbt with `dbt deps`"};
  for (const std::string& step : state.find_job(run.job)->steps)
    names.push_back("Invoke dbt with `" + step + "`");
  json steps = json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const int status = is_over(run) ? run.status : 1;
    steps.push_back({{"id", run.id * 100 + static_cast<std::int64_t>(i)},
                     {"run_id", run.id},
                     {"account_id", state.options.account},
                     {"index", i + 1},
                     {"name", names[i]},
                     {"status", i < kOwnSteps && is_over(run) ? 10 : status},
                     {"status_humanized", words_for(status)},
                     {"created_at", time_text(run.created_at)},
                     {"updated_at", time_text(run.created_at)}});
  }
  return steps;
}

json DbtCloudStandIn::Api::run_json(const CloudStandInRun& run, const Request& request) const {
  json out = {{"id", run.id},
              {"account_id", state.options.account},
              {"project_id", kProject},
              {"environment_id", kEnvironment},
              {"job_definition_id", run.job},
              {"status", run.status},
              {"status_humanized", words_for(run.status)},
              {"status_message", run.message},
              {"artifacts_saved", run.are_artifacts_saved},
              {"created_at", time_text(run.created_at)},
              {"updated_at", time_text(run.created_at)},
              {"is_complete", is_over(run)},
              {"is_success", run.status == 10},
              {"is_error", run.status == 20},
              {"is_cancelled", run.status == 30},
              {"in_progress", !is_over(run)},
              {"href", fmt::format("{}/deploy/{}/projects/{}/runs/{}/", state.url, state.options.account,
                                   kProject, run.id)}};
  // A run learns its commit when the repository has been cloned.
  if (!run.git_sha.empty() && run.status != 1) out["git_sha"] = run.git_sha;
  if (!run.git_branch.empty()) out["git_branch"] = run.git_branch;
  if (is_over(run)) out["finished_at"] = time_text(run.finished_at);
  if (request.includes("trigger")) {
    json trigger = {{"cause", run.cause}, {"job_definition_id", run.job}};
    if (!run.git_sha.empty()) trigger["git_sha"] = run.git_sha;
    if (!run.git_branch.empty()) trigger["git_branch"] = run.git_branch;
    if (run.pull_request) {
      trigger[run.is_gitlab ? "gitlab_merge_request_id" : "github_pull_request_id"] = *run.pull_request;
    }
    out["trigger"] = std::move(trigger);
  }
  if (request.includes("run_steps")) out["run_steps"] = steps_json(run);
  return out;
}

json DbtCloudStandIn::Api::job_json(const CloudStandInJob& job) const {
  return {{"id", job.id},
          {"account_id", state.options.account},
          {"project_id", kProject},
          {"environment_id", kEnvironment},
          {"name", job.name},
          {"job_type", job.type},
          {"execute_steps", job.steps},
          {"state", 1}};
}

DbtCloudStandIn::DbtCloudStandIn(asio::any_io_executor executor, DbtCloudStandInOptions options)
    : api_(std::make_unique<Api>(std::move(options))),
      wire_(std::move(executor),
            [this](const net::ServerRequest& request) { return api_->answer(request); }) {}

DbtCloudStandIn::~DbtCloudStandIn() = default;

void DbtCloudStandIn::start(std::uint16_t port) {
  wire_.start(port);
  api_->state.url = wire_.url();
}

Wire& DbtCloudStandIn::wire() { return wire_; }

std::int64_t DbtCloudStandIn::add_job(std::string name, std::string type, std::vector<std::string> steps) {
  DbtCloudState& state = api_->state;
  state.jobs.push_back({state.next_id++, std::move(name), std::move(type), std::move(steps)});
  return state.jobs.back().id;
}

Hook DbtCloudStandIn::start_run(std::int64_t job, std::string git_sha,
                                std::optional<std::int64_t> pull_request, std::string git_branch) {
  DbtCloudState& state = api_->state;
  CloudStandInRun run;
  run.id = state.next_id++;
  run.job = job;
  run.status = 3;
  run.git_sha = std::move(git_sha);
  run.git_branch = std::move(git_branch);
  run.pull_request = pull_request;
  run.cause = pull_request ? "Pull request" : "scheduled";
  run.created_at = state.options.now();
  for (CloudStandInRun& other : state.runs) {
    const bool is_replaced =
        pull_request && other.job == job && other.pull_request == pull_request && !is_over(other);
    if (is_replaced)
      end(other.id, 30, "Run cancelled: a newer commit of the pull request is being built", {});
  }
  state.runs.push_back(run);
  return hook_of(run, "job.run.started", "Running");
}

Hook DbtCloudStandIn::end(std::int64_t id, int status, std::string message, CloudFiles files) {
  CloudStandInRun& run = run_at(id);
  run.status = status;
  run.message = std::move(message);
  run.are_artifacts_saved = !files.empty();
  run.files = std::move(files);
  run.finished_at = api_->state.options.now();
  return hook_of(run, status == 20 ? "job.run.errored" : "job.run.completed",
                 status == 10   ? "Success"
                 : status == 20 ? "Errored"
                                : "Cancelled");
}

Hook DbtCloudStandIn::succeed(std::int64_t run, CloudFiles files) {
  return end(run, 10, "", std::move(files));
}

Hook DbtCloudStandIn::fail(std::int64_t run, std::string message, CloudFiles files) {
  return end(run, 20, std::move(message), std::move(files));
}

Hook DbtCloudStandIn::cancel(std::int64_t run, std::string message) {
  return end(run, 30, std::move(message), {});
}

void DbtCloudStandIn::expire(std::int64_t run) { run_at(run).files.clear(); }

void DbtCloudStandIn::set_permissions(bool may_read_runs, bool may_run_jobs) {
  api_->state.options.may_read_runs = may_read_runs;
  api_->state.options.may_run_jobs = may_run_jobs;
}

CloudStandInRun& DbtCloudStandIn::run_at(std::int64_t id) {
  CloudStandInRun* run = api_->state.find_run(id);
  if (run == nullptr) throw std::runtime_error("no such run: " + std::to_string(id));
  return *run;
}

const CloudStandInRun& DbtCloudStandIn::run(std::int64_t id) const {
  const CloudStandInRun* run = api_->state.find_run(id);
  if (run == nullptr) throw std::runtime_error("no such run: " + std::to_string(id));
  return *run;
}

const std::vector<CloudStandInRun>& DbtCloudStandIn::runs() const { return api_->state.runs; }
std::int64_t DbtCloudStandIn::newest_run() const { return api_->state.runs.back().id; }

Hook DbtCloudStandIn::sign(const std::string& event, std::string body) const {
  Hook hook;
  hook.event = event;
  hook.headers = {{"content-type", "application/json"},
                  {"authorization", net::to_hex(net::hmac_sha256(api_->state.options.webhook_secret, body))}};
  hook.body = std::move(body);
  return hook;
}

// Ids are texts there (dbt docs, "Webhooks").
Hook DbtCloudStandIn::hook_of(const CloudStandInRun& run, const std::string& event,
                              const std::string& status) const {
  const json body = {{"accountId", api_->state.options.account},
                     {"webhookId", "wsu_standin"},
                     {"eventId", "wev_" + net::to_hex(net::random_bytes(12))},
                     {"timestamp", iso8601(api_->state.options.now())},
                     {"eventType", event},
                     {"webhookName", "diffgate"},
                     {"data",
                      {{"jobId", std::to_string(run.job)},
                       {"jobName", api_->state.find_job(run.job)->name},
                       {"runId", std::to_string(run.id)},
                       {"environmentId", std::to_string(kEnvironment)},
                       {"projectName", "shop"},
                       {"runStatus", status},
                       {"runStatusMessage", run.message},
                       {"runReason", run.cause}}}};
  return sign(event, body.dump());
}

}  // namespace diffgate::app::stand_in
