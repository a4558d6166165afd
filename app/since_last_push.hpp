#pragma once

// What a push has changed in the data, beside what the whole pull request changes.

#include <string>
#include <vector>

#include "app/run_report.hpp"
#include "app/store/records.hpp"

namespace diffgate::app {

// Compares the report with what was stored of the commit that was measured before. Pure.
SinceLastPush since_last_push(const RunReport& report, const std::string& earlier_sha,
                              const std::vector<ModelRow>& earlier);

}  // namespace diffgate::app
