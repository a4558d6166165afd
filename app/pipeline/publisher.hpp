#pragma once

// Writes a run's check and comment. Each write goes to the store first as an intention and then as done, so
// that after a crash it is known which writes the forge may have taken; each compares the run's commit with
// the pull request's head.

#include <optional>
#include <string>

#include "app/pipeline/services.hpp"
#include "app/pipeline/texts.hpp"
#include "app/store/records.hpp"

namespace diffgate::app {

// Why nothing of this run may be shown any more.
struct Stale {
  std::string code;  // "superseded", "closed"
  std::string reason;
};
std::optional<Stale> stale(const Run& run, const vcs::PullRequest& pull);

class Publisher {
 public:
  explicit Publisher(Services& services) : services_(services) {}

  // Shows that work goes on, unless the check has its final state already. Without `head_is_known` the pull
  // request is read first: if the run is stale nothing is written and the answer says so.
  Awaitable<std::optional<Stale>> progress(Run run, vcs::CheckState state, ProgressText text,
                                           bool head_is_known);

  // Ends the check, then writes the comment. A run that is stale by then ends its check as cancelled, without
  // a comment.
  Awaitable<void> final_state(Run run, Outcome outcome);

 private:
  Awaitable<void> write_check(Run run, vcs::Check check);
  Awaitable<void> write_comment(Run run, std::string markdown);
  vcs::Check check_for(const Run& run) const;

  Services& services_;
};

// The hidden text by which the comment of a project is found again.
std::string comment_marker(ProjectId project);

}  // namespace diffgate::app
