#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/server/json_body.hpp"
#include "app/server/problem.hpp"
#include "app/server/query.hpp"
#include "app/server/routes.hpp"
#include "app/server/run_json.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kUsualRuns = 100;
constexpr std::size_t kMostRuns = 500;
constexpr std::size_t kUsualModels = 100;
constexpr std::size_t kMostModels = 1'000;

RunState read_state(const std::string& name) {
  if (const auto state = parse_run_state(name)) return *state;
  throw Error(ErrorClass::caller, "is not a state of runs", "state",
              "waiting, queued, processing, needs_confirmation, done, failed, cancelled or skipped");
}

RunFilter read_filter(Query& query, std::vector<ProjectId> visible) {
  RunFilter filter;
  filter.projects = std::move(visible);
  if (const auto project = query.number("project", 1, INT64_MAX)) {
    const ProjectId wanted(*project);
    const bool is_visible =
        std::find(filter.projects.begin(), filter.projects.end(), wanted) != filter.projects.end();
    filter.projects = is_visible ? std::vector{wanted} : std::vector<ProjectId>{};
  }
  if (const auto pull = query.number("pr", 1, INT64_MAX)) filter.pull = vcs::PullNumber(*pull);
  filter.head_sha = query.sha("sha");
  if (const auto state = query.text("state")) filter.state = read_state(*state);
  filter.limit = static_cast<std::size_t>(
      query.number("limit", 1, kMostRuns).value_or(static_cast<std::int64_t>(kUsualRuns)));
  // A run's id: newer runs do not move the pages.
  if (const auto cursor = query.number("cursor", 1, INT64_MAX)) filter.before = RunId(*cursor);
  query.finish();
  return filter;
}

Awaitable<net::ServerResponse> list_runs(ServerParts& server, Call call) {
  Query query(call.request.query());
  const RunFilter filter = read_filter(query, call.access.projects_with(config::Scope::read));
  const std::vector<Run> runs = co_await server.store.list_runs(filter);
  Json list = Json::array();
  for (const Run& run : runs) list.push_back(run_json(run));
  const bool may_be_more = !runs.empty() && runs.size() == filter.limit;
  const Json cursor = may_be_more ? Json(std::to_string(runs.back().id.value())) : Json(nullptr);
  co_return json_response(200, dump_json({{"runs", std::move(list)}, {"next_cursor", cursor}}));
}

Awaitable<net::ServerResponse> show_run(ServerParts& server, Call call) {
  const Run& run = *call.run;
  const std::vector<ModelRow> models = co_await server.store.models(run.id);
  Json json = run_json(run);
  Json list = Json::array();
  for (const ModelRow& model : models) list.push_back(stored_json(model.json));
  json["models"] = std::move(list);
  json["report"] = stored_json(run.report_json);
  co_return json_response(200, dump_json(json));
}

Awaitable<net::ServerResponse> list_models(ServerParts& server, Call call) {
  Query query(call.request.query());
  const Page page = read_page(query, kUsualModels, kMostModels);
  query.finish();
  ModelDiffFilter filter;
  filter.projects = {call.run->key.project};
  filter.run = call.run->id;
  filter.limit = page.limit;
  filter.offset = page.offset;
  const std::vector<ModelDiff> diffs = co_await server.store.list_model_diffs(std::move(filter));
  Json list = Json::array();
  for (const ModelDiff& diff : diffs) list.push_back(stored_json(diff.model.json));
  co_return json_response(200, dump_json({{"models", std::move(list)},
                                          {"next_cursor", text_or_null(next_cursor(page, diffs.size()))}}));
}

Awaitable<net::ServerResponse> show_model(ServerParts& server, Call call) {
  const auto model = co_await server.store.model(call.run->id, call.arguments[1]);
  if (!model) co_return problem(404, "Not found", "this run has no such model, or has not compared it yet");
  co_return json_response(200, dump_json(stored_json(model->json)));
}

Awaitable<net::ServerResponse> confirm_run(ServerParts& server, Call call) {
  const bool is_started = co_await server.events.confirm_run(call.run->id);
  if (!is_started) co_return problem(409, "Conflict", "the run does not wait for a confirmation");
  co_return json_response(202, "{\"accepted\":true}\n");
}

net::ServerResponse reply_response(const ServerEvents::Reply& reply) {
  if (!reply.is_done) return problem(409, "Conflict", reply.text);
  return json_response(202, dump_json({{"accepted", true}, {"message", reply.text}}));
}

Awaitable<net::ServerResponse> cancel_run(ServerParts& server, Call call) {
  co_return reply_response(co_await server.events.cancel_run(call.run->id, call.access.holder()));
}

Awaitable<net::ServerResponse> accept_results(ServerParts& server, Call call) {
  constexpr std::size_t kMostNamed = 1'000;
  constexpr std::size_t kLongestName = 1'000;
  std::vector<std::string> models;
  std::string reason;
  if (!call.request.body.empty()) {
    const Json body = parse_json_body(call.request.body);
    JsonFields fields(body, "", UnknownFields::refused);
    models = fields.texts("models", kMostNamed, kLongestName);
    reason = fields.optional_text("reason", kLongestName).value_or("");
    fields.finish();
  }
  const ServerEvents::Reply reply = co_await server.events.accept_results(
      call.run->id, std::move(models), std::move(reason), call.access.holder());
  co_return reply_response(reply);
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/runs", .subject = Subject::any_key, .handle = list_runs},
    Route{.method = "GET", .path = "/api/v1/runs/{run}", .subject = Subject::run, .handle = show_run},
    Route{
        .method = "GET", .path = "/api/v1/runs/{run}/models", .subject = Subject::run, .handle = list_models},
    Route{.method = "GET",
          .path = "/api/v1/runs/{run}/models/{unique_id}",
          .subject = Subject::run,
          .handle = show_model},
    Route{.method = "POST",
          .path = "/api/v1/runs/{run}/confirm",
          .subject = Subject::run,
          .scope = config::Scope::run,
          .handle = confirm_run},
    Route{.method = "POST",
          .path = "/api/v1/runs/{run}/cancel",
          .subject = Subject::run,
          .scope = config::Scope::run,
          .handle = cancel_run},
    Route{.method = "POST",
          .path = "/api/v1/runs/{run}/accept",
          .subject = Subject::run,
          .scope = config::Scope::accept,
          .handle = accept_results},
};

}  // namespace

std::span<const Route> run_routes() { return kRoutes; }

}  // namespace diffgate::app
