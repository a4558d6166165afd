#include "net/retry.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "net/crypto.hpp"
#include "net/http_format.hpp"

namespace diffgate::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What GitHub wants after a secondary limit that names no time.
constexpr milliseconds kUnnamedLimitDelay = std::chrono::minutes(1);

std::optional<std::int64_t> number(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 0) return std::nullopt;
  return value;
}

// Seconds are the peer's: they are bounded before they are added to anything.
milliseconds bounded(std::int64_t value) {
  constexpr std::int64_t year = std::chrono::seconds(std::chrono::days(365)).count();
  return seconds(std::clamp<std::int64_t>(value, 0, year));
}

// Seconds, or a date (RFC 9110, 10.2.3).
std::optional<milliseconds> retry_after(const Response& response, UtcTime now) {
  const auto text = response.headers.get("Retry-After");
  if (const auto value = number(text)) return bounded(*value);
  if (!text) return std::nullopt;
  const auto date = parse_http_date(*text);
  if (!date) return std::nullopt;
  return bounded(std::chrono::ceil<seconds>(*date - now).count());
}

bool is_exhausted(const Response& response) {
  return number(response.headers.get("x-ratelimit-remaining")) == 0;
}

std::optional<milliseconds> time_to_reset(const Response& response, UtcTime now) {
  const auto reset = number(response.headers.get("x-ratelimit-reset"));
  if (!is_exhausted(response) || !reset) return std::nullopt;
  // A second more, for clocks that differ.
  return bounded(*reset - std::chrono::floor<seconds>(now).time_since_epoch().count() + 1);
}

bool says_rate_limit(const Response& response) {
  return response.status == 403 && response.body.find("rate limit") != std::string::npos;
}

// Whether the peer turned the request away because there were too many.
bool is_limit(const Response& response) {
  if (response.status == 429) return true;
  if (response.status == 503) return response.headers.get("Retry-After").has_value();
  return response.status == 403 && (response.headers.get("Retry-After").has_value() ||
                                    is_exhausted(response) || says_rate_limit(response));
}

bool is_server_failure(const Response& response) {
  return response.status == 500 || response.status == 502 || response.status == 503 || response.status == 504;
}

milliseconds doubled(milliseconds first, int attempt, milliseconds most) {
  milliseconds delay = std::min(first, most);
  for (int i = 1; i < attempt && delay < most; ++i) delay = std::min(delay * 2, most);
  return delay;
}

milliseconds part(milliseconds whole, double share) {
  return milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

// Between half of the exponential delay and all of it, so that those who failed together do not return
// together.
milliseconds backoff(const RetryPolicy& policy, int attempt, double jitter) {
  const milliseconds delay = doubled(policy.first_delay, attempt, policy.max_delay);
  return delay / 2 + part(delay / 2, jitter);
}

double random_jitter() {
  const std::string bytes = random_bytes(2);
  const unsigned value = static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  return value / 65536.0;
}

}  // namespace

std::optional<milliseconds> retry_delay(const RetryPolicy& policy, int attempt, const Request& request,
                                        const Response& response, UtcTime now, double jitter) {
  if (attempt >= policy.attempts) return std::nullopt;
  const bool limit = is_limit(response);
  const bool again = limit || (is_server_failure(response) && is_idempotent(request.method));
  if (!again) return std::nullopt;

  std::optional<milliseconds> asked = retry_after(response, now);
  if (!asked) asked = time_to_reset(response, now);
  if (!asked && limit) asked = doubled(kUnnamedLimitDelay, attempt, policy.max_retry_after);
  if (!asked) return backoff(policy, attempt, jitter);
  if (*asked > policy.max_retry_after) return std::nullopt;
  return *asked + part(policy.first_delay, jitter);
}

std::optional<milliseconds> retry_delay(const RetryPolicy& policy, int attempt, const Request& request,
                                        const Error& error, double jitter) {
  if (attempt >= policy.attempts || error.error_class() != ErrorClass::remote_transient) return std::nullopt;
  const bool never_left = dynamic_cast<const RequestNotSent*>(&error) != nullptr;
  if (!never_left && !is_idempotent(request.method)) return std::nullopt;
  return backoff(policy, attempt, jitter);
}

std::optional<milliseconds> limit_delay(const Response& response, UtcTime now) {
  if (!is_limit(response)) return time_to_reset(response, now);
  std::optional<milliseconds> asked = retry_after(response, now);
  if (!asked) asked = time_to_reset(response, now);
  return asked.value_or(kUnnamedLimitDelay);
}

RateLimited::RateLimited(std::string where, UtcTime until)
    : Error(ErrorClass::remote_transient, "the rate limit is used up until " + iso8601(until),
            std::move(where), "it is tried again then"),
      until_(until) {}

std::optional<UtcTime> limited_until(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const RateLimited& limited) {
    return limited.until();
  } catch (...) {
    return std::nullopt;
  }
}

Awaitable<Response> send_with_retries(HttpClient& client, Clock& clock, RetryPolicy policy, Request request,
                                      std::function<void(const Response&)> on_response) {
  for (int attempt = 1;; ++attempt) {
    std::optional<Response> response;
    std::exception_ptr failure;
    std::optional<milliseconds> delay;
    try {
      response = co_await client.send(request);
    } catch (const Error& error) {
      failure = std::current_exception();
      delay = retry_delay(policy, attempt, request, error, random_jitter());
    }
    if (response && on_response) on_response(*response);
    if (response) delay = retry_delay(policy, attempt, request, *response, clock.now(), random_jitter());
    if (delay) {
      co_await clock.sleep_for(*delay);
      continue;
    }
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*response);
  }
}

struct Pacer::State {
  State(const asio::any_io_executor& executor, Clock& given, milliseconds least)
      : clock(given), gap(least), one(executor, 1) {}

  Clock& clock;
  milliseconds gap;
  Semaphore one;
  UtcTime next = UtcTime::min();
};

namespace {

template <class State>
Awaitable<void> take_turn(std::shared_ptr<State> state) {
  const Semaphore::Permit permit = co_await state->one.acquire();
  const UtcTime now = state->clock.now();
  if (state->next > now) {
    // Bounded, because the machine's clock may be set back.
    const auto wait = std::min(std::chrono::ceil<milliseconds>(state->next - now), state->gap);
    co_await state->clock.sleep_for(wait);
  }
  state->next = state->clock.now() + state->gap;
}

}  // namespace

Pacer::Pacer(const asio::any_io_executor& executor, Clock& clock, milliseconds gap)
    : state_(std::make_shared<State>(executor, clock, gap)) {}
Pacer::~Pacer() = default;

Awaitable<void> Pacer::turn() { return take_turn(state_); }

}  // namespace diffgate::net
