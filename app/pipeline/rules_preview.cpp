#include "app/pipeline/rules_preview.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/pipeline/texts.hpp"
#include "config/rules.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kShownChanges = 8;
constexpr std::size_t kMaxValue = 80;  // bytes

std::string shortened(std::string value) {
  if (value.size() > kMaxValue) value = value.substr(0, value.find_last_of(", ", kMaxValue)) + " \u2026";
  return value;
}

// "slim_diff: false → true", for each rule that differs.
std::vector<std::string> changes_between(const config::Rules& now, const config::Rules& edited) {
  const std::vector<config::RuleValue> before = config::rule_values(now);
  const std::vector<config::RuleValue> after = config::rule_values(edited);
  std::vector<std::string> changes;
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    if (before[i].value_json == after[i].value_json) continue;
    changes.push_back(fmt::format("{}: {} \u2192 {}", after[i].key, shortened(before[i].value_json),
                                  shortened(after[i].value_json)));
  }
  return changes;
}

std::string joined(const std::vector<std::string>& changes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(changes.size(), kShownChanges); ++i)
    text += (i > 0 ? "; " : "") + changes[i];
  if (changes.size() > kShownChanges) text += fmt::format("; and {} more", changes.size() - kShownChanges);
  return text;
}

}  // namespace

RulesPreview preview_rules(const config::ProjectConfig& project, const EffectiveRules& effective,
                           const std::string& file, const config::PullRequestFacts& facts,
                           const config::Decision& decision) {
  RulesPreview preview;
  const EffectiveRules edited = overlay(project, facts.base_branch, file);
  if (!edited.problems.empty()) {
    preview.warnings.push_back(fmt::format(
        "this pull request's .diffgate.yml has {} mistake{}, the first: {}", edited.problems.size(),
        edited.problems.size() == 1 ? "" : "s", config::to_line(edited.problems.front())));
    preview.annotations = annotations_of(edited.problems, vcs::Annotation::Level::warning);
    return preview;
  }
  const std::vector<std::string> changes = changes_between(effective.rules, edited.rules);
  std::string text = "this pull request changes .diffgate.yml: ";
  text += changes.empty() ? "the rules stay what they are"
                          : "once it is merged these rules hold: " + joined(changes);
  const config::Decision then = config::decide(edited.rules, facts);
  if (then.run != decision.run) {
    text +=
        fmt::format("; this pull request would {} then: {}", then.run ? "be run" : "not be run", then.reason);
  }
  preview.warnings.push_back(std::move(text));
  return preview;
}

}  // namespace diffgate::app
