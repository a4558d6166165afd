#pragma once

#include <string>

#include "app/store/records.hpp"

namespace diffgate::app {

// How the store writes an Outcome. `parse_outcome` reads what `to_json` wrote and throws Error(internal) for
// anything else.
std::string to_json(const Outcome& outcome);
Outcome parse_outcome(const std::string& json);

}  // namespace diffgate::app
