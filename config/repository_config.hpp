#pragma once

#include <string>
#include <vector>

#include "config/problem.hpp"
#include "config/rules.hpp"
#include "config/selector_check.hpp"

namespace diffgate::config {

// Overlays `.diffgate.yml` on the server's rules. The rules stand at the top of the file for every project,
// or under `projects: <name>:` for one. Secrets and ${…} have no meaning in this file.
Parsed<Rules> parse_repository_config(const std::string& yaml, const std::string& file, const Rules& defaults,
                                      const std::string& project, const SelectorCheck& selector_check = {});

// JSON Schema (2020-12) of `.diffgate.yml` and of the server file, for editors.
std::string repository_config_schema();
std::string server_config_schema();

}  // namespace diffgate::config
