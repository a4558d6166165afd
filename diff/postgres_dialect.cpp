// PostgreSQL 14 and newer (hash_record_extended).

#include <algorithm>
#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/postgres_catalog.hpp"
#include "diff/postgres_hashes.hpp"
#include "diff/table_diff.hpp"
#include "diff/type_name.hpp"

namespace diffgate::diff {
namespace {

using Kind = CommonType::Kind;

// format_type's spellings. What is not here is compared by its text, which every type has: point, box and
// polygon (whose = compares areas or does not exist), interval (whose = says that 30 days are a month), xml,
// ranges, inet, …
constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},
    {"smallint", Family::integer},
    {"integer", Family::integer},
    {"bigint", Family::integer},
    {"numeric", Family::decimal},
    {"real", Family::floating},
    {"double precision", Family::floating},
    {"text", Family::text},
    {"character varying", Family::text},
    {"character", Family::text},
    {"bpchar", Family::text},
    {"\"char\"", Family::text},
    {"name", Family::text},
    {"citext", Family::text},
    {"enum", Family::text},
    {"date", Family::date},
    {"timestamp without time zone", Family::timestamp},
    {"timestamp with time zone", Family::timestamp_tz},
    {"time without time zone", Family::native},
    {"time with time zone", Family::native},
    {"uuid", Family::native},
    {"bytea", Family::native},
    {"json", Family::json},
    {"jsonb", Family::json},
});

// Arrays of these compare natively; others by their text.
constexpr auto kPlainElements = std::to_array<std::string_view>(
    {"boolean", "smallint", "integer", "bigint", "numeric", "real", "double precision", "date",
     "timestamp without time zone", "timestamp with time zone", "uuid", "bytea"});

Family family_of(std::string_view base) {
  for (const TypeRule& rule : kTypes) {
    if (rule.base == base) return rule.family;
  }
  return Family::as_text;
}

Family list_family(std::string_view element) {
  for (const std::string_view plain : kPlainElements) {
    if (plain == element) return Family::list;
  }
  return Family::as_text;
}

ColumnType classify(const Column& column) {
  ColumnType out;
  out.name = column.type;
  const TypeName parsed = parse_type_name(column.storage.empty() ? column.type : column.storage);
  out.base = parsed.base;
  if (parsed.base.size() > 2 && parsed.base.ends_with("[]")) {
    out.element = parsed.base.substr(0, parsed.base.size() - 2);
    out.family = list_family(out.element);
    return out;
  }
  out.family = family_of(parsed.base);
  out.is_padded = parsed.base == "character" || parsed.base == "bpchar";
  if (out.family == Family::decimal) {
    out.precision = std::max(parsed.first, 0);
    out.scale = std::max(parsed.second, 0);
  }
  return out;
}

// Byte order and byte equality, whatever the column's collation; char(n) loses its padding in the cast.
Sql text_form(const Sql& value, const ColumnType& from) {
  const bool is_text = from.base == "text" || from.base == "character varying";
  return "("_sql + (is_text ? value : cast(value, "text"_sql)) + " COLLATE \"C\")"_sql;
}

// jsonb knows no \u0000, no half of a surrogate pair, and no number of more than 131,072 digits; a text that
// holds one is compared as text, inside a JSON string.
Sql json_form(const Sql& value, const ColumnType& from) {
  if (from.base == "jsonb") return value;
  const Sql text = cast(value, "text"_sql);
  const Sql escapes =
      R"('(^|[^\\])(\\\\)*\\u(0000|[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..\\u)[dD][c-fC-F])')"_sql;
  return "(CASE WHEN position('\\u' in "_sql + text + ") > 0 AND "_sql + text + " ~ "_sql + escapes +
         " OR "_sql + text + " ~ '[eE][+-]?[0-9]{5}' THEN to_jsonb("_sql + text + ") ELSE "_sql +
         cast(value, "jsonb"_sql) + " END)"_sql;
}

// Digits of the value, so that an integer beyond 2^53 never meets a rounded one.
Sql integer_or_float_text(const Sql& value, const ColumnType& from) {
  if (from.family == Family::integer) return "("_sql + cast(value, "text"_sql) + " COLLATE \"C\")"_sql;
  return "(CASE WHEN "_sql + value + " = floor("_sql + value + ") AND "_sql + value +
         " >= -9223372036854775808 AND "_sql + value + " < 9223372036854775808 THEN "_sql +
         cast(cast(value, "bigint"_sql), "text"_sql) + " ELSE "_sql + cast(value, "text"_sql) +
         " END COLLATE \"C\")"_sql;
}

Sql cut(const Sql& value, int digits) {
  static const std::array<Sql, 6> kUnits = {"1 second"_sql,         "100 milliseconds"_sql,
                                            "10 milliseconds"_sql,  "1 millisecond"_sql,
                                            "100 microseconds"_sql, "10 microseconds"_sql};
  if (digits >= static_cast<int>(kUnits.size())) return value;
  return "date_bin(INTERVAL '"_sql + kUnits[static_cast<std::size_t>(std::max(digits, 0))] + "', "_sql +
         value + ", TIMESTAMP '2000-01-01')"_sql;
}

