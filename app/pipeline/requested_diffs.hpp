#pragma once

// Diffs of two tables that calls ask for outside of any run: so many at once, the others in line, each stored
// before the call is answered and taken up again after a restart.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/pipeline/services.hpp"

namespace diffgate::app {

class RequestedDiffs {
 public:
  // `changed` is called when one begins or ends.
  RequestedDiffs(Services& services, std::function<void()> changed);
  ~RequestedDiffs();
  RequestedDiffs(const RequestedDiffs&) = delete;
  RequestedDiffs& operator=(const RequestedDiffs&) = delete;

  // Takes up what an earlier process left.
  Awaitable<void> start();

  // Takes an order (requested_diff.hpp) for the project's warehouse. Throws Error(caller) for one that can't
  // be understood, Error(remote_transient) if too many wait already.
  Awaitable<RequestedDiff> add(ProjectId project, std::string order);

  // Stops it, down to its statement in the warehouse; what has ended stays as it is. The diff as it is then.
  Awaitable<std::optional<RequestedDiff>> cancel(ModelDiffId id);

  bool is_idle() const { return active_.empty(); }

  // Stops all; what has not ended goes on at the next start.
  Awaitable<void> stop();

 private:
  void begin(RequestedDiff diff);
  Awaitable<void> work(std::shared_ptr<TaskGroup> tasks, RequestedDiff diff);
  Awaitable<void> measure(RequestedDiff diff);

  Services& services_;
  std::function<void()> changed_;
  Semaphore places_;
  std::map<ModelDiffId, std::shared_ptr<TaskGroup>> active_;
  bool is_stopping_ = false;
};

}  // namespace diffgate::app
