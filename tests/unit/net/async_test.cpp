#include "net/async.hpp"

#include <doctest/doctest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "manual_clock.hpp"
#include "net/error.hpp"
#include "run.hpp"

using namespace diffgate;
using namespace std::chrono_literals;

namespace {

Awaitable<std::string> answer(std::string text) { co_return text; }

Awaitable<void> fail(std::string text) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  throw std::runtime_error(text);
}

Awaitable<void> wait_for_ever() {
  asio::steady_timer timer(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  co_await timer.async_wait(asio::use_awaitable);
}

// Waits until cancelled, then notes that its end was awaited.
Awaitable<void> wait_and_note(bool& ended) {
  std::exception_ptr error;
  try {
    co_await wait_for_ever();
  } catch (...) {
    error = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state();
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  ended = true;
  std::rethrow_exception(error);
}

void ignore_errors(const std::string&, const std::exception_ptr&) {}

// A result without a default constructor.
struct Picky {
  explicit Picky(int number) : value(number) {}
  int value;
};
Awaitable<Picky> picky() { co_return Picky(7); }

}  // namespace

TEST_CASE("an operation that ends within its limit gives its result") {
  CHECK(test::run(with_timeout(10s, "asking", answer("yes"))) == "yes");
  CHECK(test::run(with_timeout(10s, "asking", picky())).value == 7);
}

TEST_CASE("an operation's own error passes a time limit unchanged") {
  CHECK_THROWS_WITH_AS(test::run(with_timeout(10s, "asking", fail("no"))), "no", std::runtime_error);
}

TEST_CASE("a refused connection is reported as refused and not as a time-out") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    asio::ip::tcp::acceptor closed(executor, {asio::ip::make_address("127.0.0.1"), 0});
    const auto endpoint = closed.local_endpoint();
    closed.close();
    asio::ip::tcp::socket socket(executor);
    boost::system::error_code code;
    try {
      co_await with_timeout(10s, "connecting", socket.async_connect(endpoint, asio::use_awaitable));
    } catch (const boost::system::system_error& error) {
      code = error.code();
    }
    CHECK(code == asio::error::connection_refused);
  });
}

TEST_CASE("a time-out names what was waited for, and the operation has ended by then") {
  bool ended = false;
  CHECK_THROWS_WITH_AS(test::run(with_timeout(15ms, "GET https://x.test", wait_and_note(ended))),
                       "GET https://x.test: no answer within 0.015 s", Error);
  CHECK(ended);
}

TEST_CASE("a cancelled caller cancels the operation under its time limit and sees a cancellation") {
  test::Loop loop;
  bool ended = false;
  asio::cancellation_signal signal;
  std::exception_ptr outcome;
  asio::co_spawn(
      loop.executor(), with_timeout(1h, "waiting", wait_and_note(ended)),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) { outcome = error; }));
  loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    co_await asio::post(executor, asio::use_awaitable);
    signal.emit(asio::cancellation_type::terminal);
    while (!outcome) co_await asio::post(executor, asio::use_awaitable);
  });
  CHECK(ended);
  CHECK(is_cancellation(outcome));
}

TEST_CASE("limits can be nested: the inner operation's time-out belongs to the limit that passed") {
  auto inner = [] { return with_timeout(1h, "inner", wait_for_ever()); };
  CHECK_THROWS_WITH_AS(test::run(with_timeout(5ms, "outer", inner())), "outer: no answer within 0.005 s",
                       Error);
  auto outer = [] { return with_timeout(1h, "outer", with_timeout(5ms, "inner", wait_for_ever())); };
  CHECK_THROWS_WITH_AS(test::run(outer()), "inner: no answer within 0.005 s", Error);
}

TEST_CASE("many operations race their limits without harm") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    int ended = 0;
    int late = 0;
    auto one = [&]() -> Awaitable<void> {
      for (int i = 0; i < 50; ++i) {
        asio::steady_timer timer(executor, 1ms);
        try {
          co_await with_timeout(1ms, "racing", timer.async_wait(asio::use_awaitable));
          ++ended;
        } catch (const Error&) {
          ++late;
        }
      }
    };
    TaskGroup group(executor, ignore_errors);
    for (int i = 0; i < 50; ++i) group.spawn("racer", one());
    const bool done = co_await group.wait(30s);
    CHECK(done);
    CHECK(ended + late == 50 * 50);
  });
}

