// BigQuery, GoogleSQL.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"
#include "diff/time_travel.hpp"

namespace diffgate::diff {
namespace {

// INFORMATION_SCHEMA.COLUMNS' spellings.
constexpr auto kTypes = std::to_array<TypeRule>({
    {"bool", Family::boolean},
    {"int64", Family::integer, 19},
    {"numeric", Family::decimal, 38, 9},
    {"bignumeric", Family::decimal, 76, 38},
    {"float64", Family::floating},
    {"string", Family::text},
    {"bytes", Family::native},
    {"date", Family::date},
    {"time", Family::native},
    {"datetime", Family::timestamp},
    {"timestamp", Family::timestamp_tz},
    {"json", Family::json},
});

ColumnType classify(const Column& column) {
  ColumnType out = classify_by(kTypes, column);
  // "ARRAY<NUMERIC(10, 2)>"
  if (column.type.find('<') != std::string::npos) {
    out.base = column.type;
    out.family = Family::json;
  }
  return out;
}

// Of a NULL it would write the text null.
Sql json_text(const Sql& value, const ColumnType&) {
  return "IF("_sql + value + " IS NULL, NULL, TO_JSON_STRING("_sql + value + "))"_sql;
}

Sql text(const Sql& value, const ColumnType& type) {
  if (type.family == Family::json) return json_text(value, type);
  // A cast to STRING does not promise every digit.
  if (type.family == Family::floating) return json_text(value, type);
  if (type.base == "bytes") return "TO_HEX("_sql + value + ")"_sql;
  if (type.base == "geography") return "ST_ASTEXT("_sql + value + ")"_sql;
  return cast(value, "STRING"_sql);
}

Sql exact(const Sql& value) { return "COLLATE("_sql + value + ", '')"_sql; }
Sql exact_text(const Sql& value, const ColumnType&) { return exact(value); }
Sql clock(const Sql& value, Family family) {
  return (family == Family::timestamp ? "FORMAT_DATETIME("_sql : "FORMAT_TIMESTAMP("_sql) +
         "'%F %H:%M:%E6S', "_sql + value + ")"_sql;
}

Sql numeric_type(int precision, int scale) {
  return precision - scale <= 29 && scale <= 9 ? "NUMERIC"_sql : "BIGNUMERIC"_sql;
}

const Forms& forms() {
  static const Forms kForms{.integer_type = "INT64"_sql,
                            .bigint_type = "INT64"_sql,
                            .floating_type = "FLOAT64"_sql,
                            .timestamp_type = "DATETIME"_sql,
                            .decimal_type = numeric_type,
                            .max_precision = 76,
                            .text = text,
                            .exact_text = exact_text,
                            .exact = exact,
                            .nested = json_text,
                            .clock = clock};
  return kForms;
}

// A JSON array of texts: quotes keep them apart, and null is no text.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  return "FARM_FINGERPRINT(TO_JSON_STRING(['"_sql + Sql::number(seed) + "', "_sql + join(values, ", "_sql) +
         "]))"_sql;
}

// SUM of INT64 fails when it overflows; XOR would not see a value that comes twice.
Sql hash_sum(const Sql& hash) { return "SUM(CAST("_sql + hash + " AS BIGNUMERIC))"_sql; }

Sql trim(const Sql& value) { return "TRIM("_sql + value + ", ' ')"_sql; }

Sql seconds_of(const Sql& timestamp) {
  return "DATETIME_DIFF("_sql + timestamp + ", DATETIME '1970-01-01', MICROSECOND) / 1000000"_sql;
}

Sql truncate_time(const Sql& timestamp, std::string_view unit) {
  const std::string part = unit == "week" ? "WEEK(MONDAY)" : std::string(unit);
  return "DATETIME_TRUNC("_sql + timestamp + ", "_sql + sql_after_check(part) + ")"_sql;
}

Sql approx_distinct(const Sql& value) { return "APPROX_COUNT_DISTINCT("_sql + value + ")"_sql; }

Sql time_travel(const Sql& relation, const Moment& moment) {
  return relation + " FOR SYSTEM_TIME AS OF TIMESTAMP "_sql +
         time_literal(moment, bigquery_dialect(), "+00:00");
}

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = bigquery_dialect();
  CatalogColumns out;
  out.type = "data_type"_sql;
  out.null_text = "CAST(NULL AS STRING)"_sql;
  for (const std::string& part : {name.database, name.schema}) {
    if (!part.empty()) out.from += quoted(dialect, Identifier(part)) + "."_sql;
  }
  out.from += "INFORMATION_SCHEMA.COLUMNS"_sql;
  out.where = "table_name = "_sql + literal(dialect, name.table);
  return out;
}

Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::as_written, catalog_columns);
}

Dialect make_bigquery() {
  Dialect dialect;
  dialect.name = "bigquery";
  dialect.lexis = {.name_open = '`',
                   .name_close = '`',
                   .escapes_names = true,
                   .escapes_texts = true,
                   .double_quotes_are_texts = true,
                   .has_triple_quotes = true,
                   .has_dollar_quotes = false,
                   .has_hash_comments = true};
  dialect.max_decimal_precision = 76;
  dialect.max_statement_bytes = 1'000'000;
  dialect.text_type = "STRING"_sql;
  dialect.integer_type = "INT64"_sql;
  dialect.double_type = "FLOAT64"_sql;
  dialect.timestamp_type = "DATETIME"_sql;
  dialect.instant_type = "TIMESTAMP"_sql;
  dialect.text = text;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.trim = trim;
  dialect.seconds_of = seconds_of;
  dialect.truncate_time = truncate_time;
  dialect.approx_distinct = approx_distinct;
  dialect.time_travel = time_travel;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& bigquery_dialect() {
  static const Dialect kDialect = make_bigquery();
  return kDialect;
}

}  // namespace diffgate::diff
