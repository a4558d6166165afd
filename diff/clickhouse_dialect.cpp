// ClickHouse 24 and newer. A type is not nullable unless it says so, so every cast does.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"
#include "diff/type_name.hpp"

namespace diffgate::diff {
namespace {

// In lower case, and without Nullable(…) and LowCardinality(…) around it.
constexpr auto kTypes = std::to_array<TypeRule>({
    {"bool", Family::boolean},
    {"int8", Family::integer, 3},
    {"int16", Family::integer, 5},
    {"int32", Family::integer, 10},
    {"int64", Family::integer, 19},
    {"int128", Family::integer, 39},
    {"int256", Family::integer, 77},
    {"uint8", Family::integer, 3},
    {"uint16", Family::integer, 5},
    {"uint32", Family::integer, 10},
    {"uint64", Family::integer, 20},
    {"uint128", Family::integer, 39},
    {"uint256", Family::integer, 78},
    {"decimal", Family::decimal},
    {"float32", Family::floating},
    {"float64", Family::floating},
    {"bfloat16", Family::floating},
    {"string", Family::text},
    {"fixedstring", Family::text},
    {"enum8", Family::text},
    {"enum16", Family::text},
    {"date", Family::date},
    {"date32", Family::date},
    {"datetime", Family::timestamp},
    {"datetime64", Family::timestamp},
    {"uuid", Family::native},
    {"ipv4", Family::native},
    {"ipv6", Family::native},
    {"json", Family::json},
});

constexpr auto kWrappers = std::to_array<std::string_view>({"Nullable(", "LowCardinality("});

// "LowCardinality(Nullable(String))" is a String.
std::string unwrapped(std::string type) {
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view wrapper : kWrappers) {
      if (!type.starts_with(wrapper) || !type.ends_with(')')) continue;
      type = type.substr(wrapper.size(), type.size() - wrapper.size() - 1);
      found = true;
    }
  }
  // The state of a sum is the sum: "SimpleAggregateFunction(sum, UInt64)".
  if (type.starts_with("SimpleAggregateFunction(")) {
    const std::size_t comma = type.find(", ");
    if (comma != std::string::npos) return unwrapped(type.substr(comma + 2, type.size() - comma - 3));
  }
  return type;
}

ColumnType classify(const Column& column) {
  Column plain = column;
  plain.type = unwrapped(column.type);
  ColumnType out = classify_by(kTypes, plain);
  out.name = column.type;
  if (out.base.starts_with("array") || out.base.starts_with("map") || out.base.starts_with("tuple") ||
      out.base.starts_with("nested")) {
    out.base = plain.type;
    out.family = Family::list;
  }
  if (out.base.starts_with("aggregatefunction")) out.incomparable = "states of aggregates do not compare";
  return out;
}

// A decimal loses its trailing zeros here, and a time its zone: that is what makes equal values equal texts.
Sql text(const Sql& value, const ColumnType& type) {
  if (type.family == Family::timestamp) return "toString(toTimeZone("_sql + value + ", 'UTC'))"_sql;
  return "toString("_sql + value + ")"_sql;
}

Sql exact_text(const Sql& value, const ColumnType& type) {
  return type.base == "string" ? value : text(value, type);
}

Sql clock(const Sql& value, Family) {
  return "toString(CAST("_sql + value + " AS Nullable(DateTime64(9, 'UTC'))))"_sql;
}

Sql nullable_decimal(int precision, int scale) {
  return "Nullable(Decimal("_sql + Sql::number(std::max(precision, 1)) + ", "_sql + Sql::number(scale) +
         "))"_sql;
}

const Forms& forms() {
  static const Forms kForms{.integer_type = "Nullable(Int256)"_sql,
                            .bigint_type = "Nullable(Int64)"_sql,
                            .floating_type = "Nullable(Float64)"_sql,
                            .timestamp_type = "Nullable(DateTime64(9, 'UTC'))"_sql,
                            .log10 = "log10("_sql,
                            .decimal_type = nullable_decimal,
                            .max_precision = 76,
                            .text = text,
                            .exact_text = exact_text,
                            .nested = text,
                            .clock = clock,
                            .clock_digits = 9};
  return kForms;
}

// Of a NULL argument the hash would be NULL, and a sum would pass over the row; of a tuple that holds a NULL
// it is not.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  return "cityHash64(cityHash64(tuple("_sql + Sql::number(seed) + ", "_sql + join(values, ", "_sql) +
         ")))"_sql;
}

