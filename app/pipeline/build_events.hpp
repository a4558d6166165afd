#pragma once

// What builders tell: dbt Cloud of its runs, a forge of its CI and of pushes. Runs that wait for a build ask
// at once; runs that gave up are taken up again; a push may start a build.

#include <functional>
#include <string>

#include "app/pipeline/run_board.hpp"
#include "app/pipeline/services.hpp"
#include "dbt/cloud_webhook.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

class BuildEvents {
 public:
  // `look_again` brings a pull request's runs to where they should be, now that a build has ended. All of it
  // outlives this; its coroutines are to be run to their end, or cancelled, before it goes.
  BuildEvents(Services& services, RunBoard& board,
              std::function<void(const vcs::Repo&, vcs::PullNumber)> look_again)
      : services_(services), board_(board), look_again_(std::move(look_again)) {}

  // A run of one of the account's jobs has started or ended. What is to be noted of the delivery.
  std::string cloud_event(const std::string& account, const dbt::CloudEvent& event);

  // The rest of it, which asks dbt Cloud; nothing to do for most events.
  bool has_more(const std::string& account, const dbt::CloudEvent& event) const;
  Awaitable<std::string> revive_after(std::string account, dbt::CloudEvent event, std::string note);

  // The forge's CI has ended a run of this commit.
  Awaitable<std::string> ci_run_ended(vcs::CiRunEvent event);

  // Whether the push starts a job, and starting it: with bounded retries, and logged if it fails. Both answer
  // what is to be noted of the delivery.
  Awaitable<bool> starts_jobs(vcs::PushEvent push);
  Awaitable<std::string> start_jobs(vcs::PushEvent push);

  // Failed runs of this head that lacked a build go on.
  Awaitable<void> revive(ProjectId project, vcs::Sha head_sha);

 private:
  Awaitable<void> revive_pull(ProjectId project, vcs::PullNumber number);
  void look_again_if_failed(const Run& run);

  Services& services_;
  RunBoard& board_;
  std::function<void(const vcs::Repo&, vcs::PullNumber)> look_again_;
};

}  // namespace diffgate::app
