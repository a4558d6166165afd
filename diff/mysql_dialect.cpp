// MySQL 8 and MariaDB 10.4 or newer.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {
namespace {

// COLUMN_TYPE's spellings. What MariaDB calls JSON is a longtext there, and compares as text.
constexpr auto kTypes = std::to_array<TypeRule>({
    {"tinyint", Family::integer, 3},
    {"smallint", Family::integer, 5},
    {"mediumint", Family::integer, 8},
    {"int", Family::integer, 10},
    {"bigint", Family::integer, 20},
    {"year", Family::integer, 4},
    {"decimal", Family::decimal, 10, 0},
    {"float", Family::floating},
    {"double", Family::floating},
    {"char", Family::text},
    {"varchar", Family::text},
    {"tinytext", Family::text},
    {"text", Family::text},
    {"mediumtext", Family::text},
    {"longtext", Family::text},
    {"enum", Family::text},
    {"set", Family::text},
    {"date", Family::date},
    {"time", Family::native},
    {"datetime", Family::timestamp},
    {"timestamp", Family::timestamp_tz},
    {"json", Family::json},
    {"bit", Family::native},
    {"binary", Family::native},
    {"varbinary", Family::native},
    {"tinyblob", Family::native},
    {"blob", Family::native},
    {"mediumblob", Family::native},
    {"longblob", Family::native},
    {"uuid", Family::as_text},
    {"inet4", Family::as_text},
    {"inet6", Family::as_text},
});

constexpr auto kGeometries = std::to_array<std::string_view>({"geometry", "point", "linestring", "polygon",
                                                              "multipoint", "multilinestring", "multipolygon",
                                                              "geometrycollection", "geomcollection"});

ColumnType classify(const Column& column) {
  // "int(10) unsigned zerofill"
  Column plain = column;
  if (const std::size_t at = plain.type.find(" unsigned"); at != std::string::npos) plain.type.resize(at);
  // The names of "enum('a (b)', …)" may hold anything.
  if (plain.type.starts_with("enum(") || plain.type.starts_with("set("))
    plain.type.resize(plain.type.find('('));
  ColumnType out = classify_by(kTypes, plain);
  out.name = column.type;
  for (const std::string_view geometry : kGeometries) {
    if (out.base == geometry) out.base = "geometry";
  }
  return out;
}

// In a collation of its bytes, so that texts that differ stay apart.
Sql readable(const Sql& value) {
  return "(CONVERT("_sql + value + " USING utf8mb4) COLLATE utf8mb4_bin)"_sql;
}

Sql text(const Sql& value, const ColumnType& type) {
  // A FLOAT prints six digits of its own.
  if (type.family == Family::floating) return cast(cast(value, "DOUBLE"_sql), "CHAR"_sql);
  if (type.family == Family::native && type.base != "time") return "HEX("_sql + value + ")"_sql;
  if (type.base == "geometry") return "HEX(ST_AsWKB("_sql + value + "))"_sql;
  if (type.family == Family::text) return readable(value);
  return cast(value, "CHAR"_sql);
}

// Collations take 'a' for 'A' and for 'a '; bytes do not.
Sql exact(const Sql& value) { return cast(value, "BINARY"_sql); }

Sql exact_text(const Sql& value, const ColumnType&) {
  return exact("CONVERT("_sql + value + " USING utf8mb4)"_sql);
}

Sql json_text(const Sql& value, const ColumnType& type) { return exact(text(value, type)); }

Sql clock(const Sql& value, Family) { return "DATE_FORMAT("_sql + value + ", '%Y-%m-%d %H:%i:%s.%f')"_sql; }

const Forms& forms() {
  static const Forms kForms{.integer_type = "DECIMAL(20, 0)"_sql,
                            .bigint_type = "SIGNED"_sql,
                            .floating_type = "DOUBLE"_sql,
                            .timestamp_type = "DATETIME(6)"_sql,
                            .max_precision = 65,
                            .text = text,
                            .exact_text = exact_text,
                            .exact = exact,
                            .nested = json_text,
                            .clock = clock};
  return kForms;
}

// Texts led by their length, so that neither their borders nor a NULL can be mistaken; 64 bits of their MD5.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  std::vector<Sql> parts = {"'"_sql + Sql::number(seed) + "'"_sql};
  for (const Sql& value : values) {
    parts.push_back("COALESCE(CONCAT(LENGTH("_sql + value + "), ':', "_sql + value + "), 'N')"_sql);
  }
  return "CAST(CONV(SUBSTRING(MD5(CONCAT("_sql + join(parts, ", "_sql) + ")), 17), 16, 10) AS UNSIGNED)"_sql;
}

