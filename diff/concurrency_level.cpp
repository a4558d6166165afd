#include "diff/concurrency_level.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace diffgate::diff {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr std::size_t kStart = 4;
// A lookup of a millisecond that comes behind a busy process waits for the end of its turn, some 3 ms on
// Linux: this is about three of them. Two sessions a core wait less and leave a core idle now and then.
constexpr nanoseconds kShortWait = 10ms;
constexpr nanoseconds kLongWait = 20ms;
constexpr std::size_t kLeastLookups = 5;
constexpr auto kBestFor = 5min;
constexpr auto kHoldAfterCut = 1min;

}  // namespace

ConcurrencyLevel::ConcurrencyLevel(std::size_t limit)
    : limit_(std::max<std::size_t>(limit, 1)), start_(std::min(limit_, kStart)), level_(start_) {}

nanoseconds ConcurrencyLevel::wait_of(const Lookup& lookup, Time at) {
  if (!best_since_) best_since_ = at;
  if (at - *best_since_ > kBestFor) {
    for (Best& best : best_) best.before = std::exchange(best.current, std::nullopt);
    best_since_ = at;
  }
  Best& best = best_.at(std::min<std::size_t>(std::bit_width(lookup.columns), kSizes - 1));
  if (!best.current || lookup.took < *best.current) best.current = lookup.took;
  return lookup.took - std::min(*best.current, best.before.value_or(*best.current));
}

void ConcurrencyLevel::looked_up(const Lookup& lookup, Time at) {
  waits_.push_back(wait_of(lookup, at));
  // As many as are under way, so that the effect of the last change is seen before the next.
  if (waits_.size() >= std::max(level_, kLeastLookups)) decide(lookup.is_awaited, at);
}

void ConcurrencyLevel::decide(bool is_awaited, Time at) {
  const auto middle = waits_.begin() + static_cast<std::ptrdiff_t>(waits_.size() / 2);
  std::nth_element(waits_.begin(), middle, waits_.end());
  const nanoseconds wait = *middle;
  waits_.clear();
  if (wait >= kShortWait) is_exploring_ = false;
  if (wait > kLongWait && level_ > start_) {
    level_ -= std::min(std::max<std::size_t>(level_ / 4, 1), level_ - start_);
  } else if (is_awaited && (wait < kShortWait || level_ < start_)) {
    const bool is_held = cut_at_ && at - *cut_at_ < kHoldAfterCut;
    const std::size_t step = is_exploring_ ? std::max<std::size_t>(level_ / 2, 1) : 1;
    level_ = std::max(level_, std::min(level_ + step, is_held ? most_after_cut_ : limit_));
  }
}

void ConcurrencyLevel::cut_to(std::size_t level, Time at) {
  level_ = std::clamp<std::size_t>(level, 1, level_);
  cut_at_ = at;
  is_exploring_ = false;
  waits_.clear();
}

void ConcurrencyLevel::overloaded(Time at) {
  most_after_cut_ = std::max<std::size_t>(level_ - 1, 1);
  cut_to(level_ / 2, at);
}

void ConcurrencyLevel::full(std::size_t open, Time at) {
  cut_to(open, at);
  most_after_cut_ = level_;
}

}  // namespace diffgate::diff
