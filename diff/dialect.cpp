#include "diff/dialect.hpp"

#include <fmt/format.h>

#include <limits>

#include "net/error.hpp"

namespace diffgate::diff {

const std::vector<const Dialect*>& dialects() {
  static const std::vector<const Dialect*> kAll = {
      &postgres_dialect(),   &redshift_dialect(), &snowflake_dialect(), &bigquery_dialect(),
      &databricks_dialect(), &trino_dialect(),    &duckdb_dialect(),    &clickhouse_dialect(),
      &sqlserver_dialect(),  &mysql_dialect()};
  return kAll;
}

Sql in_sample(const Dialect& dialect, const Sql& hash, std::int64_t parts) {
  return dialect.bit_and(hash, wide_integer(dialect, kSampleParts - 1)) + " < "_sql + Sql::number(parts);
}

Sql typed(const Dialect& dialect, const Sql& value, Family family) {
  Sql type = dialect.integer_type;
  if (family == Family::date) type = dialect.date_type;
  if (family == Family::timestamp) type = dialect.timestamp_type;
  if (family == Family::timestamp_tz) type = dialect.instant_type;
  return "CAST("_sql + value + " AS "_sql + type + ")"_sql;
}

Sql real_text(const Dialect& dialect, const Sql& real) {
  ColumnType type;
  type.family = Family::floating;
  type.base = "double";
  return dialect.text(real, type);
}

Sql extract_epoch(const Sql& timestamp) { return "EXTRACT(EPOCH FROM "_sql + timestamp + ")"_sql; }

Sql date_trunc(const Sql& timestamp, std::string_view unit) {
  return "date_trunc('"_sql + sql_after_check(std::string(unit)) + "', "_sql + timestamp + ")"_sql;
}

Sql lower_case(const Sql& text) { return "lower("_sql + text + ")"_sql; }

Sql trim_blanks(const Sql& text) { return "TRIM(BOTH ' ' FROM "_sql + text + ")"_sql; }

Sql length_of(const Sql& text) { return "length("_sql + text + ")"_sql; }

Sql condition_itself(const Sql& boolean) { return boolean; }

Sql quoted(const Dialect& dialect, const Identifier& name) {
  const std::string& text = name.value();
  if (text.empty() || text.find('\0') != std::string::npos) {
    throw Error(ErrorClass::caller, "not a column name: it is empty or holds a NUL byte");
  }
  const Lexis& lexis = dialect.lexis;
  std::string out(1, lexis.name_open);
  for (const char c : text) {
    if (lexis.escapes_names && (c == lexis.name_close || c == '\\')) out += '\\';
    out += c;
    if (!lexis.escapes_names && c == lexis.name_close) out += c;
  }
  return sql_after_check(out + lexis.name_close);
}

// Where backslashes escape, not every engine takes '' for a quote, nor a line break in a text.
Sql literal(const Dialect& dialect, std::string_view text) {
  const bool escapes = dialect.lexis.escapes_texts;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\0') throw Error(ErrorClass::caller, "a text for SQL holds a NUL byte");
    if (escapes && c == '\n') {
      out += "\\n";
    } else if (escapes && c == '\r') {
      out += "\\r";
    } else {
      if (escapes && (c == '\'' || c == '\\')) out += '\\';
      if (!escapes && c == '\'') out += c;
      out += c;
    }
  }
  return sql_after_check(out + "'");
}

Sql number(double value) { return sql_after_check(fmt::format("{}", value)); }

bool is_late(const Dialect& dialect, const CommonType& common) {
  return dialect.has_late_form != nullptr && dialect.has_late_form(common);
}

Sql as_text(const Dialect& dialect, const Sql& number) {
  return "CAST("_sql + number + " AS "_sql + dialect.text_type + ")"_sql;
}

Sql wide_integer(const Dialect& dialect, const Sql& value) {
  return "CAST("_sql + value + " AS "_sql + dialect.integer_type + ")"_sql;
}

Sql wide_integer(const Dialect& dialect, std::int64_t value) {
  const bool is_wide =
      value > std::numeric_limits<std::int32_t>::max() || value < std::numeric_limits<std::int32_t>::min();
  const Sql digits = Sql::number(value);
  return is_wide && dialect.wide_literals_are_decimals ? wide_integer(dialect, digits) : digits;
}

Sql cut_by_left(const Sql& text, int length) {
  return "left("_sql + text + ", "_sql + Sql::number(length) + ")"_sql;
}

Sql concat_by_operator(const Sql& a, const Sql& b) { return "("_sql + a + " || "_sql + b + ")"_sql; }

Sql and_by_operator(const Sql& a, const Sql& b) { return "("_sql + a + " & "_sql + b + ")"_sql; }

Sql limit_behind(std::int64_t rows) { return " LIMIT "_sql + Sql::number(rows); }

Sql is_distinct_from(const Sql& a, const Sql& b, const CommonType&) {
  return a + " IS DISTINCT FROM "_sql + b;
}

}  // namespace diffgate::diff
