#include "dbt/cloud_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

using Json = nlohmann::json;

// A field that is missing, null or of another type is taken as absent: the API leaves out and adds fields
// without a new version.
std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

bool flag_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

const Json& object_of(const Json& object, const char* key) {
  static const Json none = Json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : none;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// dbt Cloud writes "2024-05-04 01:14:52.123456+00:00"; the newer API an ISO 8601 "T".
UtcTime time_of(const Json& object, const char* key) {
  std::string text = text_of(object, key);
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  return parse_iso8601(text).value_or(UtcTime());
}

CloudStatus status_of(std::int64_t code) {
  switch (code) {
    case 1:
      return CloudStatus::queued;
    case 2:
      return CloudStatus::starting;
    case 3:
      return CloudStatus::running;
    case 10:
      return CloudStatus::success;
    case 20:
      return CloudStatus::error;
    case 30:
      return CloudStatus::cancelled;
    default:
      return CloudStatus::unknown;
  }
}

[[noreturn]] void refuse(const std::string& what, const std::string& where) {
  throw Error(ErrorClass::remote_final, what, where, "is dbt_cloud.url the address of dbt Cloud's API?");
}

Json parse_envelope(std::string_view text, const std::string& where) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("data")) refuse("the answer is not dbt Cloud's: no 'data'", where);
  return json;
}

std::optional<std::int64_t> pull_request_of(const Json& trigger) {
  for (const char* key : {"github_pull_request_id", "gitlab_merge_request_id", "azure_pull_request_id",
                          "non_native_pull_request_id"}) {
    if (const auto number = number_of(trigger, key)) return number;
  }
  return std::nullopt;
}

CloudRun run_of(const Json& json, const std::string& where) {
  if (!json.is_object()) refuse("a run is not an object", where);
  const auto id = number_of(json, "id");
  const auto status = number_of(json, "status");
  if (!id || !status) refuse("a run has no 'id' or no 'status'", where);
  const Json& trigger = object_of(json, "trigger");
  CloudRun run;
  run.id = CloudRunId(*id);
  run.job = CloudJobId(number_of(json, "job_definition_id").value_or(0));
  run.project = number_of(json, "project_id").value_or(0);
  run.status = status_of(*status);
  run.message = text_of(json, "status_message");
  run.is_skipped =
      lower(text_of(json, "status_humanized")) == "skipped" ||
      (run.status == CloudStatus::cancelled && lower(run.message).find("skip") != std::string::npos);
  run.git_sha = lower(text_of(json, "git_sha"));
  if (run.git_sha.empty()) run.git_sha = lower(text_of(trigger, "git_sha"));
  run.git_branch = text_of(json, "git_branch");
  if (run.git_branch.empty()) run.git_branch = text_of(trigger, "git_branch");
  run.pull_request = pull_request_of(trigger);
  run.has_artifacts = flag_of(json, "artifacts_saved");
  run.created_at = time_of(json, "created_at");
  run.finished_at = time_of(json, "finished_at");
  const auto steps = json.find("run_steps");
  if (steps == json.end() || !steps->is_array()) return run;
  for (const Json& step : *steps) {
    if (!step.is_object()) continue;
    run.steps.push_back({static_cast<int>(number_of(step, "index").value_or(0)), text_of(step, "name"),
                         status_of(number_of(step, "status").value_or(0))});
  }
  std::ranges::sort(run.steps, {}, &CloudStep::index);
  return run;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// dbt's commands that make tables; "run-operation" makes what nobody knows.
bool builds(std::string_view command) {
  return is_one_of(command, {"build", "run", "seed", "snapshot", "retry"});
}

bool writes_manifest(std::string_view command) {
  return builds(command) || is_one_of(command, {"ls", "list", "parse", "compile", "docs", "test", "source",
                                                "run-operation", "show", "clone"});
}

}  // namespace

