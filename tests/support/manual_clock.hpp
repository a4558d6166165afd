#pragma once

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <utility>
#include <vector>

#include "net/clock.hpp"

namespace diffgate::test {

// A clock that stands still until the test moves it. Belongs to one event loop, which must outlive it.
//
//   clock.until_sleeping() lets a test wait, without time, for the code under test to go to sleep;
//   clock.advance(1s) then wakes every sleeper whose time has come.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UtcTime start = UtcTime(std::chrono::seconds(1'777'857'292))) : now_(start) {}

  UtcTime now() const override { return now_; }

  Awaitable<void> sleep_for(std::chrono::milliseconds duration) override {
    slept_.push_back(duration);
    if (skips_) {
      now_ += duration;
      // Others get their turn, and a cancellation its effect, as in a sleep that takes time.
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      co_return;
    }
    const UtcTime until = now_ + duration;
    std::function<bool()> is_over = [this, until] { return now_ >= until; };
    co_await wait_for(std::move(is_over), true);
  }

  // Moves the time and wakes the sleepers whose time has come; they run when the test awaits next.
  void advance(std::chrono::milliseconds duration) {
    now_ += duration;
    wake();
  }

  // From now on a sleep moves the clock by itself and does not wait.
  void skip_sleeps() { skips_ = true; }

  // Waits until `count` coroutines sleep.
  Awaitable<void> until_sleeping(std::size_t count = 1) {
    return wait_for([this, count] { return sleeping() >= count; }, false);
  }

  std::size_t sleeping() const {
    return static_cast<std::size_t>(
        std::count_if(waiters_.begin(), waiters_.end(), [](const Waiter* waiter) { return waiter->sleeps; }));
  }

  // Every sleep asked for so far, in order.
  const std::vector<std::chrono::milliseconds>& slept() const { return slept_; }

 private:
  // A coroutine that waits. Its timer never expires: `wake` cancels the timer when `ready` holds.
  struct Waiter {
    Waiter(const asio::any_io_executor& executor, std::function<bool()> condition, bool is_sleeper)
        : timer(executor, asio::steady_timer::time_point::max()),
          ready(std::move(condition)),
          sleeps(is_sleeper) {}

    asio::steady_timer timer;
    std::function<bool()> ready;
    bool sleeps;
  };

  // In the list for as long as its coroutine waits.
  class Registration {
   public:
    Registration(std::list<Waiter*>& list, Waiter& waiter)
        : list_(list), at_(list.insert(list.end(), &waiter)) {}
    ~Registration() { list_.erase(at_); }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

   private:
    std::list<Waiter*>& list_;
    std::list<Waiter*>::iterator at_;
  };

  Awaitable<void> wait_for(std::function<bool()> ready, bool sleeps) {
    Waiter waiter(co_await asio::this_coro::executor, std::move(ready), sleeps);
    const Registration registration(waiters_, waiter);
    wake();
    while (!waiter.ready()) {
      boost::system::error_code ignored;
      co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      const asio::cancellation_state cancelled = co_await asio::this_coro::cancellation_state;
      if (cancelled.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
      }
    }
  }

  void wake() {
    for (Waiter* waiter : waiters_) {
      if (waiter->ready()) waiter->timer.cancel();
    }
  }

  UtcTime now_;
  bool skips_ = false;
  std::list<Waiter*> waiters_;
  std::vector<std::chrono::milliseconds> slept_;
};

}  // namespace diffgate::test
