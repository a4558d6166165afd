#include "app/server/keys.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "net/crypto.hpp"

namespace diffgate::app {
namespace {

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() && text[word.size()] == ' ' &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
         });
}

std::string_view presented_key(const net::Headers& headers) {
  const auto header = headers.get("Authorization");
  if (!header) return {};
  for (const std::string_view scheme : {"Key", "Bearer"}) {
    if (!starts_with_word(*header, scheme)) continue;
    std::string_view key = header->substr(scheme.size());
    while (!key.empty() && key.front() == ' ') key.remove_prefix(1);
    return key;
  }
  return {};
}

// Both sides hashed have one length, so that the comparison tells nothing of the known key's.
bool is_key(const Secret& known, const std::string& presented_hash) {
  return !known.empty() && net::constant_time_equal(net::sha256_hex(known.expose()), presented_hash);
}

}  // namespace

bool Access::may(ProjectId project, config::Scope scope) const {
  const auto found = projects_.find(project);
  return found != projects_.end() && found->second.contains(scope);
}

std::vector<ProjectId> Access::projects_with(config::Scope scope) const {
  std::vector<ProjectId> projects;
  for (const auto& [project, scopes] : projects_) {
    if (scopes.contains(scope)) projects.push_back(project);
  }
  return projects;
}

Access access_of(const config::ServerConfig& config, const net::Headers& headers) {
  const std::string_view key = presented_key(headers);
  if (key.empty()) return {};
  const std::string hash = net::sha256_hex(key);
  std::map<ProjectId, std::set<config::Scope>> projects;
  std::string holder = "the upload key";
  for (const config::ProjectConfig& project : config.projects) {
    const ProjectId id(project.id);
    for (const Secret& known : project.upload_keys) {
      if (is_key(known, hash)) projects[id].merge(config::ApiKey{}.scopes);
    }
    for (const config::ApiKey& known : project.api_keys) {
      const bool is_this =
          is_key(known.key, hash) || (!known.sha256.empty() && net::constant_time_equal(known.sha256, hash));
      if (!is_this) continue;
      projects[id].insert(known.scopes.begin(), known.scopes.end());
      holder = "the API key '" + known.name + "'";
    }
  }
  return {std::move(projects), std::move(holder)};
}

std::string_view name_of(config::Scope scope) {
  switch (scope) {
    case config::Scope::read:
      return "read";
    case config::Scope::upload:
      return "upload";
    case config::Scope::run:
      return "run";
    case config::Scope::accept:
      return "accept";
  }
  return "read";
}

const config::ProjectConfig* find_project(const config::ServerConfig& config, ProjectId project) {
  for (const config::ProjectConfig& known : config.projects) {
    if (known.id == project.value()) return &known;
  }
  return nullptr;
}

}  // namespace diffgate::app
