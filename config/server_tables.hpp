#pragma once

#include "config/description.hpp"
#include "config/server_config.hpp"

namespace diffgate::config {

// The description of the server file, from the top.
const Table<ServerConfig>& server_table();

const Table<GitHubApp>& github_table();
const Table<GitHubRegistration>& github_registration_table();
const Table<GitLabInstance>& gitlab_table();
const Table<DbtCloudAccount>& dbt_cloud_table();
const Table<DbtCloudJobs>& dbt_cloud_jobs_table();
const Table<CiArtifacts>& ci_artifacts_table();
const Table<ProductionLocation>& production_location_table();
const Table<ProjectConfig>& project_table();
const Table<ApiKey>& api_key_table();
// `warehouses`, a map by name whose entries differ by `type`.
Field<ServerConfig> warehouses_field();

// What one table can't see: names that are used twice or not at all, defaults that depend on other entries.
void check_server(Reader& reader, const Place& root, ServerConfig& config);

}  // namespace diffgate::config
