#pragma once

#include "config/description.hpp"
#include "config/rules.hpp"

namespace diffgate::config {

// Every rule of a project: its key, meaning, default and how to read it.
const Table<Rules>& rules_table();

// What must hold between several rules, after all layers have been read. `at` is the map that was read last.
void check_rules(Reader& reader, const Place& at, const Rules& rules);

}  // namespace diffgate::config
