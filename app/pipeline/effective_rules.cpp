#include "app/pipeline/effective_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/selector_check.hpp"
#include "config/repository_config.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kKnownFiles = 64;
constexpr std::size_t kMaxFile = 1U << 20U;

}  // namespace

EffectiveRules overlay(const config::ProjectConfig& project, const std::string& base_branch,
                       const std::optional<std::string>& file) {
  EffectiveRules effective;
  effective.rules = project.rules;
  std::string mistakes;
  if (file && file->size() > kMaxFile) {
    config::Problem problem;
    problem.file = kRulesFile;
    problem.message = "the file is larger than 1 MiB";
    effective.problems.push_back(std::move(problem));
  } else if (file) {
    auto parsed = config::parse_repository_config(*file, std::string(kRulesFile), project.rules, project.name,
                                                  selector_check());
    if (parsed.ok()) effective.rules = std::move(parsed.value);
    effective.problems = std::move(parsed.problems);
  }
  for (const config::Problem& problem : effective.problems) mistakes += config::to_line(problem) + "\n";
  effective.hash = net::sha256_hex(
      fmt::format("{}\n{}\n{}", base_branch, mistakes, config::canonical_text(effective.rules)));
  return effective;
}

Awaitable<EffectiveRules> RulesReader::at(const config::ProjectConfig& project, vcs::Repo repo,
                                          std::string base_branch, vcs::Sha base_sha) {
  if (base_sha.value().empty()) {
    throw Error(ErrorClass::remote_transient, "the forge does not name the base branch's commit yet",
                repo.full_name);
  }
  const auto is_it = [&](const Known& known) {
    return known.forge == repo.forge && known.repo == repo.id && known.sha == base_sha;
  };
  const auto found = std::find_if(known_.begin(), known_.end(), is_it);
  if (found != known_.end()) co_return overlay(project, base_branch, found->file);
  vcs::Forge& forge = services_.forge(repo.forge);
  const std::optional<std::string> file = co_await forge.file_at(repo, std::string(kRulesFile), base_sha);
  known_.push_front({repo.forge, repo.id, base_sha, file});
  if (known_.size() > kKnownFiles) known_.pop_back();
  co_return overlay(project, base_branch, file);
}

}  // namespace diffgate::app
