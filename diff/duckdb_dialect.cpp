#include <algorithm>
#include <array>
#include <string>

#include "diff/dialect_parts.hpp"
#include "diff/duckdb_nested.hpp"
#include "diff/duckdb_tolerance.hpp"
#include "diff/table_diff.hpp"
#include "diff/type_name.hpp"

namespace diffgate::diff {
namespace {

using Kind = CommonType::Kind;

// HUGEINT has 39 digits, and so has UHUGEINT: it is said to have one more because HUGEINT does not hold it.
constexpr int kHugeDigits = 39;

// Spellings of DESCRIBE. What is not here is native; INTERVAL is not, whose = says that 30 days are a month.
constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},
    {"tinyint", Family::integer, 3},
    {"smallint", Family::integer, 5},
    {"integer", Family::integer, 10},
    {"bigint", Family::integer, 19},
    {"hugeint", Family::integer, 39},
    {"utinyint", Family::integer, 3},
    {"usmallint", Family::integer, 5},
    {"uinteger", Family::integer, 10},
    {"ubigint", Family::integer, 20},
    {"uhugeint", Family::integer, kHugeDigits + 1},
    {"float", Family::floating},
    {"double", Family::floating},
    {"varchar", Family::text},
    {"date", Family::date},
    {"timestamp", Family::timestamp},
    {"timestamp_s", Family::timestamp},
    {"timestamp_ms", Family::timestamp},
    {"timestamp_ns", Family::timestamp},
    {"timestamp with time zone", Family::timestamp_tz},
    {"json", Family::json},
    {"interval", Family::as_text},
    {"variant", Family::as_text},
    {"geometry", Family::as_text},
});

ColumnType classify(const Column& column) {
  ColumnType out;
  out.name = column.type;
  out.base = column.type;
  // Nested types end in brackets or hold other types in parentheses: they are what their whole text says.
  if (duckdb_is_nested(column.type)) {
    out.family = Family::native;
    return out;
  }
  if (column.type.starts_with("ENUM(")) {
    out.family = Family::text;
    out.base = "enum";
    return out;
  }
  const TypeName parsed = parse_type_name(column.type);
  out.base = parsed.base;
  if (parsed.base == "decimal") {
    out.family = Family::decimal;
    out.precision = parsed.first;
    out.scale = parsed.second;
    return out;
  }
  out.family = Family::native;
  for (const TypeRule& rule : kTypes) {
    if (rule.base != parsed.base) continue;
    out.family = rule.family;
    out.precision = rule.precision;
  }
  return out;
}

// A column may have a collation that takes 'a' for 'A'.
Sql text_form(const Sql& value, const ColumnType& from) {
  return "("_sql + (from.base == "varchar" ? value : cast(value, "VARCHAR"_sql)) + " COLLATE \"C\")"_sql;
}

// A decimal with no digits before the point is written without the 0 there.
Sql decimal_text(const Sql& value, const ColumnType& from) {
  const Sql text = cast(value, "VARCHAR"_sql);
  if (from.family != Family::decimal || from.precision != from.scale) return text;
  return "regexp_replace("_sql + text + ", '^(-?)\\.', '\\10.')"_sql;
}

Sql without_trailing_zeros(const Sql& text) {
  return "(CASE WHEN contains("_sql + text + ", '.') THEN rtrim(rtrim("_sql + text +
         ", '0'), '.') ELSE "_sql + text + " END)"_sql;
}

Sql integer_or_float_text(const Sql& value, const ColumnType& from) {
  if (from.family == Family::integer) return cast(value, "VARCHAR"_sql);
  return "(CASE WHEN abs("_sql + value + ") < 1e38 AND "_sql + value + " = floor("_sql + value +
         ") THEN "_sql + cast(cast(value, "HUGEINT"_sql), "VARCHAR"_sql) + " ELSE "_sql +
         cast(value, "VARCHAR"_sql) + " END)"_sql;
}

