// The calls that Datafold's clients make of single diffs. A "data diff" is one model of one run.

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "app/server/compatible_diff_json.hpp"
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
  const std::int64_t count = co_await server.store.count_model_diffs(filter);
  const std::vector<ModelDiff> diffs = co_await server.store.list_model_diffs(std::move(filter));
  std::map<RunId, Run> runs;
  Json list = Json::array();
  for (const ModelDiff& diff : diffs) {
    if (!runs.contains(diff.run)) {
      std::optional<Run> run = co_await server.store.run(diff.run);
      if (run) runs.emplace(diff.run, std::move(*run));
    }
    const auto run = runs.find(diff.run);
    if (run != runs.end()) list.push_back(datadiff_json(diff, run->second));
  }
  co_return json_response(200, dump_json({{"page", page},
                                          {"page_size", size},
                                          {"count", count},
                                          {"total_pages", (count + size - 1) / size},
                                          {"results", std::move(list)}}));
}

Awaitable<net::ServerResponse> show_diff(ServerParts&, Call call) {
  co_return json_response(200, dump_json(datadiff_json(*call.model_diff, *call.run)));
}

Awaitable<net::ServerResponse> show_summary(ServerParts&, Call call) {
  co_return json_response(200, dump_json(datadiff_summary_json(*call.model_diff, *call.run)));
}

Awaitable<net::ServerResponse> show_results(ServerParts&, Call call) {
  co_return json_response(200, dump_json(datadiff_results_json(*call.model_diff)));
}

// A diff has an id once it has ended, and their API says of an ended one that cancelling has no effect.
Awaitable<net::ServerResponse> cancel_diff(ServerParts&, Call call) {
  const Json diff = datadiff_json(*call.model_diff, *call.run);
  co_return json_response(200, dump_json({{"id", diff.at("id")}, {"status", diff.at("status")}}));
}

constexpr std::array kRoutes = {
    Route{.method = "GET", .path = "/api/v1/datadiffs", .subject = Subject::any_key, .handle = list_diffs},
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
