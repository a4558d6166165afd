#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/http.hpp"

namespace diffgate::net {

struct RetryPolicy {
  int attempts = 5;  // the first one included
  std::chrono::milliseconds first_delay{500};
  std::chrono::milliseconds max_delay{60'000};
  std::chrono::milliseconds max_retry_after{15 * 60'000};  // a longer Retry-After gives up instead
};

// How long to wait after attempt number `attempt` (1, 2, …) got `response`, or nullopt to stop.
// Retries 429, 502, 503, 504 and 500 for idempotent methods, and 403 where the forge says that a limit was
// hit (Retry-After, or x-ratelimit-remaining: 0 with x-ratelimit-reset). Retry-After wins over the backoff.
// `jitter` is in [0, 1). Pure.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy&, int attempt, const Request&,
                                                     const Response&, UtcTime now, double jitter);

// The same when no response came: a transient error of an idempotent request, or of one that never left.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy&, int attempt, const Request&,
                                                     double jitter);

// Sends with bounded retries; the last response or error is the caller's.
Awaitable<Response> send_with_retries(HttpClient& client, Clock& clock, RetryPolicy policy, Request request);

// Keeps writes apart: at most one at a time, each at least `gap` after the one before.
class Pacer {
 public:
  Pacer(const asio::any_io_executor& executor, Clock& clock, std::chrono::milliseconds gap);
  ~Pacer();
  // Waits for this caller's turn.
  Awaitable<void> turn();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace diffgate::net
