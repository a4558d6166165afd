#pragma once

#include <string>
#include <vector>

#include "app/commands/profiles.hpp"
#include "diff/warehouse.hpp"

namespace CLI {
class App;
}

namespace diffgate::app {

// Which warehouse a command talks to: a URL, or dbt's profiles.yml.
struct WarehouseChoice {
  std::string url;
  std::vector<std::string> attach;  // ALIAS=PATH of more DuckDB files
  ProfileOptions profile;
  int timeout_seconds = 600;
};

void add_warehouse_options(CLI::App& command, WarehouseChoice& choice);

// Throws Error(caller or configuration) if the choice does not lead to a warehouse. Warns on stderr of what a
// profile asks for in vain. `schema`: set to that of the profile's target, if it names one.
diff::WarehouseOptions resolve(const WarehouseChoice& choice, std::string* schema = nullptr);

}  // namespace diffgate::app