TEST_CASE("a blocking job runs on another thread and its caller goes on at home with the result") {
  BlockingPool pool(2);
  const auto home = std::this_thread::get_id();
  test::run([&](const asio::any_io_executor&) -> Awaitable<void> {
    auto job = [] { return std::this_thread::get_id(); };
    const auto there = co_await run_blocking(pool, job);
    CHECK(there != home);
    CHECK(std::this_thread::get_id() == home);
    auto failing = []() -> int { throw std::runtime_error("disk full"); };
    CHECK_THROWS_WITH_AS(co_await run_blocking(pool, failing), "disk full", std::runtime_error);
    bool ran = false;
    auto quiet = [&ran] { ran = true; };
    co_await run_blocking(pool, quiet);
    CHECK(ran);
  });
}

TEST_CASE("a blocking job may own what can only be moved") {
  BlockingPool pool(1);
  auto job = [number = std::make_unique<int>(4)]() mutable { return std::move(number); };
  CHECK(*test::run(run_blocking(pool, std::move(job))) == 4);
}

TEST_CASE("a cancelled caller of a blocking job waits for its end") {
  BlockingPool pool(1);
  test::Loop loop;
  std::atomic<bool> may_end = false;
  bool after_job = false;
  bool after_next_wait = false;
  auto task = [&]() -> Awaitable<void> {
    auto job = [&may_end] { may_end.wait(false); };
    co_await run_blocking(pool, job);
    after_job = true;
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    after_next_wait = true;
  };
  loop.run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    TaskGroup group(executor, ignore_errors);
    group.spawn("job", task());
    co_await asio::post(executor, asio::use_awaitable);
    group.cancel();
    co_await asio::post(executor, asio::use_awaitable);
    CHECK(group.size() == 1);
    may_end = true;
    may_end.notify_all();
    const bool done = co_await group.wait(10s);
    CHECK(done);
  });
  CHECK(after_job);
  CHECK_FALSE(after_next_wait);
}

TEST_CASE("an exception that leaves a spawned task is told with the task's name; a cancellation is not") {
  std::vector<std::string> told;
  auto tell = [&told](const std::string& name, const std::exception_ptr& error) {
    told.push_back(name + ": " + error_line(error));
  };
  test::run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    TaskGroup group(executor, tell);
    spawn(executor, "lonely", fail("bang"), tell);
    group.spawn("grouped", fail("boom"));
    group.spawn("waiting", wait_for_ever());
    while (told.size() < 2) co_await asio::post(executor, asio::use_awaitable);
    CHECK(group.size() == 1);
    const bool too_early = co_await group.wait(1ms);
    CHECK_FALSE(too_early);
    group.cancel();
    const bool done = co_await group.wait(10s);
    CHECK(done);
  });
  CHECK(told == std::vector<std::string>{"lonely: bang", "grouped: boom"});
}

TEST_CASE("an event loop may be destroyed under tasks, a time limit, a semaphore's queue and their group") {
  int destroyed = 0;
  struct Counter {
    int& count;
    ~Counter() { ++count; }
  };
  {
    test::Loop loop;
    auto owner = [&](asio::any_io_executor executor) -> Awaitable<void> {
      const Counter counter{destroyed};
      TaskGroup group(executor, ignore_errors);
      Semaphore semaphore(executor, 1);
      const Semaphore::Permit permit = co_await semaphore.acquire();
      auto queued = [&]() -> Awaitable<void> {
        const Counter inner{destroyed};
        co_await with_timeout(1h, "queueing", semaphore.acquire());
      };
      group.spawn("first", queued());
      group.spawn("second", queued());
      co_await wait_for_ever();
    };
    spawn(loop.executor(), "owner", owner(loop.executor()), ignore_errors);
    loop.run([](const asio::any_io_executor& executor) -> Awaitable<void> {
      for (int i = 0; i < 10; ++i) co_await asio::post(executor, asio::use_awaitable);
    });
  }
  CHECK(destroyed == 3);
}

