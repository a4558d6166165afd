#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/rules.hpp"

namespace diffgate::config {

// What the rules need to know about a pull request; filled from the forge.
struct PullRequestFacts {
  std::string base_branch;
  bool is_draft = false;
  bool is_fork = false;
  bool label_set_by_writer = false;  // the label was put on, for this head, by someone with write access
  // A person asked for this head by command: the rules that only spare work do not count (draft, label, skip
  // keyword, ignored files), those that protect do.
  bool is_asked_for = false;
  std::vector<std::string> labels;
  std::string head_commit_message;
  struct File {
    std::string path;
    std::string previous_path;
  };
  std::vector<File> changed_files;
  bool changed_files_complete = true;
};

enum class DecisionRule {
  run,  // nothing stands against it
  disabled,
  base_branch,
  draft,
  fork,
  label_missing,
  skip_keyword,
  files_ignored,
  no_files,
};

// Run or not, and the rule that says so.
struct Decision {
  bool run = true;
  DecisionRule rule = DecisionRule::run;
  std::string reason;  // a sentence for the check run: "the label 'data' is not on the pull request"
};

std::string_view name_of(DecisionRule rule);

Decision decide(const Rules& rules, const PullRequestFacts& facts);

}  // namespace diffgate::config
