#pragma once

// The whole way of a pull request behind the server: intake, evaluation, runs, and what happens by the clock.

#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "app/pipeline/bell.hpp"
#include "app/pipeline/evaluation.hpp"
#include "app/pipeline/intake.hpp"
#include "app/pipeline/requested_diffs.hpp"
#include "app/pipeline/run_board.hpp"
#include "app/pipeline/services.hpp"

namespace diffgate::app {

class Pipeline {
 public:
  explicit Pipeline(Services services);
  ~Pipeline();

  // Takes up what an earlier process left: outcomes to publish, runs to go on with, deliveries to handle.
  Awaitable<void> start(bool catch_up);

  // A forge whose credentials came after the start.
  void add_forge(const std::string& name, std::unique_ptr<vcs::Forge> forge) {
    services_.forges[name] = std::move(forge);
  }

  void delivery_stored() { intake_.delivery_stored(); }
  void artifact_stored(const Artifact& artifact);
  Awaitable<bool> confirm_run(RunId id);

  // Carries out what somebody asks of a run; that they may has been checked. nullopt if there is no such run.
  Awaitable<std::optional<Answer>> request(RunId id, Request request);

  // Has a pull request looked at as if the forge had told of it, and waits until its run is there. `head`:
  // the commit that the caller means, if they said. Throws Error(remote_transient) if the run is not there in
  // time.
  Awaitable<std::variant<Run, TriggerRefusal>> trigger(ProjectId project, vcs::PullNumber number,
                                                       std::optional<vcs::Sha> head);

  // Gives the pull request's newest run tables to compare in place of manifests. nullopt if no run waits for
  // such, and none that has ended can be done again with them: the pull request is to be triggered first.
  Awaitable<std::optional<RunId>> submit(ProjectId project, vcs::PullNumber number,
                                         std::vector<TablePair> tables);

  // The name of the dialect that the project's warehouse speaks.
  std::string engine_of(ProjectId project) const;

  RequestedDiffs& requested_diffs() { return requested_diffs_; }

  // Returns when nothing is under way but what waits for artifacts or for a later try.
  Awaitable<void> settle();

  // Runs get up to `grace` to end. What is cancelled then goes on at the next start.
  Awaitable<void> stop(std::chrono::milliseconds grace);

 private:
  Awaitable<void> keep_time();
  Awaitable<void> catch_up_on_downtime();
  Awaitable<void> read_logs_of_deliveries();
  Awaitable<void> take_missed_deliveries(std::string forge, std::optional<UtcTime> since);
  Awaitable<void> scan_open_pulls();
  Awaitable<void> scan_project(const config::ProjectConfig& project);
  Awaitable<void> prune();
  Awaitable<vcs::Repo> repository_of(const config::ProjectConfig* project);
  Awaitable<Run> run_of_head(ProjectId project, vcs::PullNumber number, vcs::Sha head);
  Awaitable<void> retry_head(ProjectId project, vcs::Sha sha);

  Services services_;
  Bell changed_;
  RunBoard board_;
  Evaluation evaluation_;
  Intake intake_;
  RequestedDiffs requested_diffs_;
  TaskGroup tasks_;
  std::size_t extra_ = 0;  // small tasks under way that `settle` waits for
};

}  // namespace diffgate::app
