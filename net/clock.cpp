#include "net/clock.hpp"

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <cstdint>

namespace diffgate {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// Reads a text from the left; a step that does not fit makes the whole reading invalid.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return fail();
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool skip(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char expected) {
    if (!skip(expected)) fail();
  }

  // ".25" in nanoseconds; further digits are cut off.
  nanoseconds fraction() {
    std::int64_t value = 0;
    std::size_t count = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      if (count < 9) value = value * 10 + (rest_.front() - '0');
      ++count;
      rest_.remove_prefix(1);
    }
    if (count == 0) fail();
    for (std::size_t i = count; i < 9; ++i) value *= 10;
    return nanoseconds(value);
  }

  // "Z", "+02:00" or "-0530".
  seconds offset() {
    if (skip('Z')) return seconds(0);
    const bool east = skip('+');
    if (!east) expect('-');
    const int hour = digits(2);
    skip(':');
    const int minute = digits(2);
    if (hour > 23 || minute > 59) fail();
    const seconds value = hours(hour) + minutes(minute);
    return east ? value : -value;
  }

  bool done() const { return valid_ && rest_.empty(); }

 private:
  int fail() {
    valid_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool valid_ = true;
};

}  // namespace

Awaitable<void> SystemClock::sleep_for(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

std::string iso8601(UtcTime time) {
  const auto whole = std::chrono::floor<seconds>(time);
  const auto midnight = std::chrono::floor<days>(whole);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(whole - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<UtcTime> parse_iso8601(std::string_view text) {
  Scanner scanner(text);
  const std::chrono::year year(scanner.digits(4));
  scanner.expect('-');
  const std::chrono::month month(static_cast<unsigned>(scanner.digits(2)));
  scanner.expect('-');
  const std::chrono::day day(static_cast<unsigned>(scanner.digits(2)));
  scanner.expect('T');
  const int hour = scanner.digits(2);
  scanner.expect(':');
  const int minute = scanner.digits(2);
  scanner.expect(':');
  const int second = scanner.digits(2);
  const nanoseconds fraction = scanner.skip('.') ? scanner.fraction() : nanoseconds(0);
  const seconds offset = scanner.offset();
  const std::chrono::year_month_day date(year, month, day);
  if (!scanner.done() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;

  const seconds since_epoch = std::chrono::sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) +
                              seconds(second) - offset;
  // The system clock counts nanoseconds in 64 bits: it ends in the year 2262.
  constexpr seconds first = std::chrono::ceil<seconds>(UtcTime::min().time_since_epoch());
  constexpr seconds last = std::chrono::floor<seconds>(UtcTime::max().time_since_epoch()) - seconds(1);
  if (since_epoch < first || since_epoch > last) return std::nullopt;
  return UtcTime(std::chrono::duration_cast<UtcTime::duration>(since_epoch + fraction));
}

}  // namespace diffgate
