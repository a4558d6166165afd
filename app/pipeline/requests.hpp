#pragma once

// Carries out what people ask of a pull request, by comment, button or API. Each request leaves a fact in the
// store and the run in a state from which the next evaluation goes on, so one that is carried out twice does
// no harm.

#include <optional>
#include <string>
#include <vector>

#include "app/pipeline/comment_commands.hpp"
#include "app/pipeline/effective_rules.hpp"
#include "app/pipeline/run_board.hpp"
#include "app/pipeline/services.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

// The reason code of a run that a person stopped: it does not start again by itself.
inline constexpr std::string_view kCancelledByPerson = "cancelled_by_person";

struct Answer {
  bool is_done = false;
  std::string text;  // a sentence or more, Markdown
};

class Requests {
 public:
  Requests(Services& services, RunBoard& board, RulesReader& rules)
      : services_(services), board_(board), rules_(rules) {}

  // That the actor may ask for it has been checked. The caller has the pull request evaluated afterwards.
  Awaitable<Answer> carry_out(Run run, Request request);

  // Carries out the commands in a comment, if its author may write to the repository, and answers in the one
  // comment of each project. Comments of bots and of our own are no commands.
  Awaitable<void> answer(vcs::Repo repo, vcs::PullRequest pull,
                         std::vector<const config::ProjectConfig*> projects, vcs::CommentEvent comment);

 private:
  Awaitable<Answer> carry_out_at_head(const config::ProjectConfig& project, vcs::Repo repo,
                                      vcs::PullRequest pull, Request request);
  Awaitable<void> wish(const Run& run, WishKind kind, std::string value, std::string actor);
  Awaitable<Answer> run_again(Run run, Request request);
  Awaitable<Answer> diff_downstream(Run run, Request request);
  Awaitable<Answer> cancel(Run run, Request request);
  Awaitable<Answer> accept(Run run, Request request);
  Awaitable<Answer> remap(Run run, Request request);
  Awaitable<void> plan_anew(Run run);
  Awaitable<bool> may_command(vcs::Repo repo, vcs::PullNumber number, vcs::CommentEvent comment);
  Awaitable<void> reply(const config::ProjectConfig& project, vcs::Repo repo, vcs::PullRequest pull,
                        std::string text);

  Services& services_;
  RunBoard& board_;
  RulesReader& rules_;
};

}  // namespace diffgate::app
