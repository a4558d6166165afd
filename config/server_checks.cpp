#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "config/quote.hpp"
#include "config/rules_table.hpp"
#include "config/server_tables.hpp"
#include "net/did_you_mean.hpp"

namespace diffgate::config {
namespace {

constexpr std::string_view kGitHub = "https://github.com";

// The place of a key below a map, or of the map itself if it has no such key.
Place key_place(const Place& map, const std::string& key) {
  const YamlNode* const node = map.node.find(key);
  return {node != nullptr ? *node : map.node, map.path.empty() ? key : map.path + "." + key};
}

// The entries of a list at the root; none if it is not a list.
std::vector<Place> list_places(const Place& root, const std::string& key) {
  std::vector<Place> places;
  const Place list = key_place(root, key);
  if (&list.node == &root.node || !list.node.is_list()) return places;
  for (std::size_t i = 0; i < list.node.items.size(); ++i) places.push_back(list.item(i));
  return places;
}

// Tells of every value that has been there before.
class Unique {
 public:
  void check(Reader& reader, const Place& at, const std::string& value, std::string_view what) {
    if (value.empty()) return;
    const auto [seen, is_new] = lines_.emplace(value, at.node.line);
    if (is_new) return;
    const std::string shown = at.node.is_substituted ? "" : " " + in_quotes(value);
    reader.problem(at, fmt::format("the {}{} is used twice, first in line {}", what, shown, seen->second),
                   fmt::format("give each its own {}", what));
  }