std::string_view words_for(CloudStatus status) {
  switch (status) {
    case CloudStatus::queued:
      return "queued";
    case CloudStatus::starting:
      return "starting";
    case CloudStatus::running:
      return "running";
    case CloudStatus::success:
      return "successful";
    case CloudStatus::error:
      return "failed";
    case CloudStatus::cancelled:
      return "cancelled";
    case CloudStatus::unknown:
      break;
  }
  return "in a state that is not known";
}

CloudRun read_cloud_run(std::string_view json, const std::string& where) {
  return run_of(parse_envelope(json, where).at("data"), where);
}

CloudRunPage read_cloud_runs(std::string_view json, const std::string& where) {
  const Json envelope = parse_envelope(json, where);
  const Json& data = envelope.at("data");
  if (!data.is_array()) refuse("'data' is not a list", where);
  CloudRunPage page;
  for (const Json& run : data) page.runs.push_back(run_of(run, where));
  const Json& pagination = object_of(object_of(envelope, "extra"), "pagination");
  page.total = number_of(pagination, "total_count").value_or(static_cast<std::int64_t>(page.runs.size()));
  return page;
}

CloudJob read_cloud_job(std::string_view json, const std::string& where) {
  const Json envelope = parse_envelope(json, where);
  const Json& data = envelope.at("data");
  if (!data.is_object()) refuse("'data' is not a job", where);
  CloudJob job;
  job.id = CloudJobId(number_of(data, "id").value_or(0));
  job.name = text_of(data, "name");
  job.type = text_of(data, "job_type");
  constexpr std::int64_t kDeleted = 2;
  job.is_deleted = number_of(data, "state") == kDeleted;
  const auto steps = data.find("execute_steps");
  if (steps == data.end() || !steps->is_array()) return job;
  for (const Json& step : *steps) {
    if (step.is_string()) job.steps.push_back(step.get<std::string>());
  }
  return job;
}

std::string cloud_error_message(std::string_view json) {
  const Json envelope = Json::parse(json, nullptr, false);
  if (!envelope.is_object()) return {};
  const Json& status = object_of(envelope, "status");
  std::string message = text_of(status, "user_message");
  if (message.empty()) message = text_of(status, "developer_message");
  if (message.empty()) message = text_of(envelope, "detail");
  std::ranges::replace_if(message, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  constexpr std::size_t kShown = 300;
  return message.substr(0, kShown);
}

std::string dbt_command_of(std::string_view step_name) {
  // The command stands between backticks, or is the whole name.
  const std::size_t open = step_name.find('`');
  if (open != std::string_view::npos) {
    step_name.remove_prefix(open + 1);
    step_name = step_name.substr(0, step_name.find('`'));
  }
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < step_name.size();) {
    const std::size_t begin = step_name.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(step_name.find(' ', begin), step_name.size());
    words.push_back(step_name.substr(begin, end - begin));
    at = end;
  }
  // Options may stand before the command, with values of their own: the first word that is a command is it.
  if (words.empty() || !is_one_of(words.front(), {"dbt", "dbtf"})) return {};
  for (const std::string_view word : words) {
    if (writes_manifest(word) || is_one_of(word, {"deps", "clean", "debug", "init"}))
      return std::string(word);
  }
  return {};
}

std::vector<CloudStep> build_steps(const CloudRun& run) {
  std::vector<CloudStep> steps;
  for (const CloudStep& step : run.steps) {
    if (builds(dbt_command_of(step.name))) steps.push_back(step);
  }
  return steps;
}

std::vector<CloudStep> manifest_steps(const CloudRun& run) {
  std::vector<CloudStep> steps = build_steps(run);
  if (steps.size() > 1) steps.erase(steps.begin(), steps.end() - 1);
  for (auto step = run.steps.rbegin(); step != run.steps.rend(); ++step) {
    const bool is_there = std::ranges::find(steps, step->index, &CloudStep::index) != steps.end();
    if (!is_there && writes_manifest(dbt_command_of(step->name))) steps.push_back(*step);
  }
  return steps;
}

}  // namespace diffgate::dbt
