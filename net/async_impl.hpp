#pragma once

// The templates of net/async.hpp; include that instead.

#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace diffgate {
namespace async_detail {

template <class T>
Awaitable<void> store_result(std::optional<T>& result, Awaitable<T> operation) {
  result.emplace(co_await std::move(operation));
}

// What a blocking job leaves behind for its caller.
template <class Result>
struct Outcome {
  std::exception_ptr error;
  std::optional<Result> result;

  template <class Job>
  void fill(Job& job) {
    result.emplace(job());
  }
  Result take() { return std::move(*result); }
};

template <>
struct Outcome<void> {
  std::exception_ptr error;

  template <class Job>
  void fill(Job& job) {
    job();
  }
  void take() {}
};

// Starts `job` on the pool; `resume` is called on `executor` afterwards. The executor is kept busy meanwhile,
// so that its loop does not end for lack of work.
void start_blocking(BlockingPool& pool, const asio::any_io_executor& executor, std::function<void()> job,
                    std::function<void()> resume);

}  // namespace async_detail

template <class T>
Awaitable<T> with_timeout(std::chrono::milliseconds limit, std::string what, Awaitable<T> operation) {
  std::optional<T> result;
  co_await with_timeout(limit, std::move(what), async_detail::store_result(result, std::move(operation)));
  co_return std::move(*result);
}

template <class Job>
Awaitable<std::invoke_result_t<Job>> run_blocking(BlockingPool& pool, Job job) {
  using Result = std::invoke_result_t<Job>;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto outcome = std::make_shared<async_detail::Outcome<Result>>();
  auto shared_job = std::make_shared<std::optional<Job>>(std::move(job));
  std::function<void()> work = [outcome, shared_job] {
    try {
      outcome->fill(**shared_job);
    } catch (...) {
      outcome->error = std::current_exception();
    }
    // What the job captured dies here, on the pool's thread, before its caller goes on.
    shared_job->reset();
  };
  auto start = [&pool, &executor, &work](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    async_detail::start_blocking(pool, executor, std::move(work), [shared] { (*shared)(); });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start), asio::use_awaitable);
  if (outcome->error) std::rethrow_exception(outcome->error);
  co_return outcome->take();
}

}  // namespace diffgate