// Microseconds since 1970 with what a second is cut to taken off; towards the past on both sides of 1970.
Sql cut(const Sql& value, int digits) {
  static constexpr std::array<std::int64_t, 6> kUnits = {1'000'000, 100'000, 10'000, 1'000, 100, 10};
  if (digits >= static_cast<int>(kUnits.size())) return value;
  const Sql unit = Sql::number(kUnits[static_cast<std::size_t>(std::max(digits, 0))]);
  const Sql micros = "epoch_us("_sql + value + ")"_sql;
  // infinity has no microseconds: it stays apart, by its text.
  return "(CASE WHEN "_sql + value + " IS NULL THEN NULL ELSE coalesce(CAST("_sql + micros + " - (("_sql +
         micros + " % "_sql + unit + ") + "_sql + unit + ") % "_sql + unit + " AS VARCHAR), CAST("_sql +
         value + " AS VARCHAR)) END)"_sql;
}

Sql decimal_type(const CommonType& to) {
  return "DECIMAL("_sql + Sql::number(std::max(to.precision, 1)) + ", "_sql + Sql::number(to.scale) + ")"_sql;
}

Sql timestamp_form(const Sql& value, const ColumnType& from, const CommonType& to) {
  if (to.timestamp_precision) {
    return cut(from.base == "timestamp" ? value : cast(value, "TIMESTAMP"_sql), *to.timestamp_precision);
  }
  // Microseconds and nanoseconds print alike, without trailing zeros; a cast either way could overflow or
  // round.
  if (to.kind == Kind::timestamp) {
    const Sql text = cast(value, "VARCHAR"_sql);
    if (from.family != Family::date) return text;
    return "(CASE WHEN isfinite("_sql + value + ") THEN "_sql + text + " || ' 00:00:00' ELSE "_sql + text +
           " END)"_sql;
  }
  return value;
}

// The text of a timestamp behind nine digits that sort: years before Christ and those of more than four
// digits do not.
Sql sortable(const Sql& text) {
  const Sql year = "split_part("_sql + text + ", '-', 1)"_sql;
  return "(CASE WHEN "_sql + text + " = 'infinity' THEN '200000000' WHEN "_sql + text +
         " = '-infinity' THEN '000000000' WHEN contains("_sql + text +
         ", '(BC)') THEN '0' || CAST(99999999 - CAST("_sql + year +
         " AS INTEGER) AS VARCHAR) ELSE '1' || lpad("_sql + year + ", 8, '0') END || "_sql + text + ")"_sql;
}

Sql unsorted(const Sql& sortable) { return "substring("_sql + sortable + ", 10)"_sql; }

Sql form(const Sql& value, const ColumnType& from, const CommonType& to) {
  switch (to.kind) {
    case Kind::integer:
      return cast(value, to.precision > kHugeDigits ? "BIGNUM"_sql : "HUGEINT"_sql);
    case Kind::decimal:
      return cast(value, decimal_type(to));
    case Kind::number_text:
      return without_trailing_zeros(decimal_text(value, from));
    case Kind::floating:
      return cast(value, "DOUBLE"_sql);
    case Kind::integer_floating:
      return integer_or_float_text(value, from);
    case Kind::text:
      return text_form(value, from);
    case Kind::timestamp:
    case Kind::same:
      break;
  }
  switch (to.family) {
    case Family::text:
      return text_form(value, from);
    case Family::json:
      return duckdb_json_form(value);
    case Family::native:
      return duckdb_nested_form(value, from.name);
    case Family::as_text:
      return from.base == "variant" ? duckdb_variant_form(value) : cast(value, "VARCHAR"_sql);
    case Family::timestamp:
      return timestamp_form(value, from, to);
    case Family::timestamp_tz:
      return to.timestamp_precision ? cut(value, *to.timestamp_precision) : value;
    default:
      return value;
  }
}

// 128-bit values hash by their halves, XORed: equal halves give 0, as 0 and -1 do. These are hashed by their
// text.
bool is_wide(const std::string& type) {
  if (type.starts_with("DECIMAL(")) return parse_type_name(type).first > 18;
  return type == "HUGEINT" || type == "UHUGEINT" || type == "UUID";
}

// Nested values hash by what they hold: nothing, an empty list and a list of one NULL are all the same. Their
// text tells.
std::vector<Sql> hashed(const Sql& value, const ColumnType& from, const CommonType& to) {
  const bool needs_text = to.kind == Kind::integer || (to.kind == Kind::decimal && to.precision > 18) ||
                          (to.kind == Kind::same && (is_wide(from.name) || duckdb_is_nested(from.name)));
  return {needs_text ? cast(value, "VARCHAR"_sql) : value};
}

// hash(a, b) combines linearly under XOR and a first argument does not seed it; so each value is hashed with
// the seed by itself, and the whole once more.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  if (seed == 0) return "hash(hash("_sql + join(values, ", "_sql) + "))"_sql;
  std::vector<Sql> seeded;
  for (const Sql& value : values) {
    seeded.push_back("hash(xor(hash("_sql + value + "), "_sql + Sql::number(seed) + "::UBIGINT))"_sql);
  }
  return "hash(hash("_sql + join(seeded, ", "_sql) + "))"_sql;
}

