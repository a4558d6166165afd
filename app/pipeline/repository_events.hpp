#pragma once

// What happens to a repository or to the App's installation rather than to one pull request.

#include <functional>
#include <string>
#include <vector>

#include "app/pipeline/effective_rules.hpp"
#include "app/pipeline/run_board.hpp"
#include "app/pipeline/services.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

class RepositoryEvents {
 public:
  using LookAt = std::function<void(const vcs::Repo&, vcs::PullNumber)>;

  // `look_at` has a pull request evaluated.
  RepositoryEvents(Services& services, RunBoard& board, LookAt look_at)
      : services_(services), board_(board), look_at_(std::move(look_at)), rules_(services) {}

  // In order. Throws Error: remote_transient if all should be tried again, which does no harm to those that
  // were handled before.
  Awaitable<void> handle(vcs::Repo repo, std::vector<vcs::Event> events);

 private:
  Awaitable<void> on(vcs::PushEvent event);
  Awaitable<void> on(vcs::LabelEvent event);
  Awaitable<void> on(vcs::CheckActionEvent event);
  Awaitable<void> on(vcs::MergeGroupEvent event);
  Awaitable<void> on(vcs::InstallationEvent event);
  Awaitable<void> on(vcs::RepositoryEvent event);

  Awaitable<void> cancel_runs(std::function<bool(const Run&)> which, std::string code, std::string reason);
  Awaitable<void> resume(vcs::InstallationEvent event);
  Awaitable<void> rename_account(vcs::InstallationEvent event);
  Awaitable<void> look_at_open_pulls(vcs::Repo repo);

  Services& services_;
  RunBoard& board_;
  LookAt look_at_;
  RulesReader rules_;
};

}  // namespace diffgate::app
