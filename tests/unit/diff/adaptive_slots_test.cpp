// Who is let in as the level changes, and what a statement tells of the warehouse.

#include "diff/adaptive_slots.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <string>
#include <vector>

#include "manual_clock.hpp"
#include "run.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using namespace std::chrono_literals;

namespace {

// Comes, stays until it is told to go, and leaves in peace or with what it throws.
struct Visitors {
  Visitors(const asio::any_io_executor& executor, std::size_t limit)
      : slots(executor, limit, [this](const SessionLevel& level) { levels.push_back(level.now); }),
        group(executor, [](const std::string&, const std::exception_ptr&) { FAIL("an error escaped"); }),
        executor_(executor) {}

  void come(int number) { group.spawn(std::to_string(number), visit(*this, number)); }

  // Until nothing moves any more.
  Awaitable<void> settle() {
    for (int i = 0; i < 100; ++i) co_await asio::post(executor_, asio::use_awaitable);
  }

  std::vector<std::size_t> levels;  // is told the first one while `slots` is made
  AdaptiveSlots slots;
  TaskGroup group;
  test::ManualClock clock;
  std::vector<int> entered;
  std::size_t inside = 0;
  std::size_t most = 0;
  std::function<void(int, AdaptiveSlots::Slot&)> act = [](int, AdaptiveSlots::Slot&) {};

 private:
  static Awaitable<void> visit(Visitors& all, int number) {
    AdaptiveSlots::Slot slot = co_await all.slots.acquire();
    struct Count {
      explicit Count(std::size_t& where) : count(where) { ++count; }
      ~Count() { --count; }
      Count(const Count&) = delete;
      Count& operator=(const Count&) = delete;
      std::size_t& count;
    } const counted(all.inside);
    all.entered.push_back(number);
    all.most = std::max(all.most, all.inside);
    co_await all.clock.sleep_for(1s);
    all.act(number, slot);
  }

  asio::any_io_executor executor_;
};

Awaitable<ResultSet> fails(std::function<void()> how) {
  how();
  co_return ResultSet{};
}

Awaitable<void> end_statement(const asio::any_io_executor& executor, std::function<void()> how,
                              std::size_t& level) {
  AdaptiveSlots slots(executor, 4, {});
  const AdaptiveSlots::Slot slot = co_await slots.acquire();
  try {
    co_await watched(slot, true, fails(std::move(how)));
  } catch (const std::exception&) {
    // The statement's own error, which its caller gets.
  }
  level = slots.level().now;
}

// What the level is after a statement that ended so.
std::size_t level_after(std::function<void()> how) {
  std::size_t out = 0;
  test::run([&](const asio::any_io_executor& executor) { return end_statement(executor, how, out); });
  return out;
}

}  // namespace

TEST_CASE("no more than the level are inside, in order of arrival, and more are let in as it rises") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    Visitors all(executor, 8);
    all.act = [](int, AdaptiveSlots::Slot& slot) { slot.looked_up(6, 1ms); };
    for (int i = 0; i < 40; ++i) all.come(i);
    co_await all.settle();
    CHECK(all.inside == 4);
    while (all.group.size() > 0) {
      CHECK(all.inside <= all.slots.level().now);
      all.clock.advance(1s);
      co_await all.settle();
    }
    CHECK(all.entered.size() == 40);
    CHECK(std::is_sorted(all.entered.begin(), all.entered.end()));
    CHECK(all.levels == std::vector<std::size_t>{4, 6, 8});
    CHECK(all.most == 8);
    CHECK(all.slots.level().limit == 8);
  });
}

TEST_CASE(
    "after an overload those inside stay, nobody enters until enough have gone, and all get their turn") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    Visitors all(executor, 4);
    all.act = [](int number, AdaptiveSlots::Slot& slot) {
      if (number < 4) slot.overloaded();
    };
    for (int i = 0; i < 10; ++i) all.come(i);
    co_await all.settle();
    all.clock.advance(1s);
    co_await all.settle();
    // The four were open together: one event.
    CHECK(all.levels == std::vector<std::size_t>{4, 2});
    CHECK(all.inside == 2);
    for (int i = 0; i < 3; ++i) {
      all.clock.advance(1s);
      co_await all.settle();
      CHECK(all.inside <= 2);
    }
    CHECK(all.entered.size() == 10);
    CHECK(all.group.size() == 0);
  });
}

TEST_CASE("who is cancelled, waiting or inside, leaves no place taken") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    Visitors all(executor, 2);
    for (int i = 0; i < 6; ++i) all.come(i);
    co_await all.settle();
    CHECK(all.inside == 2);
    all.group.cancel();
    const bool have_gone = co_await all.group.wait(10s);
    CHECK(have_gone);
    CHECK(all.inside == 0);
    all.come(7);
    all.come(8);
    all.come(9);
    co_await all.settle();
    CHECK(all.inside == 2);
    all.group.cancel();
    co_await all.group.wait(10s);
  });
}

TEST_CASE("a place may be given back when its warehouse is gone") {
  test::run([](const asio::any_io_executor& executor) -> Awaitable<void> {
    auto slots = std::make_unique<AdaptiveSlots>(executor, 1, OnSessionLevel{});
    AdaptiveSlots::Slot slot = co_await slots->acquire();
    slots.reset();
    slot.looked_up(1, 1ms);
    slot.overloaded();
  });
}

TEST_CASE("what a statement's end tells of the warehouse") {
  struct Row {
    const char* what;
    std::function<void()> how;
    bool is_overload;
  };
  const Row rows[] = {
      {"an answer", [] {}, false},
      {"out of memory", [] { throw WarehouseOverloaded("out of memory", "db", ""); }, true},
      {"gone", [] { throw WarehouseLost("the connection was lost", "db", ""); }, true},
      {"starting", [] { throw WarehouseLost("starting", "db", "", WarehouseLost::Why::not_ready); }, false},
      {"a lock", [] { throw Error(ErrorClass::remote_transient, "locked by another"); }, false},
      {"no grant", [] { throw Error(ErrorClass::configuration, "permission denied"); }, false},
      {"a cancel", [] { throw boost::system::system_error(asio::error::operation_aborted); }, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(level_after(row.how) == (row.is_overload ? 2 : 4));
  }
}
