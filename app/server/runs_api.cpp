#include <charconv>
#include <nlohmann/json.hpp>

#include "app/server/keys.hpp"
#include "app/server/problem.hpp"
#include "app/server/server.hpp"
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

net::ServerResponse unauthorized() {
  return problem(401, "Unauthorized", "send a project's key as \"Authorization: Key …\"");
}

RunFilter parse_filter(std::string_view query, std::vector<ProjectId> visible) {
  const auto pairs = net::parse_query(query);
  if (!pairs) throw Error(ErrorClass::caller, "the query string is malformed");
  RunFilter filter;
  filter.projects = std::move(visible);
  for (const auto& [name, value] : *pairs) {
    if (name == "project") {
      const ProjectId wanted(parse_number(name, value));
      filter.projects = may_use(filter.projects, wanted) ? std::vector{wanted} : std::vector<ProjectId>{};
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

}  // namespace

Awaitable<net::ServerResponse> list_runs(ServerParts& server, net::ServerRequest request) {
  std::vector<ProjectId> visible = projects_of_key(server.config, request.headers);
  if (visible.empty()) co_return unauthorized();
  RunFilter filter = parse_filter(request.query(), std::move(visible));
  const std::vector<Run> runs = co_await server.store.list_runs(std::move(filter));
  Json list = Json::array();
  for (const Run& run : runs) list.push_back(to_json(run));
  co_return json_response(200, dump({{"runs", std::move(list)}}));
}

Awaitable<net::ServerResponse> show_run(ServerParts& server, RunId id, net::ServerRequest request) {
  const std::vector<ProjectId> visible = projects_of_key(server.config, request.headers);
  if (visible.empty()) co_return unauthorized();
  const std::optional<Run> run = co_await server.store.run(id);
  if (!run || !may_use(visible, run->key.project))
    co_return problem(404, "Not found", "there is no such run");
  const std::vector<ModelRow> models = co_await server.store.models(id);
  Json json = to_json(*run);
  Json list = Json::array();
  for (const ModelRow& model : models) list.push_back(parse_stored(model.json));
  json["models"] = std::move(list);
  json["report"] = parse_stored(run->report_json);
  co_return json_response(200, dump(json));
}

Awaitable<net::ServerResponse> confirm_run(ServerParts& server, RunId id, net::ServerRequest request) {
  const std::vector<ProjectId> visible = projects_of_key(server.config, request.headers);
  if (visible.empty()) co_return unauthorized();
  const std::optional<Run> run = co_await server.store.run(id);
  if (!run || !may_use(visible, run->key.project))
    co_return problem(404, "Not found", "there is no such run");
  const bool is_started = co_await server.events.confirm_run(id);
  if (!is_started) co_return problem(409, "Conflict", "the run does not wait for a confirmation");
  co_return json_response(202, "{\"accepted\":true}\n");
}

Awaitable<net::ServerResponse> show_metrics(ServerParts& server) {
  const auto runs = co_await server.store.run_counts();
  const auto deliveries = co_await server.store.delivery_counts();
  for (const RunState state :
       {RunState::waiting, RunState::queued, RunState::processing, RunState::needs_confirmation,
        RunState::done, RunState::failed, RunState::cancelled, RunState::skipped}) {
    const auto found = runs.find(state);
    server.metrics.set("diffgate_runs", {{"state", name_of(state)}},
                       found == runs.end() ? 0 : static_cast<double>(found->second));
  }
  const auto count = [&deliveries](DeliveryState state) {
    const auto found = deliveries.find(state);
    return found == deliveries.end() ? 0 : static_cast<double>(found->second);
  };
  server.metrics.set("diffgate_deliveries_waiting", {}, count(DeliveryState::received));
  server.metrics.set("diffgate_dead_letters", {}, count(DeliveryState::failed));
  server.metrics.set("diffgate_store_queue", {}, static_cast<double>(server.store.queue_depth()));
  net::ServerResponse answer = text_response(200, server.metrics.text());
  answer.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return answer;
}

}  // namespace diffgate::app
