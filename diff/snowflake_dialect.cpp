// Snowflake. Its SQL API has no sessions, so nothing here rests on ALTER SESSION.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"
#include "diff/time_travel.hpp"

namespace diffgate::diff {
namespace {

// What INFORMATION_SCHEMA.COLUMNS calls them, with the digits that `catalog_columns` puts behind.
constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},
    {"number", Family::decimal, 38, 0},
    {"float", Family::floating},
    {"varchar", Family::text},
    {"text", Family::text},
    {"date", Family::date},
    {"time", Family::native},
    {"timestamp_ntz", Family::timestamp},
    {"timestamp_ltz", Family::timestamp_tz},
    {"timestamp_tz", Family::timestamp_tz},
    {"binary", Family::native},
    {"variant", Family::json},
    {"object", Family::json},
    {"array", Family::json},
    {"map", Family::json},
    {"vector", Family::json},
});

ColumnType classify(const Column& column) {
  ColumnType out = classify_by(kTypes, column);
  // Snowflake's integers are numbers without digits after the point.
  if (out.family == Family::decimal && out.scale == 0) out.family = Family::integer;
  if (out.base == "file") out.incomparable = "a FILE is a reference";
  return out;
}

Sql json_text(const Sql& value, const ColumnType& type) {
  // A vector is no variant.
  const Sql variant = type.base == "vector" ? cast(value, "ARRAY"_sql) : value;
  return "TO_JSON(TO_VARIANT("_sql + variant + "))"_sql;
}

Sql text(const Sql& value, const ColumnType& type) {
  if (type.family == Family::json) return json_text(value, type);
  if (type.base == "binary") return "HEX_ENCODE("_sql + value + ")"_sql;
  if (type.base == "geography" || type.base == "geometry") return "ST_ASWKT("_sql + value + ")"_sql;
  // A cast writes three digits of a second, or what else the session says.
  if (type.family == Family::timestamp) return "TO_CHAR("_sql + value + ", 'YYYY-MM-DD HH24:MI:SS.FF9')"_sql;
  if (type.family == Family::timestamp_tz)
    return "TO_CHAR("_sql + value + ", 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')"_sql;
  return cast(value, "VARCHAR"_sql);
}

// A column may have a collation that takes 'a' for 'A'.
Sql exact(const Sql& value) { return "COLLATE("_sql + value + ", '')"_sql; }
Sql exact_text(const Sql& value, const ColumnType&) { return exact(value); }

Sql instant(const Sql& value) {
  return cast("CONVERT_TIMEZONE('UTC', "_sql + value + ")"_sql, "TIMESTAMP_NTZ"_sql);
}

Sql clock(const Sql& value, Family) { return "TO_CHAR("_sql + value + ", 'YYYY-MM-DD HH24:MI:SS.FF9')"_sql; }

Sql number_type(int precision, int scale) {
  return "NUMBER("_sql + Sql::number(std::max(precision, 1)) + ", "_sql + Sql::number(scale) + ")"_sql;
}

const Forms& forms() {
  static const Forms kForms{.integer_type = "NUMBER(38, 0)"_sql,
                            .bigint_type = "NUMBER(38, 0)"_sql,
                            .floating_type = "FLOAT"_sql,
                            .timestamp_type = "TIMESTAMP_NTZ(9)"_sql,
                            .log10 = "LOG(10, "_sql,
                            .decimal_type = number_type,
                            .text = text,
                            .exact_text = exact_text,
                            .exact = exact,
                            .nested = json_text,
                            .instant = instant,
                            .clock = clock,
                            .clock_digits = 9};
  return kForms;
}

// HASH is never NULL, and a NULL argument counts by its place; numbers hash by their value, whatever their
// type. What it does with several arguments is not documented, hence the second one.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  return "HASH(HASH("_sql + Sql::number(seed) + ", "_sql + join(values, ", "_sql) + "))"_sql;
}

// Of NUMBER(19, 0): the sum has 38 digits.
Sql hash_sum(const Sql& hash) { return "SUM("_sql + hash + ")"_sql; }

Sql bit_and(const Sql& a, const Sql& b) { return "BITAND("_sql + a + ", "_sql + b + ")"_sql; }

Sql trim(const Sql& value) { return "TRIM("_sql + value + ", ' ')"_sql; }

Sql seconds_of(const Sql& timestamp) {
  return "DATE_PART(EPOCH_MICROSECOND, "_sql + timestamp + ") / 1000000"_sql;
}

// Sessions may begin their weeks on any day.
Sql truncate_time(const Sql& timestamp, std::string_view unit) {
  if (unit != "week") return date_trunc(timestamp, unit);
  return "DATEADD(day, 1 - DAYOFWEEKISO("_sql + timestamp + "), "_sql + date_trunc(timestamp, "day") +
         ")"_sql;
}

Sql approx_distinct(const Sql& value) { return "APPROX_COUNT_DISTINCT("_sql + value + ")"_sql; }

Sql time_travel(const Sql& relation, const Moment& moment) {
  if (const auto* version = std::get_if<Version>(&moment.at))
    return relation + " AT(STATEMENT => "_sql + literal(snowflake_dialect(), version->id) + ")"_sql;
  return relation + " AT(TIMESTAMP => CAST("_sql + time_literal(moment, snowflake_dialect(), " +00:00") +
         " AS TIMESTAMP_TZ))"_sql;
}

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = snowflake_dialect();
  CatalogColumns out;
  out.type =
      "CASE data_type WHEN 'NUMBER' THEN 'NUMBER(' || numeric_precision || ',' || numeric_scale || ')' "
      "WHEN 'TEXT' THEN 'VARCHAR(' || character_maximum_length || ')' ELSE data_type END"_sql;
  out.null_text = "CAST(NULL AS VARCHAR)"_sql;
  out.from = in_database(dialect, name) + "information_schema.columns"_sql;
  out.where = is_of_table(dialect, name, "CURRENT_SCHEMA()"_sql);
  return out;
}

Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::upper, catalog_columns);
}

Dialect make_snowflake() {
  Dialect dialect;
  dialect.name = "snowflake";
  dialect.lexis.escapes_texts = true;
  dialect.lexis.has_slash_comments = true;
  dialect.lexis.has_dollar_quotes = false;
  dialect.max_statement_bytes = 1'000'000;
  dialect.sides_apart = true;
  dialect.text_type = "VARCHAR"_sql;
  dialect.timestamp_type = "TIMESTAMP_NTZ"_sql;
  dialect.instant_type = "TIMESTAMP_TZ"_sql;
  dialect.text = text;
  dialect.bit_and = bit_and;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.hashed = hashed_as_value;
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

const Dialect& snowflake_dialect() {
  static const Dialect kDialect = make_snowflake();
  return kDialect;
}

}  // namespace diffgate::diff
