#pragma once

// The runs that this process works on: each a coroutine that can be cancelled down to its SQL.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/pipeline/run_task.hpp"

namespace diffgate::app {

class RunBoard {
 public:
  // `changed` is called when a run starts, ends, comes to rest or goes on.
  RunBoard(Services& services, std::function<void()> changed);
  ~RunBoard();
  RunBoard(const RunBoard&) = delete;
  RunBoard& operator=(const RunBoard&) = delete;

  // Works on an unfinished run until its outcome is published; nothing if it is worked on already.
  void start(RunInput input);

  // Publishes the outcome of a final run, with retries; nothing if somebody is about it.
  void publish(Run run);

  // Stops the work on the run, and waits until it has stopped; then ends the run as cancelled, unless it has
  // ended by itself, and publishes that.
  Awaitable<void> cancel(Run run, std::string code, std::string reason);

  // Returns once nobody is about to publish the run's outcome, or after half a minute.
  Awaitable<void> published(RunId id);

  // Ends a run that nobody works on and publishes the outcome.
  Awaitable<void> conclude(Run run, RunState state, std::string code, Outcome outcome);

  // Stops what is still being done for a final run and queues it again. nullopt if it was not final.
  Awaitable<std::optional<Run>> restart(Run run, Restart how);

  // Stops the work on an unfinished run, which stays unfinished: whoever starts it next starts from the
  // front.
  Awaitable<void> halt(RunId id);

  bool is_active(RunId id) const { return active_.contains(id); }

  // Runs that wait for artifacts look again.
  void look_again();

  // A build of the project has moved: its waiting runs ask their sources at once.
  void build_moved(ProjectId project);

  // Active runs but those at rest: waiting for artifacts or for their next try.
  std::size_t busy() const;
  std::size_t size() const { return active_.size(); }

  // Lets what is at work end for up to `grace`, then cancels all. Nothing starts any more. What was cancelled
  // stays unfinished in the store.
  Awaitable<void> stop(std::chrono::milliseconds grace);

 private:
  struct Active;

  std::shared_ptr<Active> enter(RunId id);
  Awaitable<void> work(std::shared_ptr<Active> active, std::shared_ptr<const RunInput> input);
  Awaitable<void> work_with_retries(std::shared_ptr<Active> active, std::shared_ptr<const RunInput> input);
  Awaitable<void> publish_now(std::shared_ptr<Active> active, RunId id);
  Awaitable<void> publish_alone(std::shared_ptr<Active> active, RunId id);
  void leave(RunId id, const Active* active);

  Services& services_;
  std::function<void()> changed_;
  FairGate gate_;
  std::map<RunId, std::shared_ptr<Active>> active_;
  bool is_stopping_ = false;
};

}  // namespace diffgate::app
