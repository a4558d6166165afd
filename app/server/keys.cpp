#include "app/server/keys.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

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

}  // namespace

std::vector<ProjectId> projects_of_key(const config::ServerConfig& config, const net::Headers& headers) {
  const std::string_view key = presented_key(headers);
  std::vector<ProjectId> projects;
  if (key.empty()) return projects;
  for (const config::ProjectConfig& project : config.projects) {
    bool matches = false;
    for (const Secret& known : project.upload_keys) {
      const bool is_this = !known.empty() && net::constant_time_equal(known.expose(), key);
      matches = matches || is_this;
    }
    if (matches) projects.emplace_back(project.id);
  }
  return projects;
}

bool may_use(const std::vector<ProjectId>& projects, ProjectId project) {
  return std::find(projects.begin(), projects.end(), project) != projects.end();
}

const config::ProjectConfig* find_project(const config::ServerConfig& config, ProjectId project) {
  for (const config::ProjectConfig& known : config.projects) {
    if (known.id == project.value()) return &known;
  }
  return nullptr;
}

}  // namespace diffgate::app
