#pragma once

// SPEC 9's JSON: what scripts read. Field names are a promise.

#include <optional>
#include <string>
#include <string_view>

#include "app/run_report.hpp"
#include "dbt/plan.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::app {

// One pair of tables, without a model: the answer of `compare`. `key_source` is "given" or "none".
std::string table_diff_json(const diff::TableDiff& diff, std::string_view key_source,
                            const std::optional<diff::TableProfiles>& profiles = {},
                            const std::optional<diff::Timeline>& timeline = {});

// One model's result: the fields of `compare` and what the plan says of the model.
std::string model_json(const ModelResult& result);

// The whole run: verdict, counts, models, assets, warnings. Indented, ends with a newline.
std::string report_json(const RunReport& report);

// What would be diffed and why. Indented, ends with a newline.
std::string plan_json(const dbt::Plan& plan);

}  // namespace diffgate::app
