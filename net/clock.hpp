#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/async.hpp"

namespace diffgate {

using UtcTime = std::chrono::system_clock::time_point;

// The time and the waiting for it, passed in so that tests own both. Used from the event loop only.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual UtcTime now() const = 0;

  // Returns after `duration`; throws boost::system::system_error (operation_aborted) when cancelled.
  virtual Awaitable<void> sleep_for(std::chrono::milliseconds duration) = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  UtcTime now() const override { return std::chrono::system_clock::now(); }
  Awaitable<void> sleep_for(std::chrono::milliseconds duration) override;
};

// "2026-05-04T01:14:52Z", as the forges' APIs want it (ISO 8601, UTC, whole seconds).
std::string iso8601(UtcTime time);

// Reads "2026-05-04T01:14:52Z", with fractions of a second or a numeric offset; nullopt for anything else.
std::optional<UtcTime> parse_iso8601(std::string_view text);

}  // namespace diffgate
