#include "diff/duckdb_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace diffgate::diff {
namespace {

struct Class {
  std::string_view name;  // as a message begins
  std::string_view words;
};

// DuckDB's Exception::ExceptionTypeToString.
constexpr auto kClasses = std::to_array<Class>({
    {"Conversion Error", "a value can't be cast"},
    {"Out of Range Error", "a value is out of its type's range"},
    {"Invalid Input Error", "a function does not take a value, or a view raised an error"},
    {"Constraint Error", "a value breaks a constraint"},
    {"Decimal Error", "a decimal is out of range"},
    {"Invalid type Error", "a value has another type than expected"},
    {"Mismatch Type Error", "a value has another type than expected"},
    {"Divide by Zero Error", "division by zero"},
    {"IO Error", "a file can't be read"},
    {"HTTP Error", "a file can't be read"},
    {"Permission Error", "what a value names may not be read"},
    {"Catalog Error", "what a value names is not there"},
    {"Binder Error", "what a value names can't be used"},
    {"Parser Error", "a text that a function parses has a syntax error"},
    {"Syntax Error", "a text that a function parses has a syntax error"},
    {"Sequence Error", "a sequence has no value"},
    {"Not implemented Error", "a function does not support what it was given"},
    {"TransactionContext Error", "the transaction failed"},
    {"INTERNAL Error", "DuckDB had an internal error"},
    {"FATAL Error", "DuckDB had an internal error"},
});

bool is_word_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// "… when casting from source column email": the name, if the statement has it, too. What stands there may
// as well be the end of a value.
std::string column_of(std::string_view message, std::string_view sql) {
  constexpr std::string_view kBefore = "when casting from source column ";
  message = message.substr(0, message.find('\n'));
  const std::size_t at = message.rfind(kBefore);
  if (at == std::string_view::npos) return {};
  const std::string_view name = message.substr(at + kBefore.size());
  if (name.empty() || !std::ranges::all_of(name, is_word_part)) return {};
  for (std::size_t found = 0; (found = sql.find(name, found)) != std::string_view::npos; ++found) {
    const std::size_t end = found + name.size();
    const bool begins = found == 0 || !is_word_part(sql[found - 1]);
    if (begins && (end == sql.size() || !is_word_part(sql[end]))) return std::string(name);
  }
  return {};
}

}  // namespace

std::string duckdb_words_without_values(const std::string& message, const std::string& sql) {
  const auto* const known =
      std::ranges::find_if(kClasses, [&](const Class& one) { return message.starts_with(one.name); });
  if (known == kClasses.end()) return "the statement failed over what it read";
  const std::string column = column_of(message, sql);
  return fmt::format("{} ({}{})", known->words, known->name, column.empty() ? "" : ", column " + column);
}

}  // namespace diffgate::diff
