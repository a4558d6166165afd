#include "diff/time_travel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kDateLength = 10;  // "2024-05-01"

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool are_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<UtcTime> read_time(std::string text) {
  if (text.size() == kDateLength) text += "T00:00:00";
  if (text.size() <= kDateLength) return std::nullopt;
  if (text[kDateLength] == ' ') text[kDateLength] = 'T';
  std::erase(text, ' ');  // "12:30:00 +02:00"
  if (text.find_first_of("Z+-", kDateLength) == std::string::npos) text += 'Z';
  return parse_iso8601(text);
}

struct Unit {
  char letter;
  std::chrono::seconds length;
};

constexpr auto kUnits = std::to_array<Unit>({{'s', std::chrono::seconds(1)},
                                             {'m', std::chrono::minutes(1)},
                                             {'h', std::chrono::hours(1)},
                                             {'d', std::chrono::days(1)}});

std::optional<std::chrono::seconds> read_offset(std::string_view text) {
  constexpr std::size_t kMostDigits = 8;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::chrono::seconds length(1);
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.letter)) continue;
    length = unit.length;
    text.remove_suffix(1);
    break;
  }
  if (!are_digits(text) || text.size() > kMostDigits) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : text) count = count * 10 + (c - '0');
  const std::chrono::seconds out = length * count;
  return out <= std::chrono::years(10) ? std::optional(out) : std::nullopt;
}

std::optional<Version> read_version(std::string_view text) {
  constexpr std::string_view kPrefix = "version:";
  constexpr std::size_t kLongest = 64;
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const bool is_name =
      !text.empty() && text.size() <= kLongest && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      });
  return is_name ? std::optional(Version{std::string(text)}) : std::nullopt;
}

}  // namespace

Moment parse_moment(const std::string& text, UtcTime now) {
  if (auto version = read_version(text)) return {std::move(*version)};
  if (const auto offset = read_offset(text)) return {now - *offset};
  if (const auto time = read_time(text)) return {*time};
  throw Error(ErrorClass::configuration, fmt::format("time travel to '{}' is not understood", text), {},
              "write a time such as 2024-05-01T12:00:00Z, an offset such as -1h, or version:42");
}

Sql time_literal(const Moment& moment, const Dialect& dialect, std::string_view zone) {
  if (const auto* version = std::get_if<Version>(&moment.at)) {
    throw Error(ErrorClass::configuration,
                fmt::format("{} has no version '{}' of a table", dialect.name, version->id), {},
                "name a time, such as 2024-05-01T12:00:00Z or -1h");
  }
  std::string text = iso8601(std::get<UtcTime>(moment.at));
  text[kDateLength] = ' ';
  text.pop_back();  // Z
  return sql_after_check(fmt::format("'{}{}'", text, zone));
}

Sql version_number(const Version& version, const Dialect& dialect) {
  if (!are_digits(version.id)) {
    throw Error(ErrorClass::configuration,
                fmt::format("{} has no version '{}' of a table", dialect.name, version.id), {},
                "its versions are numbers, such as version:42");
  }
  return sql_after_check(version.id);
}

}  // namespace diffgate::diff
