#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "diff/warehouse.hpp"
#include "net/async.hpp"

namespace diffgate::diff {

// The places of a warehouse's sessions: as many at once as its ConcurrencyLevel says, in order of arrival.
// Used from the event loop only.
class AdaptiveSlots {
 private:
  struct State;

 public:
  // At most `limit`. `on_change` is told the level now and whenever it has changed; it may be empty.
  AdaptiveSlots(const asio::any_io_executor& executor, std::size_t limit, OnSessionLevel on_change);

  // A session's place, given back when the last copy is destroyed, and its way to tell what it learns of the
  // warehouse. May outlive the AdaptiveSlots.
  class Slot {
   public:
    // A lookup of columns ended, with so many of them.
    void looked_up(std::size_t columns, std::chrono::nanoseconds took);

    // The warehouse has too much to do. Of the sessions that were open together, the first that says so
    // counts.
    void overloaded();

    // The warehouse has no connection for this session, and `open` others have theirs.
    void refused(std::size_t open);

   private:
    friend class AdaptiveSlots;
    Slot(std::shared_ptr<State> state, Semaphore::Permit permit);

    std::shared_ptr<State> state_;
    Semaphore::Permit permit_;
    std::size_t cuts_;  // of the level, when the session began
  };

  // Waits for a place, however long; can be cancelled.
  Awaitable<Slot> acquire();

  SessionLevel level() const;

 private:
  std::shared_ptr<State> state_;
};

// A session's statement under way, which tells `slot` of the warehouse by its time or its error.
Awaitable<ResultSet> watched(AdaptiveSlots::Slot slot, bool is_lookup, Awaitable<ResultSet> statement);

}  // namespace diffgate::diff