 private:
  std::map<std::string, int> lines_;
};

void finish_github(Reader& reader, const Place& at, GitHubApp& app) {
  if (app.web_url != kGitHub && at.node.find("api_url") == nullptr) app.api_url = app.web_url + "/api/v3";
  if (app.app_id.find_first_of(" \t\r\n") != std::string::npos) {
    reader.problem(key_place(at, "app_id"), "the id holds spaces", "take it from the App's settings page");
  }
}

// The entry that waits for the registration, so that projects can refer to it.
void finish_registration(Reader& reader, const Place& root, ServerConfig& config) {
  const YamlNode* const node = root.node.find("register_github_app");
  if (node == nullptr) return;
  GitHubRegistration& wanted = config.register_github_app;
  if (!config.github.empty()) {
    reader.problem(key_place(root, "register_github_app"), "stands beside github",
                   "remove it: the App is configured already");
    return;
  }
  wanted.is_wanted = true;
  if (wanted.web_url != kGitHub && node->find("api_url") == nullptr)
    wanted.api_url = wanted.web_url + "/api/v3";
  GitHubApp app;
  app.name = wanted.name;
  app.web_url = wanted.web_url;
  app.api_url = wanted.api_url;
  config.github.push_back(std::move(app));
}

void check_gitlab(Reader& reader, const Place& at, const GitLabInstance& gitlab) {
  const auto has = [&](std::initializer_list<std::string_view> keys) {
    return std::ranges::any_of(keys, [&](std::string_view key) { return at.node.find(key) != nullptr; });
  };
  const bool has_key = has({"signing_key", "signing_key_file", "signing_keys"});
  if (gitlab.require_signature && !has_key) {
    reader.problem(key_place(at, "require_signature"), "there is no key to prove signatures with",
                   "give signing_key");
  } else if (!has_key && !has({"webhook_token", "webhook_token_file", "webhook_tokens"})) {
    reader.problem(at, "webhook_token or signing_key is missing", "deliveries can't be proved without");
  }
}

// Resolves a project's `forge` or `warehouse`: the only one is the default.
void check_reference(Reader& reader, const Place& project, const std::string& key, std::string& name,
                     const std::vector<std::string>& known) {
  if (name.empty()) {
    if (project.node.find(key) != nullptr || known.empty()) return;  // told of already
    if (known.size() == 1) {
      name = known.front();
    } else {
      reader.problem(project, fmt::format("{} is missing, and there is more than one", key));
    }
    return;
  }
  if (std::ranges::find(known, name) != known.end()) return;
  const Place at = key_place(project, key);
  reader.bad_value(at, fmt::format("is not the name of {} {}", key.starts_with('a') ? "an" : "a", key),
                   at.node.is_substituted || reader.is_full() ? std::string() : did_you_mean(name, known));
}

void check_forges(Reader& reader, const Place& root, ServerConfig& config) {
  Unique names;
  const std::vector<Place> github = list_places(root, "github");
  for (std::size_t i = 0; i < github.size(); ++i) {
    finish_github(reader, github[i], config.github[i]);
    names.check(reader, key_place(github[i], "name"), config.github[i].name, "forge name");
  }
  const std::vector<Place> gitlab = list_places(root, "gitlab");
  for (std::size_t i = 0; i < gitlab.size(); ++i) {
    check_gitlab(reader, gitlab[i], config.gitlab[i]);
    names.check(reader, key_place(gitlab[i], "name"), config.gitlab[i].name, "forge name");
  }
  const auto is_given = [&](std::string_view key) {
    const YamlNode* const node = root.node.find(key);
    return node != nullptr && !node->is_null() && !(node->is_list() && node->items.empty());
  };
  finish_registration(reader, root, config);
  if (config.register_github_app.is_wanted)
    names.check(reader, key_place(root, "register_github_app"), config.register_github_app.name,
                "forge name");
  if (!is_given("github") && !is_given("gitlab") && !config.register_github_app.is_wanted) {
    reader.problem(root, "there is no forge", "give at least one entry under github or gitlab");
  }
}

void check_dbt_cloud(Reader& reader, const Place& root, const ServerConfig& config) {
  Unique names;
  const std::vector<Place> accounts = list_places(root, "dbt_cloud");
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    names.check(reader, key_place(accounts[i], "name"), config.dbt_cloud[i].name, "dbt Cloud account name");
  }
}

// Where a project's artifacts come from.
void check_sources(Reader& reader, const Place& at, ProjectConfig& project,
                   const std::vector<std::string>& accounts) {
  if (project.dbt_cloud && at.node.find("dbt_cloud")->is_map()) {
    const Place jobs = key_place(at, "dbt_cloud");
    if (accounts.empty()) {
      reader.problem(jobs, "there is no account of dbt Cloud", "give one under dbt_cloud at the top level");
    }
    check_reference(reader, jobs, "account", project.dbt_cloud->account, accounts);
    if (project.dbt_cloud->pull_request_job == 0 && project.dbt_cloud->artifacts_job == 0) {
      reader.problem(jobs, "there is no job", "give pull_request_job, artifacts_job or both");
    }
    if (!project.dbt_cloud->trigger_on_push_to.empty() && project.dbt_cloud->artifacts_job == 0) {
      reader.problem(key_place(jobs, "trigger_on_push_to"), "there is no job to trigger",
                     "give artifacts_job");
    }
  }
  if (project.ci_artifacts && project.ci_artifacts->pull_request.empty() &&
      project.ci_artifacts->production.empty()) {
    reader.problem(key_place(at, "ci_artifacts"), "there is no artifact",
                   "give pull_request, production or both");
  }
}

void check_projects(Reader& reader, const Place& root, ServerConfig& config) {
  std::vector<std::string> forges;
  for (const GitHubApp& app : config.github) forges.push_back(app.name);
  for (const GitLabInstance& gitlab : config.gitlab) forges.push_back(gitlab.name);
  std::vector<std::string> warehouses;
  for (const WarehouseConfig& warehouse : config.warehouses) warehouses.push_back(warehouse.name);

  std::vector<std::string> accounts;
  for (const DbtCloudAccount& account : config.dbt_cloud) accounts.push_back(account.name);

  Unique ids;
  Unique names;
  const std::vector<Place> projects = list_places(root, "projects");
  for (std::size_t i = 0; i < projects.size(); ++i) {
    const Place& at = projects[i];
    ProjectConfig& project = config.projects[i];
    if (!at.node.is_map()) continue;
    if (project.id > 0) ids.check(reader, key_place(at, "id"), std::to_string(project.id), "project id");
    names.check(reader, key_place(at, "name"), project.name, "project name");
    check_reference(reader, at, "forge", project.forge, forges);
    check_reference(reader, at, "warehouse", project.warehouse, warehouses);
    check_sources(reader, at, project, accounts);
    check_rules(reader, at, project.rules);
    const bool is_github =
        std::ranges::find(config.github, project.forge, &GitHubApp::name) != config.github.end();
    if (is_github && std::ranges::count(project.repository, '/') > 1) {
      reader.bad_value(key_place(at, "repository"), "is not a repository of GitHub",
                       "write owner/name, as in acme/dbt");
    }
  }
  const YamlNode* const list = root.node.find("projects");
  if (list != nullptr && list->is_list() && list->items.empty()) {
    reader.problem(key_place(root, "projects"), "there is no project", "give at least one");
  }
}

}  // namespace

void check_server(Reader& reader, const Place& root, ServerConfig& config) {
  const YamlNode* const warehouses = root.node.find("warehouses");
  if (warehouses != nullptr && warehouses->is_map() && warehouses->entries.empty()) {
    reader.problem(key_place(root, "warehouses"), "there is no warehouse", "give at least one");
  }
  check_forges(reader, root, config);
  check_dbt_cloud(reader, root, config);
  check_projects(reader, root, config);
}

}  // namespace diffgate::config
