#pragma once

// What a run says on the forge when there is no report to show, and while it is under way. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "app/store/records.hpp"
#include "config/decision.hpp"
#include "config/problem.hpp"
#include "config/rules.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

// The first digits, as people write them.
std::string short_sha(const vcs::Sha& sha);

// Title and summary of a check that is not completed.
struct ProgressText {
  std::string title;
  std::string summary;
};
ProgressText queued_text(const Run& run);
ProgressText planning_text(const Run& run);
ProgressText diffing_text(const Run& run, std::size_t done, std::size_t total);

// Which manifests a run lacks.
struct MissingArtifacts {
  bool pull_request = false;
  bool production = false;
};
ProgressText waiting_text(const Run& run, const MissingArtifacts& missing, UtcTime deadline,
                          const std::string& server_url);

Outcome not_run_outcome(const config::Decision& decision);
Outcome cancelled_outcome(const std::string& reason);
Outcome missing_artifacts_outcome(const Run& run, const MissingArtifacts& missing,
                                  std::chrono::minutes waited, const std::string& server_url,
                                  bool errors_as_success);
Outcome confirmation_outcome(const Run& run, std::size_t diffs, int threshold, const std::string& server_url);
Outcome rules_problem_outcome(const std::vector<config::Problem>& problems, bool errors_as_success);

// `line` is the error's one line.
Outcome error_outcome(const Run& run, const std::string& line, const std::string& hint,
                      bool errors_as_success);

// On a forge whose checks show a title alone, what a reader has to act on goes into the comment, unless the
// rules want none.
Outcome made_visible(Outcome outcome, const vcs::Limits& limits, config::CommentWhen comment);

// Mistakes in the pull request's own edit of the rules file, which is not obeyed.
std::vector<vcs::Annotation> annotations_of(const std::vector<config::Problem>& problems,
                                            vcs::Annotation::Level level);

}  // namespace diffgate::app