TEST_CASE(
    "a semaphore lets in no more than its permits, in order of arrival, and forgets who was cancelled") {
  std::vector<int> entered;
  test::run([&](const asio::any_io_executor& executor) -> Awaitable<void> {
    test::ManualClock clock;
    Semaphore semaphore(executor, 2);
    int inside = 0;
    auto visitor = [&](int number) -> Awaitable<void> {
      const Semaphore::Permit permit = co_await semaphore.acquire();
      CHECK(++inside <= 2);
      entered.push_back(number);
      co_await clock.sleep_for(1s);
      --inside;
    };
    TaskGroup group(executor, ignore_errors);
    TaskGroup cancelled(executor, ignore_errors);
    group.spawn("0", visitor(0));
    group.spawn("1", visitor(1));
    cancelled.spawn("2", visitor(2));
    group.spawn("3", visitor(3));
    group.spawn("4", visitor(4));
    co_await clock.until_sleeping(2);
    CHECK(entered == std::vector<int>{0, 1});
    cancelled.cancel();
    const bool gone = co_await cancelled.wait(10s);
    CHECK(gone);
    clock.advance(1s);
    while (entered.size() < 4) co_await asio::post(executor, asio::use_awaitable);
    clock.advance(1s);
    const bool done = co_await group.wait(10s);
    CHECK(done);
  });
  CHECK(entered == std::vector<int>{0, 1, 3, 4});
}

namespace {

// Stays for as many seconds as its number.
Awaitable<void> visit(Semaphore& semaphore, test::ManualClock& clock, std::vector<int>& entered, int number) {
  const Semaphore::Permit permit = co_await semaphore.acquire();
  entered.push_back(number);
  co_await clock.sleep_for(std::chrono::seconds(number));
}

}  // namespace

TEST_CASE(
    "a semaphore given more permits lets the queue's first in, and with fewer waits until enough have gone") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    test::ManualClock clock;
    std::vector<int> entered;
    Semaphore semaphore(executor, 1);
    TaskGroup group(executor, ignore_errors);
    for (const int number : {1, 2, 3, 4, 5})
      group.spawn(std::to_string(number), visit(semaphore, clock, entered, number));
    co_await clock.until_sleeping(1);
    CHECK(semaphore.taken() == 1);
    CHECK(semaphore.waiting() == 4);
    semaphore.set_permits(3);
    co_await clock.until_sleeping(3);
    CHECK(entered == std::vector<int>{1, 2, 3});
    semaphore.set_permits(1);
    clock.advance(2s);
    while (group.size() > 3) co_await asio::post(executor, asio::use_awaitable);
    for (int i = 0; i < 10; ++i) co_await asio::post(executor, asio::use_awaitable);
    CHECK(entered == std::vector<int>{1, 2, 3});
    clock.advance(1s);
    while (entered.size() < 4) co_await asio::post(executor, asio::use_awaitable);
    CHECK(semaphore.taken() == 1);
    clock.advance(4s);
    while (entered.size() < 5) co_await asio::post(executor, asio::use_awaitable);
    clock.advance(5s);
    const bool done = co_await group.wait(10s);
    CHECK(done);
    CHECK(semaphore.taken() == 0);
  });
}

TEST_CASE("a clock moved by hand wakes the sleepers whose time has come") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    test::ManualClock clock;
    std::vector<std::string> woken;
    auto sleeper = [&](std::string name, std::chrono::milliseconds time) -> Awaitable<void> {
      co_await clock.sleep_for(time);
      woken.push_back(name);
    };
    TaskGroup group(executor, ignore_errors);
    group.spawn("long", sleeper("long", 10s));
    group.spawn("short", sleeper("short", 2s));
    co_await clock.until_sleeping(2);
    const UtcTime before = clock.now();
    clock.advance(3s);
    CHECK(clock.now() - before == 3s);
    while (group.size() > 1) co_await asio::post(executor, asio::use_awaitable);
    CHECK(woken == std::vector<std::string>{"short"});
    group.cancel();
    const bool done = co_await group.wait(10s);
    CHECK(done);
    CHECK(clock.sleeping() == 0);
  });
}

TEST_CASE("the machine's clock sleeps, and its sleep can be cancelled") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    SystemClock clock;
    co_await clock.sleep_for(1ms);
    TaskGroup group(executor, ignore_errors);
    group.spawn("sleeper", clock.sleep_for(1h));
    co_await asio::post(executor, asio::use_awaitable);
    group.cancel();
    const bool done = co_await group.wait(10s);
    CHECK(done);
  });
}
