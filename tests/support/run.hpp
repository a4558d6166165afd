#pragma once

// Coroutines in tests: `test::run` is the one way in which a test awaits.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <concepts>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "net/async.hpp"

namespace diffgate::test {

template <class T>
struct AwaitedBy;
template <class T>
struct AwaitedBy<Awaitable<T>> {
  using Type = T;
};

// An event loop for objects that need one before the first coroutine runs, such as servers and fakes.
// They must be declared after it.
class Loop {
 public:
  asio::any_io_executor executor() { return context_.get_executor(); }

  // Runs the coroutine to its end and returns its result or throws its exception; throws when it has not
  // finished after `limit`. Other tasks of the loop run meanwhile and rest afterwards.
  template <class T>
  T run(Awaitable<T> task, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    std::optional<std::exception_ptr> outcome;
    [[maybe_unused]] std::conditional_t<std::is_void_v<T>, int, std::optional<T>> result{};
    context_.restart();
    if constexpr (std::is_void_v<T>) {
      start(std::move(task), outcome);
    } else {
      start(async_detail::store_result(result, std::move(task)), outcome);
    }
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!outcome && context_.run_one_until(deadline) != 0) {
    }
    if (!outcome)
      throw std::runtime_error("the coroutine did not finish: it waits for something that never comes");
    if (*outcome) std::rethrow_exception(*outcome);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  // The same for a callable that makes the coroutine, given the loop's executor.
  template <class F>
    requires std::invocable<F&, asio::any_io_executor>
  auto run(F make, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    return run(make(executor()), limit);
  }

 private:
  void start(Awaitable<void> task, std::optional<std::exception_ptr>& outcome) {
    asio::co_spawn(context_, std::move(task),
                   [&outcome](const std::exception_ptr& error) { outcome = error; });
  }

  asio::io_context context_{1};
};

// Runs one coroutine, or what a callable makes with the executor, on an event loop of its own.
template <class Task>
auto run(Task task, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  Loop loop;
  return loop.run(std::move(task), limit);
}

}  // namespace diffgate::test
