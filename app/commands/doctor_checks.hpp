#pragma once

// The examinations of `diffgate doctor`. Each adds its findings and throws nothing that the user could mend.

#include <memory>
#include <string>
#include <vector>

#include "app/commands/event_loop.hpp"
#include "app/commands/findings.hpp"
#include "app/store/sqlite_database.hpp"
#include "config/server_config.hpp"
#include "diff/warehouse.hpp"

namespace diffgate::app {

// What is to be readable in a warehouse.
struct WantedTables {
  std::vector<std::string> relations;  // dbt's relation_names
  std::string schema;                  // of the profile's target; looked at where there are no relations
};

// Connects, looks at the session, and tries to read every relation, or asks the catalog about the schema's; a
// missing grant is named once.
void examine_warehouse(EventLoop& loop, const std::string& subject, diff::WarehouseOptions options,
                       const WantedTables& wanted, Findings& out);

// What the session may read in a schema and in dbt's custom schemas beside it (analytics_staging), by the
// catalog. Returns the relations that only a try tells about.
Awaitable<std::vector<std::string>> examine_schema(diff::Session& session,
                                                   const diff::WarehouseOptions& options, std::string schema,
                                                   std::string subject, Findings& out);

// One statement of the doctor's, with a limit of time.
Awaitable<diff::ResultSet> ask(diff::Session& session, std::string sql);

// "a, b, c and 4 more", of `all`.
std::string some_of(const std::vector<std::string>& names, std::size_t all);

// How to let a role read a schema's tables, those that are to come too.
std::string select_grant(const std::string& schema, const std::string& role);

// The secrets' files, the data directory and the store in it.
void examine_files(const std::string& config_file, Findings& out);
void examine_data_dir(const std::string& data_dir, Findings& out);

// The store in the data directory, beside a daemon that may be at work on it; null if there is none yet.
std::unique_ptr<Database> open_to_look(const std::string& data_dir);

// What the store has of each project: the newest manifest of each branch.
void examine_stored_artifacts(const config::ServerConfig& config, Findings& out);

// The accounts of dbt Cloud and the jobs that projects name.
void examine_dbt_cloud(EventLoop& loop, const config::ServerConfig& config, Findings& out);

// The relations of the newest stored manifests, production's and a pull request's, of the projects on that
// warehouse; none if there is no store yet.
std::vector<std::string> stored_relations(const config::ServerConfig& config, const std::string& warehouse,
                                          Findings& out);

// The App or token of every forge, and what it may do in the projects' repositories.
void examine_forges(EventLoop& loop, const config::ServerConfig& config, Findings& out);

}  // namespace diffgate::app
