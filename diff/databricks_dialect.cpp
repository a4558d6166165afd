// Databricks SQL over Unity Catalog.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"
#include "diff/time_travel.hpp"

namespace diffgate::diff {
namespace {

// information_schema's full_data_type. Arrays and structs compare by value; a map, or what holds one, does
// not.
constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},
    {"tinyint", Family::integer, 3},
    {"smallint", Family::integer, 5},
    {"int", Family::integer, 10},
    {"bigint", Family::integer, 19},
    {"decimal", Family::decimal, 10, 0},
    {"float", Family::floating},
    {"double", Family::floating},
    {"string", Family::text},
    {"varchar", Family::text},
    {"char", Family::text},
    {"binary", Family::native},
    {"date", Family::date},
    {"timestamp_ntz", Family::timestamp},
    {"timestamp", Family::timestamp_tz},
    {"variant", Family::json},
});

ColumnType classify(const Column& column) {
  ColumnType out = classify_by(kTypes, column);
  if (column.type.find('<') != std::string::npos) {
    out.base = column.type;
    out.family = Family::json;
  }
  if (out.base.starts_with("string collate")) out.family = Family::text;
  out.is_padded = out.base == "char";
  return out;
}

// Without the formats, times in it would lose their microseconds. The entries of a map have no order.
Sql json_text(const Sql& value, const ColumnType& type) {
  const Sql sorted = type.base.starts_with("map<") ? "array_sort(map_entries("_sql + value + "))"_sql : value;
  return "to_json("_sql + sorted +
         ", map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', "
         "'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS'))"_sql;
}

Sql text(const Sql& value, const ColumnType& type) {
  if (type.family == Family::json) return json_text(value, type);
  if (type.base == "binary") return "hex("_sql + value + ")"_sql;
  if (type.base.starts_with("geo")) return "hex(st_asbinary("_sql + value + "))"_sql;
  return cast(value, "STRING"_sql);
}

Sql exact_text(const Sql& value, const ColumnType& type) {
  if (type.is_padded) return "rtrim("_sql + value + ")"_sql;
  return type.base.starts_with("string collate") ? "("_sql + value + " COLLATE UTF8_BINARY)"_sql : value;
}

Sql clock(const Sql& value, Family) {
  return "date_format("_sql + value + ", 'yyyy-MM-dd HH:mm:ss.SSSSSS')"_sql;
}

const Forms& forms() {
  static const Forms kForms{.integer_type = "BIGINT"_sql,
                            .bigint_type = "BIGINT"_sql,
                            .floating_type = "DOUBLE"_sql,
                            .timestamp_type = "TIMESTAMP_NTZ"_sql,
                            .log10 = "log10("_sql,
                            .text = text,
                            .exact_text = exact_text,
                            .nested = json_text,
                            .clock = clock};
  return kForms;
}

// xxhash64 passes over NULL, so that it would count neither as a value nor by its place.
std::vector<Sql> hashed(const Sql& value, const ColumnType&, const CommonType& to) {
  return {value + " IS NULL"_sql, without_negative_zero(value, to)};
}

Sql row_hash(const std::vector<Sql>& values, int seed) {
  return "xxhash64(xxhash64("_sql + Sql::number(seed) + ", "_sql + join(values, ", "_sql) + "))"_sql;
}

Sql hash_sum(const Sql& hash) { return "sum(CAST("_sql + hash + " AS DECIMAL(38, 0)))"_sql; }

Sql seconds_of(const Sql& timestamp) {
  return "unix_micros("_sql + cast(timestamp, "TIMESTAMP"_sql) + ") / 1000000"_sql;
}

Sql approx_distinct(const Sql& value) { return "approx_count_distinct("_sql + value + ")"_sql; }

Sql time_travel(const Sql& relation, const Moment& moment) {
  if (const auto* version = std::get_if<Version>(&moment.at))
    return relation + " VERSION AS OF "_sql + version_number(*version, databricks_dialect());
  return relation + " TIMESTAMP AS OF "_sql + time_literal(moment, databricks_dialect(), "+00:00");
}

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = databricks_dialect();
  CatalogColumns out;
  out.type = "full_data_type"_sql;
  out.null_text = "CAST(NULL AS STRING)"_sql;
  out.from = in_database(dialect, name) + "information_schema.columns"_sql;
  out.where = is_of_table(dialect, name, "current_schema()"_sql);
  return out;
}

// The catalog stores names in lower case, quoted or not.
Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::lower_always, catalog_columns);
}

Dialect make_databricks() {
  Dialect dialect;
  dialect.name = "databricks";
  dialect.lexis = {.name_open = '`',
                   .name_close = '`',
                   .escapes_texts = true,
                   .double_quotes_are_texts = true,
                   .substitutes_variables = true,
                   .has_dollar_quotes = false};
  dialect.max_statement_bytes = 16'000'000;
  dialect.sides_apart = true;
  dialect.text_type = "STRING"_sql;
  dialect.double_type = "DOUBLE"_sql;
  dialect.timestamp_type = "TIMESTAMP_NTZ"_sql;
  dialect.instant_type = "TIMESTAMP"_sql;
  dialect.text = text;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.hashed = hashed;
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.seconds_of = seconds_of;
  dialect.approx_distinct = approx_distinct;
  dialect.time_travel = time_travel;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& databricks_dialect() {
  static const Dialect kDialect = make_databricks();
  return kDialect;
}

}  // namespace diffgate::diff
