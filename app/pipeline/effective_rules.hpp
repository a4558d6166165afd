#pragma once

// The rules that hold for a pull request: the server's, overlaid by `.diffgate.yml` at the head of the base
// branch.

#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/pipeline/services.hpp"
#include "config/problem.hpp"
#include "config/rules.hpp"

namespace diffgate::app {

inline constexpr std::string_view kRulesFile = ".diffgate.yml";

struct EffectiveRules {
  config::Rules rules;
  std::string hash;                       // of rules, mistakes and base branch: what makes a run another run
  std::vector<config::Problem> problems;  // mistakes in the file; the rules must not be used then
};

// Pure: `file` is the file's content, if there is one.
EffectiveRules overlay(const config::ProjectConfig& project, const std::string& base_branch,
                       const std::optional<std::string>& file);

// Reads the file through the forge and remembers it by commit. A transient failure is thrown, never taken for
// "no file".
class RulesReader {
 public:
  explicit RulesReader(Services& services) : services_(services) {}

  Awaitable<EffectiveRules> at(const config::ProjectConfig& project, vcs::Repo repo, std::string base_branch,
                               vcs::Sha base_sha);

 private:
  struct Known {
    std::string forge;
    vcs::RepoId repo;
    vcs::Sha sha;
    std::optional<std::string> file;
  };

  Services& services_;
  std::list<Known> known_;  // the latest first, bounded
};

}  // namespace diffgate::app
