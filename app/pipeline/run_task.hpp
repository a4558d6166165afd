#pragma once

// One run from its manifests to its outcome. What it learns goes to the store step by step; the last step
// keeps the outcome, which somebody else publishes. It may be started again after a crash at any point.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/pipeline/bell.hpp"
#include "app/pipeline/fair_gate.hpp"
#include "app/pipeline/publisher.hpp"
#include "app/pipeline/run_plan.hpp"
#include "app/pipeline/services.hpp"
#include "config/rules.hpp"

namespace diffgate::app {

// How the rest of the pipeline sees a run at work.
struct RunProgress {
  RunProgress(const asio::any_io_executor& executor, std::function<void()> on_change)
      : bell(executor), changed(std::move(on_change)) {}

  // A resting run waits for artifacts or for the time of its next try.
  void set_resting(bool value) {
    is_resting = value;
    changed();
  }

  Bell bell;  // rung when an artifact came or time has passed
  bool is_resting = false;
  bool build_has_moved = false;  // since the bell was last listened to
  std::function<void()> changed;
};

// Returns once the run has an outcome in the store. Throws what stopped it: the caller decides whether to try
// again. `side_tasks` runs what the run does beside its main thread; cancelling that group and the caller
// stops everything.
Awaitable<void> work_on_run(Services& services, FairGate& gate, TaskGroup& side_tasks, RunProgress& progress,
                            std::shared_ptr<const RunInput> input);

}  // namespace diffgate::app
