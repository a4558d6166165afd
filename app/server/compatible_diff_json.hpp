#pragma once

// A model diff under the field names of Datafold's API ("datadiff").

#include <nlohmann/json_fwd.hpp>

#include "app/store/records.hpp"

namespace diffgate::app {

nlohmann::json datadiff_json(const ModelDiff& diff, const Run& run);

// GET …/summary: what it was and how it ended, for people.
nlohmann::json datadiff_summary_json(const ModelDiff& diff, const Run& run);

// GET …/summary_results: counts of keys, schema and values; both sides as [production, pull request].
nlohmann::json datadiff_results_json(const ModelDiff& diff);

}  // namespace diffgate::app
