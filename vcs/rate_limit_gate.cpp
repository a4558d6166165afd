#include "vcs/rate_limit_gate.hpp"

#include <algorithm>
#include <utility>

#include "net/retry.hpp"

namespace diffgate::vcs {
namespace {

// Limits are by the hour; a clock that differs must not shut us out for longer.
constexpr std::chrono::milliseconds kLongestWindow = std::chrono::minutes(65);

}  // namespace

void RateLimitGate::observe(const net::Response& response) {
  const UtcTime now = clock_.now();
  const auto wait = net::limit_delay(response, now);
  if (wait) closed_until_ = std::max(closed_until_, now + std::min(*wait, kLongestWindow));
}

Awaitable<void> RateLimitGate::pass(std::string where) {
  while (clock_.now() < closed_until_) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(closed_until_ - clock_.now());
    if (wait > net::RetryPolicy{}.max_retry_after) throw net::RateLimited(std::move(where), closed_until_);
    co_await clock_.sleep_for(wait);
  }
}

}  // namespace diffgate::vcs
