// The calls that Datafold's clients make of single diffs. A "data diff" is one model of one run, or two
// tables that a call named; a "data source" is the warehouse of one of our projects, under the project's id.

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "app/log.hpp"
#include "app/server/compatible_diff_json.hpp"
#include "app/server/json_body.hpp"
#include "app/server/problem.hpp"
#include "app/server/query.hpp"
#include "app/server/routes.hpp"
#include "app/server/run_json.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kUsualPage = 100;
constexpr std::int64_t kMostPage = 1'000;
constexpr std::int64_t kMostPages = 1'000'000;

Awaitable<net::ServerResponse> list_diffs(ServerParts& server, Call call) {
  Query query(call.request.query());
  const std::int64_t page = query.number("page", 1, kMostPages).value_or(1);
  const std::int64_t size = query.number("page_size", 1, kMostPage).value_or(kUsualPage);
  const std::string order = query.text("sort_order").value_or("asc");
  if (order != "asc" && order != "desc")
    throw Error(ErrorClass::caller, "is neither asc nor desc", "sort_order");
  if (query.text("order_by").value_or("id") != "id")
    throw Error(ErrorClass::caller, "diffs can be ordered by id alone", "order_by");
  ModelDiffFilter filter;
  filter.projects = call.access.projects_with(config::Scope::read);
  if (const auto run = query.number("ci_run_id", 1, INT64_MAX)) filter.run = RunId(*run);
  filter.newest_first = order == "desc";
  filter.limit = static_cast<std::size_t>(size);
  filter.offset = static_cast<std::size_t>((page - 1) * size);
  const std::int64_t count = co_await server.store.count_diffs(filter);
  const std::vector<ModelDiffId> ids = co_await server.store.list_diff_ids(std::move(filter));
  std::map<RunId, Run> runs;
  Json list = Json::array();
  for (const ModelDiffId id : ids) {
    auto model = co_await server.store.model_diff(id);
    if (!model) {
      auto requested = co_await server.store.requested_diff(id);
      if (requested) list.push_back(datadiff_json(data_diff(std::move(*requested))));
      continue;
    }
    if (!runs.contains(model->run)) {
      std::optional<Run> run = co_await server.store.run(model->run);
      if (run) runs.emplace(model->run, std::move(*run));
    }
    const auto run = runs.find(model->run);
    if (run != runs.end()) list.push_back(datadiff_json(data_diff(std::move(*model), run->second)));
  }
  co_return json_response(200, dump_json({{"page", page},
                                          {"page_size", size},
                                          {"count", count},
                                          {"total_pages", (count + size - 1) / size},
                                          {"results", std::move(list)}}));
}

DataDiff diff_of(Call& call) {
  if (call.requested_diff) return data_diff(std::move(*call.requested_diff));
  return data_diff(std::move(*call.model_diff), std::move(*call.run));
}

Awaitable<net::ServerResponse> show_diff(ServerParts&, Call call) {
  co_return json_response(200, dump_json(datadiff_json(diff_of(call))));
}

Awaitable<net::ServerResponse> show_summary(ServerParts&, Call call) {
  co_return json_response(200, dump_json(datadiff_summary_json(diff_of(call))));
}

Awaitable<net::ServerResponse> show_results(ServerParts&, Call call) {
  co_return json_response(200, dump_json(datadiff_results_json(diff_of(call))));
}

const config::ProjectConfig& data_source(const ServerParts& server, const Call& call, JsonFields& fields,
                                         const std::string& field) {
  const ProjectId id(fields.integer(field, 1, INT64_MAX));
  if (!call.access.knows(id))
    throw Error(ErrorClass::caller, "there is no such data source", field, "it is the id of a project");
  if (!call.access.may(id, config::Scope::run))
    throw Error(ErrorClass::caller, "the key lacks the scope 'run' for it", field);
  return *find_project(server.config, id);
}

Awaitable<net::ServerResponse> create_diff(ServerParts& server, Call call) {
  const Json body = parse_json_body(call.request.body);
  JsonFields fields(body, "", UnknownFields::ignored);
  const config::ProjectConfig& first = data_source(server, call, fields, "data_source1_id");
  const config::ProjectConfig& second = data_source(server, call, fields, "data_source2_id");
  if (first.warehouse != second.warehouse) {
    throw Error(ErrorClass::caller, "is in another warehouse than data_source1_id", "data_source2_id",
                "tables are compared within one warehouse");
  }
  RequestedDiff diff = co_await server.events.request_diff(ProjectId(first.id), std::move(call.request.body));
  log(LogLevel::info, "data diff requested by a call",
      {{"diff", std::to_string(diff.id.value())}, {"from", call.request.remote_address}});
  co_return json_response(200, dump_json(datadiff_json(data_diff(std::move(diff)))));
}

// A model of a run has an id once it has been compared, and of what has ended their API says that cancelling
// has no effect.
Awaitable<net::ServerResponse> cancel_diff(ServerParts& server, Call call) {
  if (call.requested_diff) {
    auto ended = co_await server.events.cancel_diff(call.requested_diff->id);
    if (ended) call.requested_diff = std::move(ended);
  }
  const DataDiff diff = diff_of(call);
  co_return json_response(200, dump_json({{"id", diff.id.value()}, {"status", name_of(diff.state)}}));
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/datadiffs", .subject = Subject::any_key, .handle = list_diffs},
    Route{.method = "POST",
          .path = "/api/v1/datadiffs",
          .subject = Subject::any_key,
          .scope = config::Scope::run,
          .body = BodyKind::calls,
          .handle = create_diff},
    Route{.method = "GET",
          .path = "/api/v1/datadiffs/{diff}",
          .subject = Subject::model_diff,
          .handle = show_diff},
    Route{.method = "GET",
          .path = "/api/v1/datadiffs/{diff}/summary",
          .subject = Subject::model_diff,
          .handle = show_summary},
    Route{.method = "GET",
          .path = "/api/v1/datadiffs/{diff}/summary_results",
          .subject = Subject::model_diff,
          .handle = show_results},
    Route{.method = "POST",
          .path = "/api/v1/datadiffs/{diff}/cancel",
          .subject = Subject::model_diff,
          .scope = config::Scope::run,
          .handle = cancel_diff},
};

}  // namespace

std::span<const Route> compatible_diff_routes() { return kRoutes; }

}  // namespace diffgate::app
