#pragma once

// A diff under the field names of Datafold's API ("datadiff").

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "app/store/records.hpp"

namespace diffgate::app {

// One model of a run, or two tables that a call named.
struct DataDiff {
  ModelDiffId id;
  ProjectId project;
  RequestedDiffState state = RequestedDiffState::done;
  ModelRow model;
  UtcTime created_at;
  UtcTime finished_at;
  std::optional<Run> run;
};
DataDiff data_diff(ModelDiff diff, Run run);
DataDiff data_diff(RequestedDiff diff);

nlohmann::json datadiff_json(const DataDiff& diff);

// GET …/summary: what it was and how it ended, for people.
nlohmann::json datadiff_summary_json(const DataDiff& diff);

// GET …/summary_results: counts of keys, schema and values; both sides as [production, pull request].
nlohmann::json datadiff_results_json(const DataDiff& diff);

}  // namespace diffgate::app
