#include "diff/adaptive_slots.hpp"

#include <utility>

#include "diff/concurrency_level.hpp"

namespace diffgate::diff {

using std::chrono::steady_clock;

struct AdaptiveSlots::State {
  State(const asio::any_io_executor& executor, std::size_t limit, OnSessionLevel report)
      : level(limit), places(executor, level.now()), on_change(std::move(report)) {}

  SessionLevel session_level() const { return {.now = level.now(), .limit = level.limit()}; }

  template <class Change>
  void change(Change change) {
    const std::size_t before = level.now();
    change();
    if (level.now() == before) return;
    places.set_permits(level.now());
    if (on_change) on_change(session_level());
  }

  ConcurrencyLevel level;
  Semaphore places;
  OnSessionLevel on_change;
  std::size_t cuts = 0;
};

AdaptiveSlots::AdaptiveSlots(const asio::any_io_executor& executor, std::size_t limit,
                             OnSessionLevel on_change)
    : state_(std::make_shared<State>(executor, limit, std::move(on_change))) {
  if (state_->on_change) state_->on_change(state_->session_level());
}

AdaptiveSlots::Slot::Slot(std::shared_ptr<State> state, Semaphore::Permit permit)
    : state_(std::move(state)), permit_(std::move(permit)), cuts_(state_->cuts) {}

void AdaptiveSlots::Slot::looked_up(std::size_t columns, std::chrono::nanoseconds took) {
  const ConcurrencyLevel::Lookup lookup{
      .took = took, .columns = columns, .is_awaited = state_->places.waiting() > 0};
  state_->change([&] { state_->level.looked_up(lookup, steady_clock::now()); });
}

void AdaptiveSlots::Slot::overloaded() {
  if (cuts_ != state_->cuts) return;
  ++state_->cuts;
  state_->change([&] { state_->level.overloaded(steady_clock::now()); });
}

void AdaptiveSlots::Slot::refused(std::size_t open) {
  state_->change([&] { state_->level.full(open, steady_clock::now()); });
}

Awaitable<AdaptiveSlots::Slot> AdaptiveSlots::acquire() {
  const std::shared_ptr<State> state = state_;
  Semaphore::Permit permit = co_await state->places.acquire();
  co_return Slot(state, std::move(permit));
}

SessionLevel AdaptiveSlots::level() const { return state_->session_level(); }

Awaitable<ResultSet> watched(AdaptiveSlots::Slot slot, bool is_lookup, Awaitable<ResultSet> statement) {
  const auto begin = steady_clock::now();
  try {
    ResultSet result = co_await std::move(statement);
    if (is_lookup) slot.looked_up(result.rows.size(), steady_clock::now() - begin);
    co_return result;
  } catch (const WarehouseLost& error) {
    if (!error.comes_soon()) slot.overloaded();
    throw;
  } catch (const WarehouseOverloaded&) {
    slot.overloaded();
    throw;
  }
}

}  // namespace diffgate::diff
