// SQL Server 2016 and newer, Azure SQL and Fabric. There is no boolean type: a comparison may stand in a
// condition, never in a list of columns.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"
#include "diff/time_travel.hpp"

namespace diffgate::diff {
namespace {

constexpr auto kTypes = std::to_array<TypeRule>({
    {"bit", Family::boolean},
    {"tinyint", Family::integer, 3},
    {"smallint", Family::integer, 5},
    {"int", Family::integer, 10},
    {"bigint", Family::integer, 19},
    {"decimal", Family::decimal, 18, 0},
    {"numeric", Family::decimal, 18, 0},
    {"money", Family::decimal, 19, 4},
    {"smallmoney", Family::decimal, 10, 4},
    {"real", Family::floating},
    {"float", Family::floating},
    {"char", Family::text},
    {"varchar", Family::text},
    {"text", Family::text},
    {"nchar", Family::text},
    {"nvarchar", Family::text},
    {"ntext", Family::text},
    {"date", Family::date},
    {"time", Family::native},
    {"smalldatetime", Family::timestamp},
    {"datetime", Family::timestamp},
    {"datetime2", Family::timestamp},
    {"datetimeoffset", Family::timestamp_tz},
    {"uniqueidentifier", Family::native},
    {"binary", Family::native},
    {"varbinary", Family::native},
    {"timestamp", Family::native},
});

ColumnType classify(const Column& column) {
  ColumnType out = classify_by(kTypes, column);
  out.is_padded = out.base == "char" || out.base == "nchar";
  return out;
}

bool is_binary(const ColumnType& type) {
  return type.base == "binary" || type.base == "varbinary" || type.base == "timestamp";
}

// Kept as their bytes, which is all that compares.
bool has_bytes(const ColumnType& type) {
  return type.base == "image" || type.base == "hierarchyid" || type.base == "geography" ||
         type.base == "geometry";
}

Sql converted(const Sql& value, const Sql& style) {
  return "CONVERT(nvarchar(max), "_sql + value + ", "_sql + style + ")"_sql;
}

// Two databases may have two collations, whose texts do not go into one column; and none that takes 'a' for
// 'A' may group them.
Sql readable(const Sql& value) {
  return "("_sql + cast(value, "nvarchar(max)"_sql) + " COLLATE Latin1_General_100_BIN2)"_sql;
}

Sql text(const Sql& value, const ColumnType& type) {
  switch (type.family) {
    case Family::text:
      return readable(value);
    case Family::floating:
      return converted(value, "3"_sql);
    case Family::date:
    case Family::timestamp:
    case Family::timestamp_tz:
      return converted(value, "121"_sql);
    default:
      break;
  }
  if (type.base == "time") return converted(value, "121"_sql);
  if (is_binary(type)) return converted(value, "2"_sql);
  if (has_bytes(type)) return converted(cast(value, "varbinary(max)"_sql), "2"_sql);
  if (type.base == "money" || type.base == "smallmoney") return converted(value, "2"_sql);
  return cast(value, "nvarchar(max)"_sql);
}

// No collation compares trailing spaces; bytes do.
Sql exact(const Sql& value) { return cast(value, "varbinary(max)"_sql); }

Sql exact_text(const Sql& value, const ColumnType& type) {
  const Sql wide = cast(value, "nvarchar(max)"_sql);
  return exact(type.is_padded ? "RTRIM("_sql + wide + ")"_sql : wide);
}

Sql json_text(const Sql& value, const ColumnType& type) { return exact(text(value, type)); }

Sql instant(const Sql& value) { return cast("SWITCHOFFSET("_sql + value + ", 0)"_sql, "datetime2(7)"_sql); }

Sql clock(const Sql& value, Family) { return converted(cast(value, "datetime2(7)"_sql), "121"_sql); }

const Forms& forms() {
  static const Forms kForms{.integer_type = "bigint"_sql,
                            .bigint_type = "bigint"_sql,
                            .floating_type = "float"_sql,
                            .timestamp_type = "datetime2(7)"_sql,
                            .length = "LEN"_sql,
                            .text = text,
                            .exact_text = exact_text,
                            .exact = exact,
                            .nested = json_text,
                            .instant = instant,
                            .clock = clock,
                            .clock_digits = 7};
  return kForms;
}

// What became bytes to be compared is text again, byte by byte.
std::vector<Sql> hashed(const Sql& value, const ColumnType& from, const CommonType& to) {
  const Sql text = text_of_form(forms(), value, from, to);
  return {text.text() == value.text() ? cast(value, "nvarchar(max)"_sql) : text};
}

constexpr std::size_t kMaxArguments = 200;  // CONCAT takes 254

// All texts in their order.
Sql concat_all(const std::vector<Sql>& parts) {
  if (parts.size() == 1) return parts[0];
  std::vector<Sql> groups;
  for (std::size_t first = 0; first < parts.size(); first += kMaxArguments) {
    const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
    const auto size = static_cast<std::ptrdiff_t>(std::min(kMaxArguments, parts.size() - first));
    groups.push_back("CONCAT("_sql + join({begin, begin + size}, ", "_sql) + ")"_sql);
  }
  return concat_all(groups);
}

// Texts led by their length, so that neither their borders nor a NULL can be mistaken; 64 bits of their MD5.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  std::vector<Sql> parts = {"'"_sql + Sql::number(seed) + "'"_sql};
  // CONCAT takes NULL for an empty text.
  for (const Sql& value : values) {
    parts.push_back("CASE WHEN "_sql + value + " IS NULL THEN 'N' ELSE CONCAT(DATALENGTH("_sql + value +
                    "), ':', "_sql + value + ") END"_sql);
  }
  return "CAST(SUBSTRING(HASHBYTES('MD5', "_sql + concat_all(parts) + "), 1, 8) AS bigint)"_sql;
}

Sql hash_sum(const Sql& hash) { return "SUM(CAST("_sql + hash + " AS decimal(38, 0)))"_sql; }

Sql concat(const Sql& a, const Sql& b) { return "CONCAT("_sql + a + ", "_sql + b + ")"_sql; }

Sql limit(std::int64_t rows) {
  return " OFFSET 0 ROWS FETCH NEXT "_sql + Sql::number(rows) + " ROWS ONLY"_sql;
}

// A form is bytes, which have no letters and no blanks.
Sql fold_case(const Sql& value) { return exact("LOWER("_sql + readable(value) + ")"_sql); }

Sql trim(const Sql& value) { return exact("LTRIM(RTRIM("_sql + readable(value) + "))"_sql); }

Sql text_length(const Sql& value) { return cast("DATALENGTH("_sql + value + ") / 2"_sql, "bigint"_sql); }

Sql is_true(const Sql& boolean) { return boolean + " = 1"_sql; }

// Equality passes over blanks at the end of a text.
Sql grouped_by(const Sql& value) { return "DATALENGTH("_sql + value + ")"_sql; }

Sql seconds_of(const Sql& timestamp) {
  return "DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), "_sql + timestamp +
         ") / 1000000.0"_sql;
}

// From the first day there is, which is a Monday: so no difference is negative.
Sql truncate_time(const Sql& timestamp, std::string_view unit) {
  const Sql first = "CAST('0001-01-01' AS datetime2(7))"_sql;
  const bool is_week = unit == "week";
  const Sql part = sql_after_check(is_week ? "day" : std::string(unit));
  const Sql count = "DATEDIFF("_sql + part + ", "_sql + first + ", "_sql + timestamp + ")"_sql;
  return "DATEADD("_sql + part + ", "_sql + (is_week ? count + " - "_sql + count + " % 7"_sql : count) +
         ", "_sql + first + ")"_sql;
}

Sql time_travel(const Sql& relation, const Moment& moment) {
  return relation + " FOR SYSTEM_TIME AS OF "_sql + time_literal(moment, sqlserver_dialect(), "");
}

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = sqlserver_dialect();
  CatalogColumns out;
  out.name = "COLUMN_NAME COLLATE DATABASE_DEFAULT"_sql;
  out.type =
      "CASE WHEN DATA_TYPE IN ('decimal', 'numeric') THEN CONCAT(DATA_TYPE, '(', NUMERIC_PRECISION, ',', "
      "NUMERIC_SCALE, ')') WHEN DATA_TYPE IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT(DATA_TYPE, "
      "'(', DATETIME_PRECISION, ')') WHEN CHARACTER_MAXIMUM_LENGTH IS NOT NULL THEN CONCAT(DATA_TYPE, '(', "
      "CHARACTER_MAXIMUM_LENGTH, ')') ELSE DATA_TYPE END COLLATE DATABASE_DEFAULT"_sql;
  out.null_text = "CAST(NULL AS nvarchar(max))"_sql;
  out.nullable = "IS_NULLABLE"_sql;
  out.place = "ORDINAL_POSITION"_sql;
  out.from = in_database(dialect, name) + "INFORMATION_SCHEMA.COLUMNS"_sql;
  out.where = "TABLE_SCHEMA = "_sql +
              (name.schema.empty() ? "SCHEMA_NAME()"_sql : literal(dialect, name.schema)) +
              " AND TABLE_NAME = "_sql + literal(dialect, name.table);
  return out;
}

Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::as_written, catalog_columns);
}

Dialect make_sqlserver() {
  Dialect dialect;
  dialect.name = "sqlserver";
  dialect.lexis = {.name_open = '[', .name_close = ']', .has_dollar_quotes = false};
  dialect.sides_apart = true;
  dialect.wide_literals_are_decimals = true;
  dialect.text_type = "nvarchar(max)"_sql;
  dialect.double_type = "float"_sql;
  dialect.timestamp_type = "datetime2(7)"_sql;
  dialect.instant_type = "datetimeoffset(7)"_sql;
  dialect.empty_text = "CAST('' AS varbinary(max))"_sql;
  dialect.count = "COUNT_BIG"_sql;
  dialect.text = text;
  dialect.concat = concat;
  dialect.limit = limit;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.hashed = hashed;
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.is_distinct = is_distinct_by_case;
  dialect.fold_case = fold_case;
  dialect.trim = trim;
  dialect.text_length = text_length;
  dialect.is_true = is_true;
  dialect.grouped_by = grouped_by;
  dialect.seconds_of = seconds_of;
  dialect.truncate_time = truncate_time;
  dialect.time_travel = time_travel;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& sqlserver_dialect() {
  static const Dialect kDialect = make_sqlserver();
  return kDialect;
}

}  // namespace diffgate::diff
