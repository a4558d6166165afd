#pragma once

#include <optional>
#include <string>

#include "app/run_report.hpp"
#include "app/store/records.hpp"

namespace diffgate::app {

// What anybody may read who may read the check: the report without rows or values of columns, unless the
// rules let these go to the forge as well.
std::string report_page(RunReport report, bool with_values);

// A run that has no report, or none yet: its state and what the check says. Loads itself anew while the run
// is under way; no scripts, everything escaped.
std::string run_state_page(const Run& run, const std::optional<Outcome>& outcome);

// One page for what is not there and for what the link does not open.
std::string no_such_run_page();

}  // namespace diffgate::app
