#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace diffgate::app {

// What a CI job builds, from the variables that CI systems set. What they don't tell is absent or empty.
struct CiBuild {
  std::string system;  // "GitHub Actions"; empty if it is none that we know
  // Of a pull request the head of its branch: never the merge commit that the job may have checked out.
  std::optional<std::string> sha;
  std::optional<std::int64_t> pull_request;
  std::string branch;  // of a pull request its own, not the target
};

// GitHub Actions, GitLab CI, CircleCI, Jenkins, Buildkite, Azure Pipelines, Bitbucket Pipelines and Travis
// CI. Throws Error(caller) if the file of GitHub's event can't be read.
CiBuild ci_build_of(const std::map<std::string, std::string>& environment, bool is_pull_request);

}  // namespace diffgate::app
