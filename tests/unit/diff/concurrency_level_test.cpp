// How many sessions a warehouse is given, decided for warehouses that are played here.

#include "diff/concurrency_level.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace diffgate::diff;
using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

namespace {

// A warehouse of so many cores. A lookup takes a millisecond, and behind other sessions the end of each one's
// turn. Diffs are of three sizes and share the cores. More than `room` sessions at once are too much for its
// memory.
struct PlayedWarehouse {
  double cores = 2;
  std::size_t room = 64;
};

struct Course {
  std::vector<std::size_t> levels;  // after each diff
  double busy = 0;                  // share of the cores' time in which they work
  int overloads = 0;

  std::size_t last() const { return levels.back(); }
  std::size_t most() const { return *std::max_element(levels.begin(), levels.end()); }
  std::size_t least() const { return *std::min_element(levels.begin(), levels.end()); }
};

// Diffs one after the other from a queue that does not end, as many at once as the level allows. Between its
// statements, a diff leaves its session idle for a tenth of the time.
Course play(ConcurrencyLevel& level, const PlayedWarehouse& warehouse, int diffs,
            ConcurrencyLevel::Time begin = {}) {
  Course out;
  double seconds = 0;
  double worked = 0;
  const auto at = [&] { return begin + duration_cast<nanoseconds>(std::chrono::duration<double>(seconds)); };
  for (int diff = 0; diff < diffs;) {
    const auto sessions = static_cast<double>(level.now());
    const double running = std::min(sessions * 0.9, warehouse.cores);
    if (level.now() > warehouse.room) {
      ++out.overloads;
      level.overloaded(at());
      continue;
    }
    // One diff of each session.
    for (std::size_t session = level.now(); session > 0; --session, ++diff) {
      const double work = diff % 20 == 0 ? 0.6 : diff % 4 == 0 ? 0.08 : 0.02;
      seconds += work / running;
      worked += work;
      const double turns = std::max(0.0, sessions / warehouse.cores - 1);
      const double jitter = 0.6 + 0.2 * (diff % 5);
      level.looked_up(
          {.took = 1ms + duration_cast<nanoseconds>(turns * jitter * 3ms), .columns = 6, .is_awaited = true},
          at());
      out.levels.push_back(level.now());
    }
  }
  out.busy = worked / (seconds * warehouse.cores);
  return out;
}

ConcurrencyLevel::Lookup lookup(nanoseconds took, bool is_awaited = true, std::size_t columns = 6) {
  return {.took = took, .columns = columns, .is_awaited = is_awaited};
}

void look_up(ConcurrencyLevel& level, const ConcurrencyLevel::Lookup& one, int times,
             ConcurrencyLevel::Time at = {}) {
  for (int i = 0; i < times; ++i) level.looked_up(one, at);
}

}  // namespace

