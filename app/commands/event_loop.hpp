#pragma once

// A command's own event loop, with Ctrl-C as cancellation.

#include <boost/asio/io_context.hpp>
#include <optional>
#include <utility>

#include "net/async.hpp"

namespace diffgate::app {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  asio::any_io_executor executor() { return context_.get_executor(); }
  BlockingPool& pool() { return pool_; }

  // Runs `task` to its end on this thread. SIGINT and SIGTERM cancel it; its statements in the warehouse are
  // then cancelled too, and Error(remote_final, "interrupted") is thrown.
  void run(Awaitable<void> task);

  template <class T>
  T run(Awaitable<T> task) {
    std::optional<T> result;
    run(async_detail::store_result(result, std::move(task)));
    return std::move(*result);
  }

 private:
  asio::io_context context_{1};
  BlockingPool pool_{2};
};

}  // namespace diffgate::app
