#pragma once

// What should happen to a pull request, from what it is now: whatever the events said and in whatever order
// they came, each evaluation reads the pull request again and brings its runs to where they should be. So
// duplicates, late and lost events do no harm, and a restart is one more evaluation.

#include <optional>
#include <string>
#include <vector>

#include "app/pipeline/effective_rules.hpp"
#include "app/pipeline/publisher.hpp"
#include "app/pipeline/requests.hpp"
#include "app/pipeline/rules_preview.hpp"
#include "app/pipeline/run_board.hpp"
#include "app/pipeline/services.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

// A button that somebody pressed on a check, which is of a commit and so of every pull request with that
// head.
struct Press {
  vcs::CheckActionEvent event;
  vcs::DeliveryId delivery;
  DeliverySequence sequence;
  std::vector<vcs::PullNumber> next;  // the other pull requests, whose turn comes after this one's
};

// Why a pull request is looked at.
struct Occasion {
  std::vector<vcs::PullRequestEvent> events;  // in order; none after a restart or a scan
  std::vector<vcs::CommentEvent> comments;    // in order
  std::vector<Press> buttons;                 // of its checks, in order
  std::vector<vcs::Event> others;             // of the repository itself; there is no pull request then
  bool artifacts_came = false;                // for a run that gave up waiting

  // Adds what came before this.
  void put_first(Occasion earlier);
};

class Evaluation {
 public:
  Evaluation(Services& services, RunBoard& board)
      : services_(services), board_(board), rules_(services), requests_(services, board, rules_) {}

  // Throws Error: remote_transient if it should be tried again.
  Awaitable<void> evaluate(vcs::Repo repo, vcs::PullNumber number, Occasion occasion);

  Requests& requests() { return requests_; }

  // The forge does not come to tell of this pull request: each head that an event told of gets a check that
  // has failed with this reason, so that nothing passes unseen.
  Awaitable<void> fail_closed(vcs::Repo repo, Occasion occasion, std::string line);

  // Whether a run of this head under today's rules exists, so that a scan need not look closer.
  Awaitable<bool> is_known(vcs::Repo repo, vcs::PullRequest pull);

 private:
  // One project of the pull request's repository.
  struct Case {
    const config::ProjectConfig* project = nullptr;
    vcs::Repo repo;
    vcs::PullRequest pull;
    EffectiveRules effective;
  };

  Awaitable<vcs::PullRequest> read_pull(vcs::Repo repo, vcs::PullNumber number, const Occasion& occasion);
  Awaitable<void> evaluate_projects(vcs::Repo repo, vcs::PullRequest pull,
                                    std::vector<const config::ProjectConfig*> projects, Occasion occasion);
  Awaitable<void> evaluate_project(Case task, const Occasion& occasion);
  Awaitable<void> bring_to_decision(Case task, Run run, const Occasion& occasion);
  Awaitable<bool> cancel_outdated(const Case& task, const std::vector<Run>& unfinished);
  Awaitable<bool> press_buttons(const Case& task, const Occasion& occasion, RunId id);
  Awaitable<bool> may_press(const Case& task, const vcs::CheckActionEvent& event);
  Awaitable<void> note_approvals(const Case& task, const Occasion& occasion);
  Awaitable<void> fail(const Case& task, std::string hash, std::string code, Outcome outcome);
  Awaitable<void> end_skipped(Run run, config::Decision decision, RulesPreview preview);
  Awaitable<RunInput> prepare(const Case& task, Run run, vcs::ChangedFiles files, std::vector<Wish> wishes);
  Awaitable<RulesPreview> preview(const Case& task, config::PullRequestFacts facts,
                                  config::Decision decision);

  Services& services_;
  RunBoard& board_;
  RulesReader rules_;
  Requests requests_;
};

}  // namespace diffgate::app
