#pragma once

// The rules about what counts as modified, as the room that compares takes them.

#include <string>
#include <vector>

#include "config/rules.hpp"
#include "dbt/state.hpp"

namespace diffgate::app {

// `changed_files` are the pull request's, relative to the repository's root.
dbt::StateOptions state_options(const config::Rules& rules,
                                const std::vector<std::string>& changed_files = {});

}  // namespace diffgate::app
