#pragma once

// Results as plain text for a terminal.

#include <string>

#include "app/run_report.hpp"
#include "dbt/plan.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::app {

std::string table_diff_text(const diff::TableDiff& diff);
std::string report_text(const RunReport& report);
std::string plan_text(const dbt::Plan& plan);

}  // namespace diffgate::app