// A sum of integers without a sign takes longer than the hash. 56 bits of it are left.
Sql hash_sum(const Sql& hash) { return "sum(CAST("_sql + hash + " >> 8 AS BIGINT))"_sql; }

// Values whose form is a text or nested.
bool is_long(const HashedValue& value) {
  if (value.to.kind == Kind::text || value.to.kind == Kind::timestamp) return true;
  if (value.to.kind != Kind::same) return false;
  switch (value.to.family) {
    case Family::text:
    case Family::as_text:
      return true;
    case Family::native:
      return duckdb_is_nested(value.from.name);
    default:
      return value.to.timestamp_precision.has_value();
  }
}

// That of JSON takes 15 µs a document; most documents that are equal are written alike.
bool has_late_form(const CommonType& common) {
  return common.kind == Kind::same && common.family == Family::json;
}

Sql is_distinct(const Sql& a, const Sql& b, const CommonType& common) {
  if (!has_late_form(common)) return is_distinct_from(a, b, common);
  const auto text = [](const Sql& value) { return cast(value, "VARCHAR"_sql); };
  return "CASE WHEN "_sql + text(a) + " IS NOT DISTINCT FROM "_sql + text(b) + " THEN false ELSE "_sql +
         duckdb_json_form(a) + " IS DISTINCT FROM "_sql + duckdb_json_form(b) + " END"_sql;
}

// A join copies texts into its table, and compares them behind a pointer. Not for JSON, of which the text is
// asked for.
Sql compact(const HashedValue& value) {
  if (!is_long(value)) return value.form;
  return "CASE WHEN "_sql + value.form + " IS NOT NULL THEN hash("_sql +
         join(hashed(value.form, value.from, value.to), ", "_sql) + ") END"_sql;
}

Sql smallest_keys(const std::vector<Sql>& key, std::size_t count) {
  const Sql end = ", "_sql + Sql::number(static_cast<std::int64_t>(count)) + ")"_sql;
  if (key.size() == 1) return "min("_sql + key[0] + end;
  std::vector<Sql> fields;
  for (std::size_t i = 0; i < key.size(); ++i)
    fields.push_back("'k"_sql + Sql::number(static_cast<std::int64_t>(i)) + "': "_sql + key[i]);
  return "min({"_sql + join(fields, ", "_sql) + "}"_sql + end;
}

Sql listed_keys(const Sql& list, std::size_t columns) {
  return columns == 1 ? "unnest("_sql + list + ") AS k0"_sql : "unnest("_sql + list + ", max_depth := 2)"_sql;
}

// The text of a VARIANT fails if two of its keys differ in case alone.
Sql text(const Sql& value, const ColumnType& type) {
  return type.base == "variant" ? cast(cast(value, "JSON"_sql), "VARCHAR"_sql) : cast(value, "VARCHAR"_sql);
}

Sql sampled(std::int64_t rows, std::int64_t wanted) {
  const double percent = 100.0 * static_cast<double>(wanted) / static_cast<double>(std::max(rows, wanted));
  return " TABLESAMPLE system("_sql + number(percent) + "%)"_sql;
}

Sql count_by_bits(const Sql& value, std::int64_t first, std::int64_t last) {
  return "bit_count(bitstring_agg("_sql + value + ", "_sql + Sql::number(first) + ", "_sql +
         Sql::number(last) + "))"_sql;
}

Sql stretch(std::int64_t first, std::int64_t last) {
  return "rowid BETWEEN "_sql + Sql::number(std::max<std::int64_t>(first, 0)) + " AND "_sql +
         Sql::number(last);
}

