#pragma once

// The whole way of a pull request behind the server: intake, evaluation, runs, and what happens by the clock.

#include <functional>
#include <memory>

#include "app/pipeline/bell.hpp"
#include "app/pipeline/evaluation.hpp"
#include "app/pipeline/intake.hpp"
#include "app/pipeline/run_board.hpp"
#include "app/pipeline/services.hpp"

namespace diffgate::app {

class Pipeline {
 public:
  explicit Pipeline(Services services);
  ~Pipeline();

  // Takes up what an earlier process left: outcomes to publish, runs to go on with, deliveries to handle.
  Awaitable<void> start(bool catch_up);

  void delivery_stored() { intake_.delivery_stored(); }
  void artifact_stored(const Artifact& artifact);
  Awaitable<bool> confirm_run(RunId id);

  // Returns when nothing is under way but what waits for artifacts or for a later try.
  Awaitable<void> settle();

  // Runs get up to `grace` to end. What is cancelled then goes on at the next start.
  Awaitable<void> stop(std::chrono::milliseconds grace);

 private:
  Awaitable<void> keep_time();
  Awaitable<void> scan_open_pulls();
  Awaitable<void> scan_project(const config::ProjectConfig& project);
  Awaitable<void> prune();
  Awaitable<void> retry_head(ProjectId project, vcs::Sha sha);

  Services services_;
  Bell changed_;
  RunBoard board_;
  Evaluation evaluation_;
  Intake intake_;
  TaskGroup tasks_;
  std::size_t extra_ = 0;  // small tasks under way that `settle` waits for
};

}  // namespace diffgate::app
