#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "app/server/problem.hpp"
#include "app/server/routes.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxRuns = 500;

Json time_or_null(UtcTime time) {
  if (time == UtcTime()) return nullptr;
  return iso8601(time);
}

Json to_json(const Run& run) {
  return {{"id", run.id.value()},
          {"project", run.key.project.value()},
          {"project_name", run.project_name},
          {"forge", run.key.forge},
          {"repository", run.repository.full_name},
          {"pull_request", run.key.pull.value()},
          {"pull_request_url", run.pull_url},
          {"base_branch", run.base_branch},
          {"base_sha", run.base_sha.value()},
          {"head_branch", run.head_branch},
          {"head_sha", run.key.head_sha.value()},
          {"production_sha", run.prod_sha},
          {"state", name_of(run.state)},
          {"reason_code", run.reason_code},
          {"reason", run.reason},
          {"attempt", run.attempt},
          {"created_at", time_or_null(run.created_at)},
          {"started_at", time_or_null(run.started_at)},
          {"finished_at", time_or_null(run.finished_at)}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json parse_stored(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json::parse(text, nullptr, false);
}

std::int64_t parse_number(const std::string& name, const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw Error(ErrorClass::caller, "not a number", name + "=" + text);
  }
  return number;
}

RunFilter parse_filter(std::string_view query, std::vector<ProjectId> visible) {
  const auto pairs = net::parse_query(query);
  if (!pairs) throw Error(ErrorClass::caller, "the query string is malformed");
  RunFilter filter;
  filter.projects = std::move(visible);
  for (const auto& [name, value] : *pairs) {
    if (name == "project") {
      const ProjectId wanted(parse_number(name, value));
      const bool is_visible =
          std::find(filter.projects.begin(), filter.projects.end(), wanted) != filter.projects.end();
      filter.projects = is_visible ? std::vector{wanted} : std::vector<ProjectId>{};
    } else if (name == "pr") {
      filter.pull = vcs::PullNumber(parse_number(name, value));
    } else if (name == "sha") {
      filter.head_sha = vcs::Sha(value);
    } else if (name == "limit") {
      filter.limit = std::min(static_cast<std::size_t>(parse_number(name, value)), kMaxRuns);
    } else {
      throw Error(ErrorClass::caller, "unknown parameter", name, "project, pr, sha or limit");
    }
  }
  return filter;
}

Awaitable<net::ServerResponse> list_runs(ServerParts& server, Call call) {
  RunFilter filter = parse_filter(call.request.query(), call.access.projects_with(config::Scope::read));
  const std::vector<Run> runs = co_await server.store.list_runs(std::move(filter));
  Json list = Json::array();
  for (const Run& run : runs) list.push_back(to_json(run));
  co_return json_response(200, dump({{"runs", std::move(list)}}));
}

Awaitable<net::ServerResponse> show_run(ServerParts& server, Call call) {
  const Run& run = *call.run;
  const std::vector<ModelRow> models = co_await server.store.models(run.id);
  Json json = to_json(run);
  Json list = Json::array();
  for (const ModelRow& model : models) list.push_back(parse_stored(model.json));
  json["models"] = std::move(list);
  json["report"] = parse_stored(run.report_json);
  co_return json_response(200, dump(json));
}

Awaitable<net::ServerResponse> confirm_run(ServerParts& server, Call call) {
  const bool is_started = co_await server.events.confirm_run(call.run->id);
  if (!is_started) co_return problem(409, "Conflict", "the run does not wait for a confirmation");
  co_return json_response(202, "{\"accepted\":true}\n");
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/runs", .subject = Subject::any_key, .handle = list_runs},
    Route{.method = "GET", .path = "/api/v1/runs/{run}", .subject = Subject::run, .handle = show_run},
    Route{.method = "POST",
          .path = "/api/v1/runs/{run}/confirm",
          .subject = Subject::run,
          .scope = config::Scope::run,
          .handle = confirm_run},
};

}  // namespace

std::span<const Route> run_routes() { return kRoutes; }

}  // namespace diffgate::app