TEST_CASE("a level settles where the cores have work, and not far above") {
  struct Row {
    double cores;
    std::size_t limit;
    std::size_t least;
    std::size_t most;
  };
  for (const Row& row : {Row{1, 64, 4, 10}, Row{2, 8, 8, 8}, Row{2, 64, 5, 14}, Row{4, 64, 10, 30},
                         Row{8, 64, 16, 45}, Row{32, 64, 64, 64}, Row{2, 3, 3, 3}, Row{4, 1, 1, 1}}) {
    CAPTURE(row.cores);
    CAPTURE(row.limit);
    ConcurrencyLevel level(row.limit);
    const Course course = play(level, {.cores = row.cores}, 2'000);
    CHECK(course.last() >= row.least);
    CHECK(course.last() <= row.most);
    CHECK(course.most() <= row.limit);
    if (static_cast<double>(row.limit) > row.cores) CHECK(course.busy > 0.9);
  }
}

TEST_CASE("a level begins modestly, and never leaves 1 to the limit") {
  CHECK(ConcurrencyLevel(64).now() == 4);
  CHECK(ConcurrencyLevel(2).now() == 2);
  CHECK(ConcurrencyLevel(1).now() == 1);
  CHECK(ConcurrencyLevel(0).now() == 1);
  CHECK(ConcurrencyLevel(0).limit() == 1);
}

TEST_CASE("a level of one stays there, whatever is said of the warehouse") {
  ConcurrencyLevel level(1);
  look_up(level, lookup(1ms), 100);
  level.overloaded({});
  level.full(0, {});
  level.full(7, {});
  look_up(level, lookup(900ms), 100);
  CHECK(level.now() == 1);
}

TEST_CASE("nobody is given more while nobody waits") {
  ConcurrencyLevel level(64);
  look_up(level, lookup(1ms, false), 1'000);
  CHECK(level.now() == 4);
  look_up(level, lookup(1ms), 1'000);
  CHECK(level.now() == 64);
}

TEST_CASE("a queue lets the level fall by and by, to where it began and no further") {
  ConcurrencyLevel level(64);
  look_up(level, lookup(1ms), 1'000);
  CHECK(level.now() == 64);
  look_up(level, lookup(60ms), 100);
  CHECK(level.now() == 48);
  look_up(level, lookup(60ms), 5'000);
  CHECK(level.now() == 4);
}

TEST_CASE("between a short wait and a long one the level stays") {
  ConcurrencyLevel level(64);
  look_up(level, lookup(1ms), 5);
  const std::size_t before = level.now();
  CHECK(before > 4);
  look_up(level, lookup(16ms), 1'000);
  CHECK(level.now() == before);
}

TEST_CASE("a single late answer among quick ones changes nothing") {
  ConcurrencyLevel level(8);
  look_up(level, lookup(1ms), 100);
  for (int i = 0; i < 50; ++i) {
    level.looked_up(lookup(5s), {});
    look_up(level, lookup(1ms), 7);
  }
  CHECK(level.now() == 8);
}

TEST_CASE("wide tables, whose columns take longer to tell, are no queue") {
  ConcurrencyLevel level(32);
  for (int i = 0; i < 500; ++i)
    level.looked_up(i % 3 == 0 ? lookup(1ms, true, 8) : lookup(80ms, true, 1'600), {});
  CHECK(level.now() == 32);
}

TEST_CASE("a catalog that has become slower for good counts as a queue for ten minutes at most") {
  ConcurrencyLevel level(16);
  ConcurrencyLevel::Time at{};
  look_up(level, lookup(1ms), 200, at);
  CHECK(level.now() == 16);
  for (int i = 0; i < 550; ++i) level.looked_up(lookup(50ms), at += 1s);
  CHECK(level.now() == 4);
  for (int i = 0; i < 400; ++i) level.looked_up(lookup(50ms), at += 1s);
  CHECK(level.now() == 16);
}

TEST_CASE("an overload halves the level, which comes back, and past the point of overload after a minute") {
  ConcurrencyLevel level(16);
  ConcurrencyLevel::Time at{};
  look_up(level, lookup(1ms), 200, at);
  CHECK(level.now() == 16);
  level.overloaded(at);
  CHECK(level.now() == 8);
  look_up(level, lookup(1ms), 9, at += 10s);
  CHECK(level.now() == 9);
  look_up(level, lookup(1ms), 1'000, at += 49s);
  CHECK(level.now() == 15);
  look_up(level, lookup(1ms), 1'000, at += 1s);
  CHECK(level.now() == 16);
  for (const std::size_t next : std::vector<std::size_t>{8, 4, 2, 1, 1}) {
    level.overloaded(at);
    CHECK(level.now() == next);
  }
}

TEST_CASE("a level cut below where it began rises however slow the catalog is") {
  ConcurrencyLevel level(8);
  look_up(level, lookup(1ms, false), 5);
  level.overloaded({});
  level.overloaded({});
  CHECK(level.now() == 1);
  look_up(level, lookup(300ms), 1'000, ConcurrencyLevel::Time(2min));
  CHECK(level.now() == 4);
}

TEST_CASE("a full server keeps the sessions that it has, and is asked for one more after a minute") {
  ConcurrencyLevel level(8);
  ConcurrencyLevel::Time at{};
  look_up(level, lookup(1ms), 100, at);
  level.full(3, at);
  CHECK(level.now() == 3);
  look_up(level, lookup(1ms), 1'000, at += 59s);
  CHECK(level.now() == 3);
  look_up(level, lookup(1ms), 5, at += 2s);
  CHECK(level.now() == 4);
  level.full(0, at);
  CHECK(level.now() == 1);
  level.full(5, at);
  CHECK(level.now() == 1);
}

TEST_CASE(
    "a warehouse whose memory suffices for few sessions is overloaded once a minute, not all the time") {
  ConcurrencyLevel level(64);
  const Course course = play(level, {.cores = 16, .room = 10}, 20'000);
  // 20,000 diffs take some two and a half minutes.
  CHECK(course.overloads >= 1);
  CHECK(course.overloads <= 4);
  CHECK(course.most() <= 13);
  CHECK(course.least() >= 4);
  CHECK(course.last() >= 5);
}
