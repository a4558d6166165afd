#include "app/commands/warehouse_choice.hpp"

#include <CLI/CLI.hpp>

#include "app/commands/files.hpp"

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
  command.add_option("--timeout", choice.timeout_seconds, "Seconds that one statement may take")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
}

diff::WarehouseOptions resolve(const WarehouseChoice& choice) {
  if (!choice.url.empty()) return diff::parse_warehouse_url(choice.url);
  return warehouse_from_profiles(choice.profile, environment());
}

}  // namespace diffgate::app
