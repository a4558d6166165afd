#include "diff/filter.hpp"

#include <algorithm>
#include <vector>

#include "diff/dialect.hpp"
#include "diff/filter_functions.hpp"
#include "diff/filter_queries.hpp"
#include "diff/filter_tokens.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kMaxLength = 64U << 10U;

using Kind = FilterToken::Kind;

bool is_symbol(const std::vector<FilterToken>& tokens, std::size_t at, std::string_view symbol) {
  return at < tokens.size() && tokens[at].kind == Kind::symbol && tokens[at].value == symbol;
}

[[noreturn]] void refuse_call(const std::string& name, std::string_view why) {
  throw Error(ErrorClass::caller, "the filter calls " + name + "(), which " + std::string(why), {},
              "a filter may look at the tables' columns and nothing else");
}

void check_name(const std::string& name) {
  const std::string_view why = why_not_in_filter(name);
  if (!why.empty()) refuse_call(name, why);
  // Where names are compared by a collation, a long s is an s.
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    refuse_call(name, "has a name outside ASCII");
}

// A name in front of a parenthesis, in whatever quotes, and the schemas in front of that.
void check_calls(const std::vector<FilterToken>& tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::symbol || !is_symbol(tokens, i + 1, "(")) continue;
    const std::string& name = tokens[i].value;
    check_name(name);
    // BigQuery takes several parts in one pair of quotes.
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos) check_name(name.substr(dot + 1));
    if (dot != std::string::npos && !why_not_schema_in_filter(name.substr(0, name.find('.'))).empty())
      refuse_call(name, why_not_schema_in_filter(name.substr(0, name.find('.'))));
    for (std::size_t at = i; at >= 2 && is_symbol(tokens, at - 1, "."); at -= 2) {
      const std::string_view why = why_not_schema_in_filter(tokens[at - 2].value);
      if (!why.empty()) refuse_call(tokens[at - 2].value + "." + name, why);
    }
  }
}

}  // namespace

Sql checked_filter(const std::string& filter, const Dialect& dialect) {
  if (filter.size() > kMaxLength) {
    throw Error(ErrorClass::caller, "the filter is longer than 64 KiB", {}, "shorten it");
  }
  FilterText text = read_filter(filter, dialect.lexis);
  if (text.tokens.empty()) return {};
  check_calls(text.tokens);
  check_queries(text.tokens, dialect);
  return "("_sql + sql_after_check(std::move(text.sql)) + "\n)"_sql;
}

}  // namespace diffgate::diff
