#include "app/connections.hpp"

namespace diffgate::app {

vcs::GitHubOptions forge_options(const config::GitHubApp& app,
                                 std::optional<std::chrono::milliseconds> write_gap) {
  vcs::GitHubOptions options;
  options.name = app.name;
  options.api_url = app.api_url;
  options.app_id = app.app_id;
  options.private_key_pem = app.private_key;
  if (write_gap) options.write_gap = *write_gap;
  return options;
}

vcs::GitLabOptions forge_options(const config::GitLabInstance& instance,
                                 std::optional<std::chrono::milliseconds> write_gap) {
  vcs::GitLabOptions options;
  options.name = instance.name;
  options.url = instance.url;
  options.token = instance.token;
  if (write_gap) options.write_gap = *write_gap;
  return options;
}

diff::WarehouseOptions warehouse_options(const config::WarehouseConfig& warehouse,
                                         const std::string& duckdb_helper) {
  if (const auto* postgres = std::get_if<config::PostgresWarehouse>(&warehouse.connection)) {
    diff::PostgresOptions options;
    options.parameters = postgres->parameters;
    options.password = postgres->password;
    options.work_mem = postgres->work_mem;
    options.concurrency = warehouse.concurrency;
    return options;
  }
  const auto& duckdb = std::get<config::DuckDbWarehouse>(warehouse.connection);
  diff::DuckDbOptions options;
  options.path = duckdb.path;
  for (const auto& [alias, path] : duckdb.attach) options.attach.push_back({.path = path, .alias = alias});
  options.concurrency = warehouse.concurrency;
  options.memory_limit = duckdb.memory_limit;
  options.helper_program = duckdb_helper;
  return options;
}

}  // namespace diffgate::app
