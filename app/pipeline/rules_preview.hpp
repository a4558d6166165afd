#pragma once

// The pull request's own edit of the rules file: checked and shown, never obeyed.

#include <optional>
#include <string>
#include <vector>

#include "app/pipeline/effective_rules.hpp"
#include "config/decision.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

struct RulesPreview {
  std::vector<std::string> warnings;         // sentences for the report
  std::vector<vcs::Annotation> annotations;  // at the lines with mistakes
};

// `file` is the edited one at the pull request's head. Says what the rules would be once it is merged, and
// whether they would have this pull request run, where that differs from `decision`. Pure.
RulesPreview preview_rules(const config::ProjectConfig& project, const EffectiveRules& effective,
                           const std::string& file, const config::PullRequestFacts& facts,
                           const config::Decision& decision);

}  // namespace diffgate::app
