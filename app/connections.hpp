#pragma once

// From the server file's entries to the things that talk to the outside.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/profiles.hpp"
#include "config/server_config.hpp"
#include "diff/warehouse.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

vcs::GitHubOptions forge_options(const config::GitHubApp& app,
                                 std::optional<std::chrono::milliseconds> write_gap);
vcs::GitLabOptions forge_options(const config::GitLabInstance& instance,
                                 std::optional<std::chrono::milliseconds> write_gap);

// What the server file's profile of dbt leads to. Throws Error(configuration).
ProfileWarehouse profile_warehouse(const config::ProfileWarehouse& from);

// `duckdb_helper`: path of diffgate-duckdb; empty: beside the running binary. A profile of dbt is read here:
// throws Error(configuration) if it can't be, and adds to `warnings` what it asks for in vain.
diff::WarehouseOptions warehouse_options(const config::WarehouseConfig& warehouse,
                                         const std::string& duckdb_helper,
                                         std::vector<std::string>& warnings);

}  // namespace diffgate::app
