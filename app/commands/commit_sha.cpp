#include "app/commands/commit_sha.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "app/commands/files.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_event_bytes = 32U << 20U;

struct Variable {
  const char* name;
  bool for_pull_requests_only;
};

// In the order in which they are asked; each system sets its own.
constexpr std::array<Variable, 10> variables = {{
    {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", true},  // GitLab, merged-results pipelines
    {"SYSTEM_PULLREQUEST_SOURCECOMMITID", true},   // Azure Pipelines
    {"CI_COMMIT_SHA", false},                      // GitLab
    {"GITHUB_SHA", false},                         // GitHub: of a pull request it is a merge commit
    {"BUILD_SOURCEVERSION", false},                // Azure Pipelines
    {"BITBUCKET_COMMIT", false},
    {"CIRCLE_SHA1", false},
    {"BUILDKITE_COMMIT", false},
    {"TRAVIS_COMMIT", false},
    {"GIT_COMMIT", false},  // Jenkins
}};

std::string value_of(const std::map<std::string, std::string>& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::optional<std::string> head_of_event(const std::string& path) {
  const auto event = nlohmann::json::parse(read_file(path, max_event_bytes), nullptr, false);
  const auto sha = nlohmann::json::json_pointer("/pull_request/head/sha");
  if (event.is_discarded() || !event.contains(sha) || !event.at(sha).is_string()) return std::nullopt;
  return event.at(sha).get<std::string>();
}

}  // namespace

std::optional<std::string> commit_sha_of(const std::map<std::string, std::string>& environment,
                                         bool is_pull_request) {
  if (const std::string event = value_of(environment, "GITHUB_EVENT_PATH");
      is_pull_request && !event.empty()) {
    if (auto sha = head_of_event(event)) return sha;
  }
  for (const Variable& variable : variables) {
    if (variable.for_pull_requests_only && !is_pull_request) continue;
    if (std::string sha = value_of(environment, variable.name); !sha.empty()) return sha;
  }
  return std::nullopt;
}

}  // namespace diffgate::app