Sql form(const Sql& value, const ColumnType& from, const CommonType& to) {
  Sql out = value;
  switch (to.kind) {
    case Kind::integer:
      out = cast(value, "bigint"_sql);
      break;
    case Kind::decimal:
    case Kind::number_text:
      out = cast(value, "numeric"_sql);
      break;
    case Kind::floating:
      out = cast(value, "double precision"_sql);
      break;
    case Kind::integer_floating:
      return integer_or_float_text(value, from);
    case Kind::text:
      return text_form(value, from);
    case Kind::timestamp:
      out = cast(value, "timestamp"_sql);
      break;
    case Kind::same:
      break;
  }
  switch (to.family) {
    case Family::text:
      return text_form(value, from);
    case Family::json:
      return json_form(value, from);
    case Family::as_text:
      return "("_sql + cast(value, "text"_sql) + " COLLATE \"C\")"_sql;
    case Family::timestamp:
      return to.timestamp_precision ? cut(out, *to.timestamp_precision) : out;
    case Family::timestamp_tz:
      // As an instant in UTC, which the session's time zone is.
      return to.timestamp_precision ? cut(cast(out, "timestamp"_sql), *to.timestamp_precision) : out;
    default:
      return out;
  }
}

Sql hash_sum(const Sql& hash) { return "sum("_sql + hash + ")"_sql; }

Sql text(const Sql& value, const ColumnType&) { return cast(value, "text"_sql); }

// In numeric, where nothing overflows, underflows or rounds; only rows that differ come here. Infinities and
// NaN are near nothing but themselves.
Sql is_within(const Sql& a, const Sql& b, std::optional<ExactDigits>, const Tolerance& tolerance) {
  const auto exact = [](const Sql& x) { return "CAST(CAST("_sql + x + " AS text) AS numeric)"_sql; };
  const Sql larger = "greatest(abs("_sql + exact(a) + "), abs("_sql + exact(b) + "))"_sql;
  std::vector<Sql> allowances;
  if (tolerance.absolute > 0) allowances.push_back(cast(number(tolerance.absolute), "numeric"_sql));
  if (tolerance.relative > 0) {
    allowances.push_back(cast(number(tolerance.relative), "numeric"_sql) + " * "_sql + larger);
  }
  if (tolerance.significant_digits > 0) {
    // power() of numerics gives 16 digits behind the point.
    const Sql exponent = "greatest(floor(log("_sql + larger + ")) + "_sql +
                         Sql::number(1 - tolerance.significant_digits) + ", -16000)"_sql;
    allowances.push_back("0.5 * "_sql + cast("'1e' || "_sql + cast(exponent, "text"_sql), "numeric"_sql));
  }
  if (allowances.empty()) return "false"_sql;
  const auto finite = [&](const Sql& x) { return "abs("_sql + exact(x) + ") < 'Infinity'::numeric"_sql; };
  return "CASE WHEN "_sql + finite(a) + " AND "_sql + finite(b) + " THEN abs("_sql + exact(a) + " - "_sql +
         exact(b) + ") <= greatest("_sql + join(allowances, ", "_sql) + ") ELSE false END"_sql;
}

// "C" knows the letters of ASCII alone, and a database may have been made with it.
Sql fold_case(const Sql& text) { return "lower("_sql + text + " COLLATE \"und-x-icu\")"_sql; }

Sql sampled(std::int64_t rows, std::int64_t wanted) {
  const double percent = 100.0 * static_cast<double>(wanted) / static_cast<double>(std::max(rows, wanted));
  return " TABLESAMPLE SYSTEM ("_sql + number(percent) + ") REPEATABLE (1)"_sql;
}

Dialect make_postgres() {
  Dialect dialect;
  dialect.name = "postgres";
  dialect.lexis.has_at_operators = true;
  dialect.lexis.has_e_texts = true;
  dialect.max_decimal_precision = 0;
  dialect.sides_apart = true;
  dialect.fingerprint_names_columns = false;
  dialect.fingerprint_of_keys = false;
  dialect.new_tables_look_empty = true;
  dialect.materialized = " MATERIALIZED"_sql;
  // Not OFFSET 0, which keeps a query from running in parallel; the order of one value takes no sort.
  dialect.evaluated_once = " ORDER BY CAST(1 AS integer)"_sql;
  dialect.row_address = "ctid"_sql;
  dialect.text_type = "text"_sql;
  dialect.text = text;
  dialect.classify = classify;
  dialect.form = form;
  dialect.hashed = postgres_hashed;
  dialect.row_hash = postgres_row_hash;
  dialect.quick_row_hash = postgres_quick_row_hash;
  dialect.key_hash = postgres_key_hash;
  dialect.hash_sum = hash_sum;
  dialect.is_within = is_within;
  dialect.sampled = sampled;
  dialect.samples_alike = true;
  dialect.facts = postgres_facts;
  dialect.fold_case = fold_case;
  dialect.describe = postgres_describe;
  return dialect;
}

}  // namespace

const Dialect& postgres_dialect() {
  static const Dialect kDialect = make_postgres();
  return kDialect;
}

}  // namespace diffgate::diff
