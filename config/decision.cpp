#include "config/decision.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "config/glob.hpp"
#include "config/ignore_patterns.hpp"
#include "config/quote.hpp"

namespace diffgate::config {
namespace {

using Facts = PullRequestFacts;
// Why there is no run, or nullopt if the rule does not stand against it.
using Objection = std::optional<std::string>;

bool has_label(const Facts& facts, const std::string& label) {
  return std::ranges::find(facts.labels, label) != facts.labels.end();
}

std::string quoted_list(const std::vector<std::string>& texts) {
  constexpr std::size_t kShown = 5;
  std::string list;
  for (std::size_t i = 0; i < texts.size() && i < kShown; ++i)
    list += (i == 0 ? "" : ", ") + in_quotes(texts[i]);
  if (texts.size() > kShown) list += fmt::format(" and {} more", texts.size() - kShown);
  return list;
}

Objection disabled(const Rules& rules, const Facts&) {
  if (rules.enabled) return std::nullopt;
  return "diffgate is switched off for this project (enabled: false)";
}

Objection base_branch(const Rules& rules, const Facts& facts) {
  if (rules.base_branches.empty()) return std::nullopt;
  const bool matches = std::ranges::any_of(
      rules.base_branches, [&](const std::string& glob) { return branch_matches(glob, facts.base_branch); });
  if (matches) return std::nullopt;
  return fmt::format("the base branch {} is not in base_branches ({})", in_quotes(facts.base_branch),
                     quoted_list(rules.base_branches));
}

Objection draft(const Rules& rules, const Facts& facts) {
  if (!facts.is_draft || rules.draft_pull_requests) return std::nullopt;
  return "the pull request is a draft, and drafts are not run (draft_pull_requests: false)";
}

Objection fork(const Rules& rules, const Facts& facts) {
  if (!facts.is_fork) return std::nullopt;
  if (rules.fork_pull_requests == ForkPullRequests::never) {
    return "the pull request comes from a fork, and forks are not run (fork_pull_requests: never)";
  }
  const std::string& label = rules.pull_request_label;
  if (label.empty()) {
    return "the pull request comes from a fork, and fork_pull_requests: with_label needs a label, but "
           "pull_request_label is not set";
  }
  if (has_label(facts, label) && facts.label_set_by_writer) return std::nullopt;
  return fmt::format(
      "the pull request comes from a fork: someone with write access has to put the label {} on for this "
      "commit "
      "(fork_pull_requests: with_label)",
      in_quotes(label));
}

Objection label_missing(const Rules& rules, const Facts& facts) {
  const std::string& label = rules.pull_request_label;
  if (label.empty() || has_label(facts, label)) return std::nullopt;
  return fmt::format("the label {} is not on the pull request (pull_request_label)", in_quotes(label));
}

Objection skip_keyword(const Rules& rules, const Facts& facts) {
  for (const std::string& keyword : rules.skip_commit_keywords) {
    if (keyword.empty() || facts.head_commit_message.find(keyword) == std::string::npos) continue;
    return fmt::format("the head commit's message holds {} (skip_commit_keywords)", in_quotes(keyword));
  }
  return std::nullopt;
}

Objection no_files(const Rules&, const Facts& facts) {
  if (!facts.changed_files_complete || !facts.changed_files.empty()) return std::nullopt;
  return "the pull request changes no files";
}

// A renamed file is ignored only if both of its names are.
bool is_ignored(const IgnorePatterns& patterns, const Facts::File& file) {
  return patterns.match(file.path).is_ignored &&
         (file.previous_path.empty() || patterns.match(file.previous_path).is_ignored);
}

// A list that was cut never proves that there is nothing else.
Objection files_ignored(const Rules& rules, const Facts& facts) {
  if (!facts.changed_files_complete) return std::nullopt;
  const IgnorePatterns patterns(rules.files_to_ignore);
  if (patterns.empty()) return std::nullopt;
  for (const Facts::File& file : facts.changed_files) {
    if (!is_ignored(patterns, file)) return std::nullopt;
  }
  const std::size_t count = facts.changed_files.size();
  const std::string shown = in_quotes(facts.changed_files.front().path);
  if (count == 1) return fmt::format("the one changed file, {}, is ignored (files_to_ignore)", shown);
  return fmt::format("all {} changed files are ignored (files_to_ignore), the first is {}", count, shown);
}

struct Step {
  DecisionRule rule;
  std::string_view name;
  Objection (*objection)(const Rules&, const Facts&);
  bool only_spares_work = false;
};

// In the order in which they are asked: first what costs nothing and holds for all, the files last. A fork is
// asked before the label, as a fork's label means more.
constexpr std::array kSteps{
    Step{DecisionRule::disabled, "disabled", disabled},
    Step{DecisionRule::base_branch, "base_branch", base_branch},
    Step{DecisionRule::draft, "draft", draft, true},
    Step{DecisionRule::fork, "fork", fork},
    Step{DecisionRule::label_missing, "label_missing", label_missing, true},
    Step{DecisionRule::skip_keyword, "skip_keyword", skip_keyword, true},
    Step{DecisionRule::no_files, "no_files", no_files},
    Step{DecisionRule::files_ignored, "files_ignored", files_ignored, true},
};

std::string reason_to_run(const Rules& rules, const Facts& facts) {
  if (IgnorePatterns(rules.files_to_ignore).empty()) return "no rule stands against a run";
  if (!facts.changed_files_complete)
    return "the list of changed files is not complete, so that files_to_ignore can't tell";
  const IgnorePatterns patterns(rules.files_to_ignore);
  for (const Facts::File& file : facts.changed_files) {
    if (!is_ignored(patterns, file))
      return fmt::format("the changed file {} is not in files_to_ignore", in_quotes(file.path));
  }
  return "no rule stands against a run";
}

}  // namespace

std::string_view name_of(DecisionRule rule) {
  for (const Step& step : kSteps) {
    if (step.rule == rule) return step.name;
  }
  return "run";
}

Decision decide(const Rules& rules, const PullRequestFacts& facts) {
  for (const Step& step : kSteps) {
    if (facts.is_asked_for && step.only_spares_work) continue;
    if (auto reason = step.objection(rules, facts)) return {false, step.rule, std::move(*reason)};
  }
  if (facts.is_asked_for) return {true, DecisionRule::run, "somebody asked for it by command"};
  return {true, DecisionRule::run, reason_to_run(rules, facts)};
}

}  // namespace diffgate::config
