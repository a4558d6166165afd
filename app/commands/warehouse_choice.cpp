#include "app/commands/warehouse_choice.hpp"

#include <CLI/CLI.hpp>

#include "app/commands/files.hpp"
#include "app/commands/terminal.hpp"
#include "net/error.hpp"

namespace diffgate::app {

void add_warehouse_options(CLI::App& command, WarehouseChoice& choice) {
  CLI::Option* url = command.add_option("--warehouse", choice.url,
                                        "postgresql://user@host/database or duckdb:///path/file.duckdb; "
                                        "without it, dbt's profiles.yml is read");
  ProfileOptions& profile = choice.profile;
  command.add_option("--profiles-dir", profile.profiles_dir, "Folder of profiles.yml")->excludes(url);
  command
      .add_option("--project-dir", profile.project_dir, "Folder of dbt_project.yml, which names the profile")
      ->excludes(url);
  command.add_option("--profile", profile.profile, "Profile to use")->excludes(url);
  command.add_option("--target", profile.target, "Target of the profile")->excludes(url);
  command.add_option("--attach", choice.attach,
                     "ALIAS=PATH of one more DuckDB file, whose tables are ALIAS.schema.table");
  command.add_option("--timeout", choice.timeout_seconds, "Seconds that one statement may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
}

namespace {

void attach(diff::WarehouseOptions& options, const std::vector<std::string>& files) {
  if (files.empty()) return;
  auto* duckdb = std::get_if<diff::DuckDbOptions>(&options);
  if (duckdb == nullptr) {
    throw Error(ErrorClass::caller, "only DuckDB attaches files", "--attach",
                "a connection to PostgreSQL reads one database");
  }
  for (const std::string& file : files) {
    const std::size_t equals = file.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == file.size())
      throw Error(ErrorClass::caller, "expected ALIAS=PATH, found '" + file + "'", "--attach");
    if (diff::is_remote_duckdb(file.substr(equals + 1)))
      throw Error(ErrorClass::caller, "is not a local DuckDB file", "--attach " + file.substr(0, equals),
                  "only files are supported");
    duckdb->attach.push_back({file.substr(equals + 1), file.substr(0, equals)});
  }
}

}  // namespace

diff::WarehouseOptions resolve(const WarehouseChoice& choice, std::string* schema) {
  diff::WarehouseOptions options;
  if (choice.url.empty()) {
    ProfileWarehouse found = warehouse_from_profiles(choice.profile, environment());
    print_warnings(found.warnings);
    options = std::move(found.options);
    if (schema != nullptr) *schema = found.schema;
  } else {
    options = diff::parse_warehouse_url(choice.url);
  }
  attach(options, choice.attach);
  return options;
}

}  // namespace diffgate::app
