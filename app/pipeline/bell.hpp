#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <list>

#include "net/async.hpp"

namespace diffgate::app {

// Wakes coroutines that wait for something to have changed. A waiter says which ring it knew of when it
// looked, so that a ring between the look and the wait is not lost.
class Bell {
 public:
  explicit Bell(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  std::uint64_t rings() const { return rings_; }

  void ring() {
    ++rings_;
    for (asio::steady_timer* waiter : waiters_) waiter->cancel();
  }

  // Returns once `rings()` is no longer `seen`; throws operation_aborted when cancelled.
  Awaitable<void> wait_after(std::uint64_t seen) {
    // The timer never expires: a ring wakes its coroutine by cancelling it.
    asio::steady_timer timer(executor_, asio::steady_timer::time_point::max());
    const Registration registration(waiters_, timer);
    while (rings_ == seen) {
      boost::system::error_code ignored;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
      }
    }
  }

 private:
  class Registration {
   public:
    Registration(std::list<asio::steady_timer*>& list, asio::steady_timer& timer)
        : list_(list), at_(list.insert(list.end(), &timer)) {}
    ~Registration() { list_.erase(at_); }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

   private:
    std::list<asio::steady_timer*>& list_;
    std::list<asio::steady_timer*>::iterator at_;
  };

  asio::any_io_executor executor_;
  std::uint64_t rings_ = 0;
  std::list<asio::steady_timer*> waiters_;
};

}  // namespace diffgate::app
