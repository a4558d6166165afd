#include "diff/postgres_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace diffgate::diff {
namespace {

struct State {
  std::string_view state;  // a whole SQL state or its first characters; the first match counts
  std::string_view words;
};

// PostgreSQL's manual, appendix A.
constexpr auto kStates = std::to_array<State>({
    {"22P02", "a text can't be read as the type that it is cast to"},
    {"22001", "a text is too long for its type"},
    {"22003", "a number is out of its type's range"},
    {"22007", "a text can't be read as a date or time"},
    {"22008", "a date or time is out of range"},
    {"22009", "a time zone is out of range"},
    {"2201B", "a regular expression is not valid"},
    {"22012", "division by zero"},
    {"22021", "a text is not valid in the server's encoding"},
    {"22P05", "a text has a character that the encoding lacks"},
    {"22023", "a function does not take the value that it was given"},
    {"2203", "a JSON value is not of the shape that was expected"},
    {"2200", "an XML or other text is not valid"},
    {"22", "a value can't be computed"},
    {"23", "a domain or constraint refuses a value"},
    {"P0", "a function raised an exception"},
    {"42601", "a text that a function parses has a syntax error"},
    {"42501", "permission denied, to a function or for what a value names"},
    {"42", "what a value names can't be found or used"},
    {"3", "what a value names can't be found or used"},
    {"0A", "a function does not support what it was given"},
    {"21", "a subquery gave more than one row"},
    {"38", "a function outside SQL failed"},
    {"39", "a function outside SQL failed"},
    {"58", "the server could not read a file"},
    {"HV", "a foreign table can't be read"},
    {"XX", "the server had an internal error"},
});

// Whole messages without any value.
constexpr auto kConstants = std::to_array<std::string_view>({
    "division by zero",
    "smallint out of range",
    "integer out of range",
    "bigint out of range",
    "numeric field overflow",
    "value overflows numeric format",
    "value out of range: overflow",
    "value out of range: underflow",
    "date out of range",
    "timestamp out of range",
    "interval out of range",
    "cannot take logarithm of zero",
    "cannot take logarithm of a negative number",
    "cannot take square root of a negative number",
    "zero raised to a negative power is undefined",
    "more than one row returned by a subquery used as an expression",
    "canceling statement due to statement timeout",
    "canceling statement due to lock timeout",
    "canceling statement due to user request",
    "deadlock detected",
});

// The server on itself, on locks and on tables.
constexpr auto kSpeaksOfServer =
    std::to_array<std::string_view>({"25", "40", "42P22", "53", "54", "55", "57", "08"});

constexpr auto kTypes = std::to_array<std::string_view>(
    {"smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "date", "time",
     "timestamp", "timestamp with time zone", "interval", "uuid", "json", "jsonb", "bytea", "inet", "oid"});

template <std::size_t N>
bool has(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Context that is not of a function: the error was passed on by a process that helps the statement.
bool is_of_function(std::string_view context) { return !context.empty() && context != "parallel worker"; }

constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

// The innermost function, as PL/pgSQL names it: "PL/pgSQL function f(integer) line 3 at RAISE". Of a line
// that quotes SQL, which may have been put together from values, nothing is taken.
std::string function_of(std::string_view context) {
  constexpr std::string_view kBefore = "PL/pgSQL function ";
  if (!context.starts_with(kBefore)) return {};
  const std::string_view rest = context.substr(kBefore.size());
  const std::size_t end = rest.find_first_not_of(std::string(kWord) + "$.");
  if (end == 0 || end == std::string_view::npos || rest[end] != '(') return {};
  return std::string(rest.substr(0, end));
}

// "invalid input syntax for type integer: "x"": the type, if it is one of those that are known.
std::string_view type_of(std::string_view message) {
  constexpr std::string_view kBefore = "invalid input syntax for type ";
  if (!message.starts_with(kBefore)) return {};
  message.remove_prefix(kBefore.size());
  const std::string_view type = message.substr(0, message.find(':'));
  const auto* const known = std::find(kTypes.begin(), kTypes.end(), type);
  return known == kTypes.end() ? std::string_view() : *known;
}

bool is_word(std::string_view text) { return !text.empty() && text.find_first_not_of(kWord) == text.npos; }

}  // namespace

bool may_hold_values(const PostgresFailure& failure) {
  const FailedReading& reading = failure.reading;
  const std::string_view state = failure.sqlstate;
  // Without a state it is libpq that speaks, of the connection.
  if (!reading.reads_rows || state.empty() || has(kConstants, failure.message)) return false;
  // A literal of the statement may be a value that an earlier statement read.
  if (reading.is_of_text) return state.starts_with("22");
  if (is_of_function(reading.context)) return true;
  if (state == "42501") return !failure.message.starts_with("permission denied for ");
  if (state == "42883") return !failure.message.starts_with("could not identify ");
  if (state == "0A000") return failure.message.find_first_of("\":") != std::string::npos;
  return std::ranges::none_of(kSpeaksOfServer,
                              [&](std::string_view known) { return state.starts_with(known); });
}

std::string words_without_values(const PostgresFailure& failure) {
  std::string_view words = "the statement failed over what it read";
  for (const State& known : kStates) {
    if (!failure.sqlstate.starts_with(known.state)) continue;
    words = known.words;
    break;
  }
  std::string out(words);
  if (const std::string_view type = type_of(failure.message); !type.empty())
    out += fmt::format(", type {}", type);
  if (const std::string function = function_of(failure.reading.context); !function.empty()) {
    out += fmt::format(", in the function {}", function);
  } else if (is_word(failure.reading.routine)) {
    out += fmt::format(", in the server's {}", failure.reading.routine);
  }
  return out;
}

}  // namespace diffgate::diff
