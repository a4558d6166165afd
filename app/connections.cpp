#include "app/connections.hpp"

#include <cstdlib>

#include "app/commands/files.hpp"
#include "app/log.hpp"

namespace diffgate::app {

vcs::GitHubOptions forge_options(const config::GitHubApp& app,
                                 std::optional<std::chrono::milliseconds> write_gap) {
  vcs::GitHubOptions options;
  options.name = app.name;
  options.api_url = app.api_url;
  options.app_id = app.app_id;
  options.private_key_pem = app.private_key;
  options.timeout = std::chrono::seconds(30);  // GitHub Enterprise Server may be that slow
  if (write_gap) options.write_gap = *write_gap;
  return options;
}

vcs::GitLabOptions forge_options(const config::GitLabInstance& instance,
                                 std::optional<std::chrono::milliseconds> write_gap) {
  vcs::GitLabOptions options;
  options.name = instance.name;
  options.url = instance.url;
  options.token = instance.token;
  options.external_status_checks = instance.external_status_checks;
  if (write_gap) options.write_gap = *write_gap;
  return options;
}

namespace {

diff::PostgresOptions options_of(const config::PostgresWarehouse& from) {
  diff::PostgresOptions options;
  if (from.is_redshift) options.engine = diff::PostgresOptions::Engine::redshift;
  options.parameters = from.parameters;
  options.password = from.password;
  options.work_mem = from.work_mem;
  options.lock_timeout = from.lock_timeout;
  for (const auto& [key, value] : from.parameters) {
    if (key != "connect_timeout") continue;
    const int seconds = std::atoi(value.c_str());
    if (seconds > 0) options.connect_timeout = std::chrono::seconds(seconds);
  }
  return options;
}

diff::DuckDbOptions options_of(const config::DuckDbWarehouse& from) {
  diff::DuckDbOptions options;
  options.path = from.path;
  for (const auto& [alias, path] : from.attach) options.attach.push_back({.path = path, .alias = alias});
  options.memory_limit = from.memory_limit;
  options.temp_directory = from.temp_directory;
  options.allowed_directories = from.allowed_directories;
  options.extensions = from.extensions;
  return options;
}

diff::WarehouseOptions options_of(const config::ProfileWarehouse& from, std::vector<std::string>& warnings) {
  ProfileWarehouse found = profile_warehouse(from);
  warnings.insert(warnings.end(), found.warnings.begin(), found.warnings.end());
  return std::move(found.options);
}

}  // namespace

ProfileWarehouse profile_warehouse(const config::ProfileWarehouse& from) {
  ProfileOptions wanted;
  wanted.profiles_dir = from.profiles_dir;
  wanted.profile = from.profile;
  wanted.target = from.target;
  wanted.has_project = false;
  return warehouse_from_profiles(wanted, environment());
}

diff::WarehouseOptions warehouse_options(const config::WarehouseConfig& warehouse,
                                         const std::string& duckdb_helper,
                                         std::vector<std::string>& warnings) {
  diff::WarehouseOptions options;
  if (const auto* postgres = std::get_if<config::PostgresWarehouse>(&warehouse.connection)) {
    options = options_of(*postgres);
  } else if (const auto* duckdb = std::get_if<config::DuckDbWarehouse>(&warehouse.connection)) {
    options = options_of(*duckdb);
  } else {
    options = options_of(std::get<config::ProfileWarehouse>(warehouse.connection), warnings);
  }
  const auto set_concurrency = [&](auto& one) {
    if (warehouse.concurrency > 0) one.concurrency = warehouse.concurrency;
  };
  std::visit(set_concurrency, options);
  if (auto* duckdb = std::get_if<diff::DuckDbOptions>(&options)) duckdb->helper_program = duckdb_helper;
  return options;
}

void show_session_level(diff::WarehouseOptions& options, Metrics& metrics, std::string warehouse) {
  const auto on_change = [&metrics, warehouse = std::move(warehouse)](const diff::SessionLevel& level) {
    metrics.set("diffgate_warehouse_sessions_allowed", {{"warehouse", warehouse}},
                static_cast<double>(level.now));
    log(LogLevel::debug, "sessions allowed",
        {{"warehouse", warehouse},
         {"now", std::to_string(level.now)},
         {"limit", std::to_string(level.limit)}});
  };
  std::visit([&](auto& one) { one.on_session_level = on_change; }, options);
}

void log_withheld_texts(diff::WarehouseOptions& options, std::string warehouse) {
  const auto on_text = [warehouse = std::move(warehouse)](const diff::WithheldText& withheld) {
    log(LogLevel::warning, "a statement failed over values",
        {{"warehouse", warehouse}, {"statement", withheld.tag}, {"text", withheld.text}});
  };
  std::visit([&](auto& one) { one.on_withheld_text = on_text; }, options);
}

}  // namespace diffgate::app
