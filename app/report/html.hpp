#pragma once

#include <string>

#include "app/run_report.hpp"

namespace diffgate::app {

// The run as one page that needs nothing else: styles inside, no scripts, light and dark, everything escaped.
std::string report_html(const RunReport& report);

}  // namespace diffgate::app
