#pragma once

// The few ways in which diffgate waits. Boost 1.81 has traps here: `operation || timer` waits for the first
// *success*, so a refused connection turns up as a timeout; `cancel_after` does not exist; awaiting a
// co_spawn onto a thread pool under cancellation terminates the process. So nothing else in the project
// races a timer, posts to a pool or spawns a coroutine by itself.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace diffgate {

namespace asio = boost::asio;

template <class T>
using Awaitable = asio::awaitable<T>;

// Gives the operation at most `limit`. On time-out the operation is cancelled, awaited to its end, and
// Error(remote_transient, "<what>: no answer within N s") is thrown; the operation's own error passes
// unchanged.
Awaitable<void> with_timeout(std::chrono::milliseconds limit, std::string what, Awaitable<void> operation);

// The same for an operation with a result.
template <class T>
Awaitable<T> with_timeout(std::chrono::milliseconds limit, std::string what, Awaitable<T> operation);

// Threads for what blocks or burns: big parses, archives, the end of child processes.
// Its destructor lets the posted jobs finish. An event loop must not go while somebody on it waits for a job.
class BlockingPool {
 public:
  explicit BlockingPool(std::size_t threads);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void post(std::function<void()> job);

 private:
  class Threads;
  std::unique_ptr<Threads> threads_;
};

// Runs `job` on the pool and resumes the caller on its own executor with the result or the exception.
// The job itself can't be cancelled; a cancelled caller still waits for its end, then goes on.
template <class Job>
Awaitable<std::invoke_result_t<Job>> run_blocking(BlockingPool& pool, Job job);

// Starts a coroutine that nobody awaits. An exception that escapes it, other than a cancellation, goes to
// `on_error` with the task's name; nothing is dropped.
void spawn(const asio::any_io_executor& executor, std::string name, Awaitable<void> task,
           std::function<void(const std::string& name, const std::exception_ptr&)> on_error);

// Starts coroutines and lets their owner ask them to stop and wait for the last one. An owner whose tasks use
// it must do both before it goes: the destructor does neither.
class TaskGroup {
 public:
  TaskGroup(asio::any_io_executor executor,
            std::function<void(const std::string& name, const std::exception_ptr&)> on_error);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(std::string name, Awaitable<void> task);

  // Requests cancellation of every task. The tasks see operation_aborted at their next await.
  void cancel();

  // Returns when no task is left, or after `limit`; true if none is left.
  Awaitable<bool> wait(std::chrono::milliseconds limit);

  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// A bounded number of holders; the others wait in order of arrival.
class Semaphore {
 public:
  Semaphore(const asio::any_io_executor& executor, std::size_t permits);
  ~Semaphore();

  class Permit {
   public:
    Permit() = default;
    explicit Permit(std::shared_ptr<void> holder) : holder_(std::move(holder)) {}

   private:
    std::shared_ptr<void> holder_;
  };

  // Waits for a permit; it is given back when the last copy of the Permit is destroyed.
  Awaitable<Permit> acquire();

  // More let waiting ones in at once; with fewer, holders keep theirs, and nobody is let in until enough of
  // them have gone.
  void set_permits(std::size_t permits);

  std::size_t taken() const;
  std::size_t waiting() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Whether this exception is the answer to a cancellation that somebody asked for.
bool is_cancellation(const std::exception_ptr& error);

}  // namespace diffgate

#include "net/async_impl.hpp"
