#pragma once

// From the plan to measured results: each planned model becomes one question to the warehouse, at most so
// many at once.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/run_report.hpp"
#include "config/rules.hpp"
#include "dbt/plan.hpp"
#include "diff/table_diff.hpp"
#include "diff/warehouse.hpp"
#include "net/async.hpp"

namespace diffgate::app {

struct DiffModelsOptions {
  config::Rules rules;
  std::size_t concurrency = 0;  // models at once; 0: as many as the warehouse ever opens sessions
  std::chrono::milliseconds timeout{600'000};  // of one statement
  std::string tag;                             // goes into the query comment, with the model's name behind it
  std::size_t samples = 20;                    // rows of each kind kept for our own pages; 0: none
  std::map<dbt::UniqueId, ModelResult> known;  // results that need not be measured
  std::optional<diff::Sampling> sampling;      // instead of what rules and models say
  // Column profiles of each model, and the timeline of those that name a column of time.
  bool with_profiles = false;
};

// Called on the event loop as each model ends, in the order in which they end.
using OnModelResult = std::function<void(const ModelResult& result, std::size_t done, std::size_t total)>;

// Results in the plan's order, one for each of its models. A model's failure is its result, of kind `error`,
// and never stops the others, but a warehouse that is lost (when the model was tried once more, too, and
// gives no session afterwards) ends the rest, each with that as its result; a cancellation stops all, waits
// for the statements under way and is thrown. `warehouse` and `plan` outlive the call. `done` and `total`
// count what the plan wants measured, so that skipped ones move no progress bar.
Awaitable<std::vector<ModelResult>> diff_models(diff::Warehouse& warehouse, const dbt::Plan& plan,
                                                DiffModelsOptions options, OnModelResult on_result);

// What stands in the plan without being measured: skipped, removed, not built. Measured ones are marked
// `skipped`, "not compared yet".
ModelResult result_without_diff(const dbt::PlannedModel& model);

// What came of comparing the model's two tables.
ModelResult result_of_diff(dbt::PlannedModel model, diff::TableDiff diff);

// The warehouse's question for one model. Throws Error(configuration) for a tolerance that does not parse,
// naming the model.
diff::TableDiffRequest table_diff_request(const dbt::PlannedModel& model, const DiffModelsOptions& options);

}  // namespace diffgate::app
