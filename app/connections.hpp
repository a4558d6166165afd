#pragma once

// From the server file's entries to the things that talk to the outside.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/profiles.hpp"
#include "app/metrics.hpp"
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

// How many sessions the warehouse of this name may have open goes to the metrics, and to the log, whenever it
// changes. `metrics` outlives the warehouse.
void show_session_level(diff::WarehouseOptions& options, Metrics& metrics, std::string warehouse);

// What no report may show of a failed statement goes to the log.
void log_withheld_texts(diff::WarehouseOptions& options, std::string warehouse);

}  // namespace diffgate::app
