// Trino and Starburst.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"
#include "diff/time_travel.hpp"

namespace diffgate::diff {
namespace {

constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},     {"tinyint", Family::integer, 3},
    {"smallint", Family::integer, 5}, {"integer", Family::integer, 10},
    {"bigint", Family::integer, 19},  {"decimal", Family::decimal, 38, 0},
    {"real", Family::floating},       {"double", Family::floating},
    {"varchar", Family::text},        {"char", Family::text},
    {"varbinary", Family::native},    {"date", Family::date},
    {"time", Family::native},         {"time with time zone", Family::native},
    {"timestamp", Family::timestamp}, {"timestamp with time zone", Family::timestamp_tz},
    {"uuid", Family::native},         {"ipaddress", Family::native},
    {"json", Family::json},
});

// What an array, map or row of can't be cast to JSON.
constexpr auto kNoJson = std::to_array<std::string_view>(
    {"varbinary", "uuid", "ipaddress", "time(", "interval", "hyperloglog", "qdigest", "tdigest"});

bool is_nested(std::string_view type) {
  return type.starts_with("array(") || type.starts_with("map(") || type.starts_with("row(");
}

ColumnType classify(const Column& column) {
  ColumnType out = classify_by(kTypes, column);
  if (is_nested(column.type)) {
    out.base = column.type;
    out.family = Family::list;
    for (const std::string_view part : kNoJson) {
      if (column.type.find(part) != std::string::npos) {
        out.incomparable = "it holds " + std::string(part.substr(0, part.find('('))) +
                           " values, which have no text in Trino's JSON";
      }
    }
  }
  if (out.base.ends_with("digest") || out.base == "hyperloglog") {
    out.incomparable = "sketches do not compare";
  }
  out.is_padded = out.base == "char";
  return out;
}

Sql json_text(const Sql& value, const ColumnType& type) {
  return "json_format("_sql + (type.base == "json" ? value : cast(value, "json"_sql)) + ")"_sql;
}

Sql text(const Sql& value, const ColumnType& type) {
  if (type.family == Family::json || type.family == Family::list) return json_text(value, type);
  if (type.base == "varbinary") return "to_hex("_sql + value + ")"_sql;
  if (type.base.ends_with("geometry") || type.base.ends_with("geography"))
    return "ST_AsText("_sql + value + ")"_sql;
  return cast(value, "varchar"_sql);
}

// A char is padded to its length, and a cast keeps that.
Sql exact_text(const Sql& value, const ColumnType& type) {
  return type.is_padded ? "rtrim("_sql + cast(value, "varchar"_sql) + ")"_sql : value;
}

Sql instant(const Sql& value) { return "("_sql + value + " AT TIME ZONE 'UTC')"_sql; }

Sql clock(const Sql& value, Family) { return cast(cast(value, "timestamp(12)"_sql), "varchar"_sql); }

const Forms& forms() {
  static const Forms kForms{.integer_type = "bigint"_sql,
                            .bigint_type = "bigint"_sql,
                            .floating_type = "double"_sql,
                            .timestamp_type = "timestamp(12)"_sql,
                            .log10 = "log10("_sql,
                            .text = text,
                            .exact_text = exact_text,
                            .nested = json_text,
                            .instant = instant,
                            .clock = clock,
                            .clock_digits = 12};
  return kForms;
}

// A JSON array of texts keeps them apart. Hashes of rows, and checksum(), are linear in their fields
// (io.trino.spi.type.RowType), so that swapped values would cancel out.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  return "from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['"_sql + Sql::number(seed) + "', "_sql +
         join(values, ", "_sql) + "] AS json)))))"_sql;
}

Sql hash_sum(const Sql& hash) { return "sum(CAST("_sql + hash + " AS decimal(38, 0)))"_sql; }

Sql cut_text(const Sql& value, int length) {
  return "substr("_sql + value + ", 1, "_sql + Sql::number(length) + ")"_sql;
}

Sql bit_and(const Sql& a, const Sql& b) { return "bitwise_and("_sql + a + ", "_sql + b + ")"_sql; }

Sql seconds_of(const Sql& timestamp) { return "to_unixtime("_sql + timestamp + ")"_sql; }

Sql approx_distinct(const Sql& value) { return "approx_distinct("_sql + value + ")"_sql; }

Sql time_travel(const Sql& relation, const Moment& moment) {
  if (const auto* version = std::get_if<Version>(&moment.at))
    return relation + " FOR VERSION AS OF "_sql + version_number(*version, trino_dialect());
  return relation + " FOR TIMESTAMP AS OF TIMESTAMP "_sql + time_literal(moment, trino_dialect(), " UTC");
}

CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = trino_dialect();
  CatalogColumns out;
  out.type = "data_type"_sql;
  out.null_text = "CAST(NULL AS varchar)"_sql;
  out.from = in_database(dialect, name) + "information_schema.columns"_sql;
  out.where = is_of_table(dialect, name, "current_schema"_sql);
  return out;
}

// Names are lower case, quoted or not.
Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::lower_always, catalog_columns);
}

Dialect make_trino() {
  Dialect dialect;
  dialect.name = "trino";
  dialect.lexis.has_dollar_quotes = false;
  // Expressions become bytecode, whose methods have a largest size.
  dialect.max_columns = 100;
  dialect.max_statement_bytes = 1'000'000;
  dialect.sides_apart = true;
  dialect.text_type = "varchar"_sql;
  dialect.double_type = "double"_sql;
  dialect.timestamp_type = "timestamp(12)"_sql;
  dialect.instant_type = "timestamp(12) with time zone"_sql;
  dialect.text = text;
  dialect.cut_text = cut_text;
  dialect.bit_and = bit_and;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.seconds_of = seconds_of;
  dialect.approx_distinct = approx_distinct;
  dialect.time_travel = time_travel;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& trino_dialect() {
  static const Dialect kDialect = make_trino();
  return kDialect;
}

}  // namespace diffgate::diff