// Names as DuckDB reads them: without regard to case; of two, the first is a schema, or a database whose
// schema is the current one.
Sql is_named(const std::vector<Identifier>& parts) {
  const auto is = [&](const Sql& column, const Identifier& name) {
    return "lower("_sql + column + ") = lower("_sql + literal(duckdb_dialect(), name.value()) + ")"_sql;
  };
  const Sql table = is("table_name"_sql, parts.back());
  const Sql here = "database_name = current_database()"_sql;
  const Sql schema_here = "schema_name = current_schema()"_sql;
  if (parts.size() == 1) return table + " AND "_sql + schema_here + " AND "_sql + here;
  if (parts.size() == 3)
    return table + " AND "_sql + is("schema_name"_sql, parts[1]) + " AND "_sql +
           is("database_name"_sql, parts[0]);
  return table + " AND ("_sql + is("schema_name"_sql, parts[0]) + " AND "_sql + here + " OR "_sql +
         is("database_name"_sql, parts[0]) + " AND schema_name = 'main')"_sql;
}

// Views can be sampled, but are in none of these lists. Uniqueness is kept by constraints only: an index may
// be of an expression. A column called rowid hides the places. DuckDB's list of tables is made anew each time
// it is asked for, of all tables: once is enough.
Sql facts(const std::vector<Relation>& relations, const std::vector<std::vector<Identifier>>& keys) {
  std::vector<Sql> names;
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    names.push_back(is_named(parts_of(relations[i])));
    std::vector<Sql> key;
    for (const Identifier& name : keys[i])
      key.push_back("lower("_sql + literal(duckdb_dialect(), name.value()) + ")"_sql);
    sides.push_back(
        "SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) +
        " AS side, true AS can_sample, EXISTS (SELECT 1 FROM duckdb_constraints() WHERE ("_sql + names[i] +
        ") AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND list_has_all(["_sql + join(key, ", "_sql) +
        "], [lower(c) FOR c IN constraint_column_names])) AS is_unique, coalesce(max(estimated_size), 0) AS "
        "about_rows, coalesce(count(*) = 1 AND NOT bool_or(contains(lower(sql), 'rowid')), false) AS "
        "has_addresses, false AS is_parallel FROM t WHERE "_sql +
        names[i]);
  }
  return "WITH t AS MATERIALIZED (SELECT database_name, schema_name, table_name, estimated_size, sql FROM "
         "duckdb_tables() WHERE "_sql +
         join(names, " OR "_sql) + ") "_sql + join(sides, " UNION ALL "_sql);
}

Sql approx_distinct(const Sql& value) { return "approx_count_distinct("_sql + value + ")"_sql; }

Sql describe(const std::vector<Relation>& relations) {
  std::vector<Sql> sides;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    sides.push_back(
        "SELECT "_sql + Sql::number(static_cast<std::int64_t>(i)) +
        " AS side, column_name, column_type, CAST(NULL AS VARCHAR) AS storage, \"null\" = 'YES' AS nullable "
        "FROM (DESCRIBE "_sql +
        from_text(relations[i]) + ")"_sql);
  }
  return join(sides, " UNION ALL "_sql);
}

Dialect make_duckdb() {
  Dialect dialect;
  dialect.name = "duckdb";
  dialect.lexis.has_at_operators = true;
  dialect.lexis.has_e_texts = true;
  dialect.fingerprint_names_columns = false;
  dialect.fingerprint_of_keys = false;
  dialect.reads_in_order = true;
  dialect.wide_table = 20;
  dialect.qualifies_columns = true;
  dialect.materialized = " MATERIALIZED"_sql;
  dialect.text_type = "VARCHAR"_sql;
  dialect.nanosecond_type = "TIMESTAMP_NS"_sql;
  dialect.text = text;
  dialect.classify = classify;
  dialect.form = form;
  dialect.sortable = sortable;
  dialect.unsorted = unsorted;
  dialect.hashed = hashed;
  dialect.row_hash = row_hash;
  dialect.has_late_form = has_late_form;
  dialect.is_distinct = is_distinct;
  dialect.compact = compact;
  dialect.smallest_keys = smallest_keys;
  dialect.listed_keys = listed_keys;
  dialect.hash_sum = hash_sum;
  dialect.is_within = duckdb_is_within;
  dialect.sampled = sampled;
  dialect.stretch = stretch;
  dialect.facts = facts;
  dialect.count_by_bits = count_by_bits;
  dialect.approx_distinct = approx_distinct;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& duckdb_dialect() {
  static const Dialect kDialect = make_duckdb();
  return kDialect;
}

}  // namespace diffgate::diff