Sql hash_sum(const Sql& hash) { return "sum(toUInt128("_sql + hash + "))"_sql; }

Sql cut_text(const Sql& value, int length) {
  return "substringUTF8("_sql + value + ", 1, "_sql + Sql::number(length) + ")"_sql;
}

Sql bit_and(const Sql& a, const Sql& b) { return "bitAnd("_sql + a + ", "_sql + b + ")"_sql; }

Sql is_distinct(const Sql& a, const Sql& b, const CommonType& common) {
  const Sql differs = a + " IS DISTINCT FROM "_sql + b;
  const bool is_floating = common.kind == CommonType::Kind::floating ||
                           (common.kind == CommonType::Kind::same && common.family == Family::floating);
  if (!is_floating) return differs;
  return differs + " AND NOT (ifNull(isNaN("_sql + a + "), 0) AND ifNull(isNaN("_sql + b + "), 0))"_sql;
}

Sql fold_case(const Sql& value) { return "lowerUTF8("_sql + value + ")"_sql; }

Sql text_length(const Sql& value) { return "lengthUTF8("_sql + value + ")"_sql; }

Sql seconds_of(const Sql& timestamp) { return "toUnixTimestamp64Micro("_sql + timestamp + ") / 1000000"_sql; }

// Of a week, a month or a year it makes a date.
Sql truncate_time(const Sql& timestamp, std::string_view unit) {
  return cast(date_trunc(timestamp, unit), clickhouse_dialect().timestamp_type);
}

// max() passes over NaN, unless there is nothing else.
Sql max_floating(const Sql& value) {
  const Sql nan = "CASE WHEN isNaN("_sql + value + ") THEN "_sql + value + " END"_sql;
  return "CASE WHEN count("_sql + nan + ") > 0 THEN max("_sql + nan + ") ELSE max("_sql + value + ") END"_sql;
}

// Of NULLs alone it is NULL.
Sql approx_distinct(const Sql& value) { return "coalesce(uniqCombined64("_sql + value + "), 0)"_sql; }

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = clickhouse_dialect();
  CatalogColumns out;
  out.name = "name"_sql;
  out.type = "type"_sql;
  out.null_text = "CAST(NULL AS Nullable(String))"_sql;
  out.nullable = "CASE WHEN type LIKE '%Nullable(%' THEN 'YES' ELSE 'NO' END"_sql;
  out.place = "position"_sql;
  out.from = "system.columns"_sql;
  out.where = "database = "_sql +
              (name.schema.empty() ? "currentDatabase()"_sql : literal(dialect, name.schema)) +
              " AND table = "_sql + literal(dialect, name.table);
  return out;
}

Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::as_written, catalog_columns);
}

Dialect make_clickhouse() {
  Dialect dialect;
  dialect.name = "clickhouse";
  dialect.lexis = {.name_open = '`',
                   .name_close = '`',
                   .escapes_names = true,
                   .escapes_texts = true,
                   .has_dollar_quotes = false,
                   .has_hash_comments = true,
                   .has_slash_comments = true};
  dialect.max_decimal_precision = 76;
  // The connector asks for a max_query_size of as much; a server's own is 256 KiB.
  dialect.max_statement_bytes = 10'000'000;
  dialect.sides_apart = true;
  dialect.text_type = "Nullable(String)"_sql;
  dialect.integer_type = "Nullable(Int64)"_sql;
  dialect.double_type = "Nullable(Float64)"_sql;
  dialect.date_type = "Nullable(Date32)"_sql;
  dialect.timestamp_type = "Nullable(DateTime64(6, 'UTC'))"_sql;
  dialect.instant_type = "Nullable(DateTime64(6, 'UTC'))"_sql;
  // Without the first, a row that joins nothing has zeros in place of NULLs; without the second, "k0 AS k0"
  // in a CASE over k0 is an endless recursion.
  dialect.settings = " SETTINGS join_use_nulls = 1, prefer_column_name_to_alias = 1"_sql;
  dialect.text = text;
  dialect.cut_text = cut_text;
  dialect.bit_and = bit_and;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.hashed = hashed_as_value;
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.is_distinct = is_distinct;
  dialect.fold_case = fold_case;
  dialect.text_length = text_length;
  dialect.seconds_of = seconds_of;
  dialect.truncate_time = truncate_time;
  dialect.max_floating = max_floating;
  dialect.approx_distinct = approx_distinct;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& clickhouse_dialect() {
  static const Dialect kDialect = make_clickhouse();
  return kDialect;
}

}  // namespace diffgate::diff
