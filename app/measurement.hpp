#pragma once

// What was measured of one model as text, so that the store can keep it for the next commit.

#include <string>

#include "app/run_report.hpp"

namespace diffgate::app {

// Kind, reason, notes, diff and profile of a result. Only this program's own version can read it.
std::string write_measurement(const ModelResult& result);

// Fills these into `into`; false, and `into` is left alone, if another version of this program wrote the
// text.
bool read_measurement(const std::string& text, ModelResult& into);

}  // namespace diffgate::app