Sql hash_sum(const Sql& hash) { return "SUM(CAST("_sql + hash + " AS DECIMAL(20, 0)))"_sql; }

Sql concat(const Sql& a, const Sql& b) { return "CONCAT("_sql + a + ", "_sql + b + ")"_sql; }

Sql is_distinct(const Sql& a, const Sql& b, const CommonType&) {
  return "NOT ("_sql + a + " <=> "_sql + b + ")"_sql;
}

// A form is bytes, which have no letters.
Sql fold_case(const Sql& value) { return exact("LOWER("_sql + readable(value) + ")"_sql); }

Sql text_length(const Sql& value) { return "CHAR_LENGTH("_sql + readable(value) + ")"_sql; }

// Collations pass over blanks at the end, of MySQL's all but the newest, of MariaDB's all without "nopad".
Sql grouped_by(const Sql& value) { return "LENGTH("_sql + value + ")"_sql; }

Sql seconds_of(const Sql& timestamp) {
  return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', "_sql + timestamp + ") / 1000000"_sql;
}

Sql truncate_time(const Sql& timestamp, std::string_view unit) {
  if (unit == "week")
    return cast("DATE_SUB(DATE("_sql + timestamp + "), INTERVAL WEEKDAY("_sql + timestamp + ") DAY)"_sql,
                "DATETIME"_sql);
  Sql format = "'%Y-%m-%d %H:00:00'"_sql;
  if (unit == "day") format = "'%Y-%m-%d 00:00:00'"_sql;
  if (unit == "month") format = "'%Y-%m-01 00:00:00'"_sql;
  if (unit == "year") format = "'%Y-01-01 00:00:00'"_sql;
  return cast("DATE_FORMAT("_sql + timestamp + ", "_sql + format + ")"_sql, "DATETIME"_sql);
}

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = mysql_dialect();
  CatalogColumns out;
  out.type = "column_type"_sql;
  out.null_text = "CAST(NULL AS CHAR)"_sql;
  out.from = "information_schema.columns"_sql;
  out.where = is_of_table(dialect, name, "DATABASE()"_sql);
  return out;
}

Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::as_written, catalog_columns);
}

Dialect make_mysql() {
  Dialect dialect;
  dialect.name = "mysql";
  dialect.lexis = {.name_open = '`',
                   .name_close = '`',
                   .escapes_texts = true,
                   .double_quotes_are_texts = true,
                   .has_dollar_quotes = false,
                   .has_hash_comments = true,
                   .has_dash_operators = true,
                   .has_executed_comments = true};
  dialect.max_decimal_precision = 65;
  dialect.max_statement_bytes = 4'000'000;
  dialect.sides_apart = true;
  dialect.has_full_join = false;
  dialect.text_type = "CHAR"_sql;
  dialect.integer_type = "SIGNED"_sql;
  dialect.double_type = "DOUBLE"_sql;
  dialect.timestamp_type = "DATETIME(6)"_sql;
  dialect.instant_type = "DATETIME(6)"_sql;
  dialect.text = text;
  dialect.concat = concat;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.is_distinct = is_distinct;
  dialect.fold_case = fold_case;
  dialect.text_length = text_length;
  dialect.grouped_by = grouped_by;
  dialect.seconds_of = seconds_of;
  dialect.truncate_time = truncate_time;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& mysql_dialect() {
  static const Dialect kDialect = make_mysql();
  return kDialect;
}

}  // namespace diffgate::diff
