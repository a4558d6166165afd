#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace diffgate::diff {

// How many sessions a warehouse is given at once, found out while they work.
//
// Nobody says how much a warehouse can do, and statements are of every size, so that their times tell
// nothing. But every diff asks for the same small thing, the columns of its two tables. How much longer the
// answer takes than it did at its best is the time that it stood in line behind other statements. As LEDBAT
// does with packets (RFC 6817), the level rises while that time is short and somebody waits for a session,
// and falls when it is long, but not below where it began: a slow catalog alone starves nobody. Where the
// warehouse says that it has too much to do, the level is halved, and stays below that point for a minute.
//
// Decides only: the time is passed in.
class ConcurrencyLevel {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `limit` is never exceeded; 0 counts as 1.
  explicit ConcurrencyLevel(std::size_t limit);

  std::size_t now() const { return level_; }
  std::size_t limit() const { return limit_; }

  struct Lookup {
    std::chrono::nanoseconds took{0};
    std::size_t columns = 0;  // of the tables: like is compared with like
    bool is_awaited = false;  // somebody waits for a session
  };

  // The columns of two tables were told.
  void looked_up(const Lookup& lookup, Time at);

  // Out of memory, a statement too late, the warehouse lost. Statements that were under way together fail
  // together: the first of them tells.
  void overloaded(Time at);

  // It takes no more connections than these.
  void full(std::size_t open, Time at);

 private:
  std::chrono::nanoseconds wait_of(const Lookup& lookup, Time at);
  void decide(bool is_awaited, Time at);
  void cut_to(std::size_t level, Time at);

  // The shortest lookup of this while and of the one before, so that a catalog that has become slower counts
  // as such no longer than two of them.
  struct Best {
    std::optional<std::chrono::nanoseconds> current;
    std::optional<std::chrono::nanoseconds> before;
  };
  static constexpr std::size_t kSizes = 12;  // powers of two of columns

  std::size_t limit_;
  std::size_t start_;
  std::size_t level_;
  bool is_exploring_ = true;  // has not met a queue yet
  std::array<Best, kSizes> best_{};
  std::optional<Time> best_since_;
  std::vector<std::chrono::nanoseconds> waits_;  // since the last decision
  std::optional<Time> cut_at_;
  std::size_t most_after_cut_ = 0;
};

}  // namespace diffgate::diff
