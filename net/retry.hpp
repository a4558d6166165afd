#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"
#include "net/http.hpp"

namespace diffgate::net {

struct RetryPolicy {
  int attempts = 5;  // the first one included
  std::chrono::milliseconds first_delay{500};
  std::chrono::milliseconds max_delay{60'000};
  std::chrono::milliseconds max_retry_after{15 * 60'000};  // a longer wait asked for gives up instead
};

// How long to wait after attempt number `attempt` (1, 2, …) got `response`, or nullopt to stop.
//
// A request that was turned away unread is sent again whatever its method: 429, 503 with Retry-After, and 403
// where the forge says that a limit was hit (Retry-After, x-ratelimit-remaining: 0, or GitHub's "rate limit"
// in the text). 500, 502, 503 and 504 are tried again for idempotent methods alone. Retry-After wins, then
// x-ratelimit-reset; a limit without either waits for at least a minute, as GitHub asks (REST API, "Best
// practices"); the rest backs off exponentially. `jitter` is in [0, 1). Pure.
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, int attempt,
                                                     const Request& request, const Response& response,
                                                     UtcTime now, double jitter);

// The same when no response came: a transient error of an idempotent request, or of one that never left
// (RequestNotSent).
std::optional<std::chrono::milliseconds> retry_delay(const RetryPolicy& policy, int attempt,
                                                     const Request& request, const Error& error,
                                                     double jitter);

// How long the peer wants everybody to wait who shares the caller's limits: it turned this request away
// because of one, or answered it as the last within it. Pure.
std::optional<std::chrono::milliseconds> limit_delay(const Response& response, UtcTime now);

// A limit that is over only at `until`: longer than a call should wait.
class RateLimited : public Error {
 public:
  RateLimited(std::string where, UtcTime until);

  UtcTime until() const { return until_; }

 private:
  UtcTime until_;
};

// When `failure` says that a limit will be over; nullopt if it is none.
std::optional<UtcTime> limited_until(const std::exception_ptr& failure);

// Sends with bounded retries; the last response or error is the caller's. `on_response`, if given, sees every
// response as it comes.
Awaitable<Response> send_with_retries(HttpClient& client, Clock& clock, RetryPolicy policy, Request request,
                                      std::function<void(const Response&)> on_response = {});

// Gives out turns in order of arrival, each at least `gap` after the one before. The clock must outlive it.
class Pacer {
 public:
  Pacer(const asio::any_io_executor& executor, Clock& clock, std::chrono::milliseconds gap);
  ~Pacer();
  Pacer(const Pacer&) = delete;
  Pacer& operator=(const Pacer&) = delete;

  // Waits for this caller's turn.
  Awaitable<void> turn();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace diffgate::net
