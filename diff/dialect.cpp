#include "diff/dialect.hpp"

#include <fmt/format.h>

#include "net/error.hpp"

namespace diffgate::diff {

Sql quoted(const Dialect& dialect, const Identifier& name) {
  const std::string& text = name.value();
  if (text.empty() || text.find('\0') != std::string::npos) {
    throw Error(ErrorClass::caller, "not a column name: it is empty or holds a NUL byte");
  }
  std::string out(1, dialect.identifier_quote);
  for (const char c : text) {
    out += c;
    if (c == dialect.identifier_quote) out += c;
  }
  return sql_after_check(out + dialect.identifier_quote);
}

Sql literal(const Dialect&, std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\0') throw Error(ErrorClass::caller, "a text for SQL holds a NUL byte");
    out += c;
    if (c == '\'') out += c;
  }
  return sql_after_check(out + "'");
}

Sql number(double value) { return sql_after_check(fmt::format("{}", value)); }

Sql as_text(const Dialect& dialect, const Sql& value, int max_length) {
  const Sql text = "CAST("_sql + value + " AS "_sql + dialect.text_type + ")"_sql;
  return max_length > 0 ? "left("_sql + text + ", "_sql + Sql::number(max_length) + ")"_sql : text;
}

}  // namespace diffgate::diff
