#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/api_keys.hpp"
#include "config/problem.hpp"
#include "config/rules.hpp"
#include "config/selector_check.hpp"
#include "net/secret.hpp"

namespace diffgate::config {

struct Listen {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string tls_certificate_file;
  std::string tls_key_file;
};

struct GitHubApp {
  std::string name = "github";
  std::string web_url = "https://github.com";
  std::string api_url = "https://api.github.com";
  std::string app_id;
  Secret private_key;                   // PEM
  std::vector<Secret> webhook_secrets;  // at least one, none empty
};

// The App is registered by one click on the setup page, and its credentials are kept in the data directory.
struct GitHubRegistration {
  std::string name = "github";
  std::string web_url = "https://github.com";
  std::string api_url = "https://api.github.com";
  bool is_wanted = false;  // the key is there
};

struct GitLabInstance {
  std::string name = "gitlab";
  std::string url = "https://gitlab.com";
  Secret token;
  std::vector<Secret> webhook_tokens;
  std::vector<Secret> signing_keys;  // "whsec_…"
  bool require_signature = false;
  bool external_status_checks = false;
};

struct PostgresWarehouse {
  std::vector<std::pair<std::string, std::string>> parameters;  // libpq keywords
  Secret password;
  std::string work_mem = "256MB";
  std::chrono::seconds lock_timeout{60};
  bool is_redshift = false;
};

struct DuckDbWarehouse {
  std::string path;
  std::vector<std::pair<std::string, std::string>> attach;  // alias, path
  std::string memory_limit;
  std::string temp_directory;
  std::vector<std::string> allowed_directories;
  std::vector<std::string> extensions;
};

// A target of dbt's profiles.yml; empty members are looked up as dbt does.
struct ProfileWarehouse {
  std::string profiles_dir;
  std::string profile;
  std::string target;
};

struct WarehouseConfig {
  std::string name;
  std::variant<PostgresWarehouse, DuckDbWarehouse, ProfileWarehouse> connection;
  std::size_t concurrency = 4;  // 0: the profile's threads
  std::chrono::seconds statement_timeout{600};
};

// An account of dbt Cloud (dbt's platform) and the token to it.
struct DbtCloudAccount {
  enum class Authorization { token, bearer };

  std::string name = "dbt-cloud";
  std::string url;  // of the account's region or cell: "https://ab123.us1.dbt.com"
  std::int64_t account_id = 0;
  Secret token;                                        // of a service account or a user
  Authorization authorization = Authorization::token;  // the word before the token
  std::vector<Secret> webhook_secrets;                 // none: webhooks of this account are refused
};

// A project's jobs in dbt Cloud; 0: none of that kind.
struct DbtCloudJobs {
  std::string account;  // name of an entry of dbt_cloud
  std::int64_t pull_request_job = 0;
  std::int64_t artifacts_job = 0;
  std::string trigger_on_push_to;  // branch whose pushes start the artifacts job; empty: none
};

// What the forge's own CI keeps of a build: an artifact of GitHub Actions, a job's artifacts of GitLab CI.
struct CiArtifacts {
  std::string pull_request;  // name of the artifact (GitHub) or job (GitLab); empty: not from there
  std::string production;
  std::string folder = "target";  // in the archive
  bool from_forks = false;
};

// Where production's manifest lies: one of the two.
struct ProductionLocation {
  std::string folder;
  Secret url;  // may carry a signature in its query
};

struct ProjectConfig {
  std::int64_t id = 0;  // the "CI config id"
  std::string name;
  std::string forge;                // name of an entry of github or gitlab
  std::string repository;           // full name, "acme/dbt"
  std::string warehouse;            // name of an entry of warehouses
  std::vector<Secret> upload_keys;  // with the scopes of a fresh ApiKey
  std::vector<ApiKey> api_keys;
  std::optional<DbtCloudJobs> dbt_cloud;
  std::optional<CiArtifacts> ci_artifacts;
  std::optional<ProductionLocation> production_manifest;
  Rules rules;  // the file's `defaults` overlaid by the project's own
};

struct ServerConfig {
  Listen listen;
  std::string public_url;
  std::string data_dir = "/var/lib/diffgate";
  std::string log_level = "info";
  std::string log_format = "text";  // or json
  std::chrono::minutes artifact_wait{60};
  std::size_t artifact_max_bytes = 512U << 20U;
  GitHubRegistration register_github_app;
  std::vector<GitHubApp> github;  // one without an id waits for the registration
  std::vector<GitLabInstance> gitlab;
  std::vector<DbtCloudAccount> dbt_cloud;
  std::vector<WarehouseConfig> warehouses;
  Rules defaults;  // what every project's rules start from
  std::vector<ProjectConfig> projects;
};

// `environment` answers ${NAME} (nullopt: not set). Every mistake is reported, not just the first; secrets
// never turn up in a message. "${NAME}" works in any text value; a secret `x` may be given as `x` or as
// `x_file`.
Parsed<ServerConfig> read_server_config(const std::string& path,
                                        const std::map<std::string, std::string>& environment,
                                        const SelectorCheck& selector_check = {});
Parsed<ServerConfig> parse_server_config(const std::string& yaml, const std::string& file,
                                         const std::map<std::string, std::string>& environment,
                                         const SelectorCheck& selector_check = {});

}  // namespace diffgate::config
