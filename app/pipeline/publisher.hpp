#pragma once

// Writes a run's check and comment. Each write goes to the store first as an intention and then as done, so
// that after a crash it is known which writes the forge may have taken; each compares the run's commit with
// the pull request's head.

#include <optional>
#include <string>
#include <string_view>

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

// The reason code of a run of a head that the forge's API never came to show.
inline constexpr std::string_view kForgeBehind = "forge_behind";

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

  // Puts the answers to commands below the report, within the project's one comment. They stay there until
  // the next push.
  Awaitable<void> write_reply(ProjectId project, vcs::Repo repo, vcs::PullNumber number, vcs::Sha head,
                              std::string reply);

 private:
  Awaitable<void> write_check(Run run, vcs::Check check);
  Awaitable<void> write_comment(ProjectId project, vcs::Repo repo, vcs::PullNumber number, vcs::Sha head,
                                CommentParts parts);
  vcs::Check check_for(const Run& run) const;

  Services& services_;
};

// What a check carries of its run, by which it is found again: "run-12", and "run-12-2" of its second
// attempt.
std::string external_id_of(const Run& run);
std::optional<RunId> run_of_external_id(std::string_view external_id);

// The hidden text by which the comment of a project is found again.
std::string comment_marker(ProjectId project);

// How much of a comment's length is kept for answers to commands.
inline constexpr std::size_t kRoomForReply = 4'000;

// The comment at this head: the report, and below it what was answered since the last push. Pure.
std::string comment_text(const CommentParts& parts, const vcs::Sha& head);

}  // namespace diffgate::app
