// Amazon Redshift. It speaks PostgreSQL's protocol and descends from PostgreSQL 8, but has none of its hash
// functions, no IS DISTINCT FROM, no FILTER and no collations of its kind.

#include <array>

#include "diff/dialect_parts.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {
namespace {

constexpr auto kTypes = std::to_array<TypeRule>({
    {"boolean", Family::boolean},
    {"smallint", Family::integer, 5},
    {"integer", Family::integer, 10},
    {"bigint", Family::integer, 19},
    {"numeric", Family::decimal, 18, 0},
    {"real", Family::floating},
    {"double precision", Family::floating},
    {"character varying", Family::text},
    {"character", Family::text},
    {"text", Family::text},
    {"name", Family::text},
    {"date", Family::date},
    {"timestamp without time zone", Family::timestamp},
    {"timestamp with time zone", Family::timestamp_tz},
    {"time without time zone", Family::native},
    {"time with time zone", Family::native},
    {"binary varying", Family::native},
    {"varbyte", Family::native},
    {"super", Family::json},
});

ColumnType classify(const Column& column) {
  ColumnType out = classify_by(kTypes, column);
  out.is_padded = out.base == "character";
  if (out.base == "hllsketch") out.incomparable = "sketches do not compare";
  return out;
}

Sql varchar(const Sql& value) { return cast(value, "VARCHAR(65535)"_sql); }

Sql json_text(const Sql& value, const ColumnType&) { return "JSON_SERIALIZE("_sql + value + ")"_sql; }

Sql text(const Sql& value, const ColumnType& type) {
  if (type.family == Family::json) return json_text(value, type);
  // There is no cast from boolean.
  if (type.family == Family::boolean)
    return "CASE WHEN "_sql + value + " THEN 'true' WHEN NOT "_sql + value + " THEN 'false' END"_sql;
  if (type.base == "varbyte" || type.base == "binary varying")
    return "FROM_VARBYTE("_sql + value + ", 'hex')"_sql;
  if (type.base == "geometry" || type.base == "geography") return "ST_AsHexEWKB("_sql + value + ")"_sql;
  return varchar(value);
}

// A column or a database may be case-insensitive. A char is padded to its length.
Sql exact_text(const Sql& value, const ColumnType& type) {
  const Sql exact_value = "COLLATE("_sql + value + ", 'case_sensitive')"_sql;
  return type.is_padded ? "RTRIM("_sql + exact_value + ")"_sql : exact_value;
}

Sql instant(const Sql& value) { return "("_sql + value + " AT TIME ZONE 'UTC')"_sql; }

Sql clock(const Sql& value, Family) { return "TO_CHAR("_sql + value + ", 'YYYY-MM-DD HH24:MI:SS.US')"_sql; }

const Forms& forms() {
  static const Forms kForms{.integer_type = "BIGINT"_sql,
                            .bigint_type = "BIGINT"_sql,
                            .floating_type = "DOUBLE PRECISION"_sql,
                            .timestamp_type = "TIMESTAMP"_sql,
                            .log10 = "LOG("_sql,
                            .text = text,
                            .exact_text = exact_text,
                            .nested = json_text,
                            .instant = instant,
                            .clock = clock};
  return kForms;
}

// FNV_HASH goes on from the hash of what stood before. It takes bytes one by one, so each text is led by its
// length, which is -1 for NULL. It mixes little, hence another function over the whole.
Sql row_hash(const std::vector<Sql>& values, int seed) {
  Sql hash = "FNV_HASH("_sql + Sql::number(seed) + ")"_sql;
  for (const Sql& value : values) {
    hash = "FNV_HASH(COALESCE("_sql + value + ", ''), FNV_HASH(COALESCE(OCTET_LENGTH("_sql + value +
           "), -1), "_sql + hash + "))"_sql;
  }
  return "FARMFINGERPRINT64("_sql + varchar(hash) + ")"_sql;
}

Sql hash_sum(const Sql& hash) { return "SUM(CAST("_sql + hash + " AS DECIMAL(38, 0)))"_sql; }

Sql approx_distinct(const Sql& value) { return "APPROXIMATE COUNT(DISTINCT "_sql + value + ")"_sql; }

// svv_columns knows late-binding views and external tables, too.
CatalogColumns catalog_columns(const StoredName& name) {
  const Dialect& dialect = redshift_dialect();
  CatalogColumns out;
  out.type =
      "CASE WHEN data_type = 'numeric' THEN 'numeric(' || CAST(numeric_precision AS VARCHAR(10)) || ',' || "
      "CAST(numeric_scale AS VARCHAR(10)) || ')' WHEN data_type IN ('character varying', 'character') THEN "
      "data_type || '(' || CAST(character_maximum_length AS VARCHAR(10)) || ')' ELSE data_type END"_sql;
  out.null_text = "CAST(NULL AS VARCHAR(256))"_sql;
  out.from = "svv_columns"_sql;
  out.where = is_of_table(dialect, name, "current_schema()"_sql);
  if (!name.database.empty()) out.where += " AND table_catalog = "_sql + literal(dialect, name.database);
  return out;
}

// Names are lower case, quoted or not, unless a setting says otherwise.
Sql describe(const std::vector<Relation>& relations) {
  return describe_by(relations, Fold::lower_always, catalog_columns);
}

Dialect make_redshift() {
  Dialect dialect;
  dialect.name = "redshift";
  dialect.lexis.has_at_operators = true;
  dialect.lexis.has_e_texts = true;
  dialect.lexis.escapes_texts = true;
  dialect.max_statement_bytes = 16'000'000;
  dialect.sides_apart = true;
  dialect.text_type = "VARCHAR(65535)"_sql;
  dialect.text = text;
  dialect.classify = classify;
  use_forms<forms>(dialect);
  dialect.row_hash = row_hash;
  dialect.hash_sum = hash_sum;
  dialect.is_distinct = is_distinct_by_case;
  dialect.approx_distinct = approx_distinct;
  dialect.describe = describe;
  return dialect;
}

}  // namespace

const Dialect& redshift_dialect() {
  static const Dialect kDialect = make_redshift();
  return kDialect;
}

}  // namespace diffgate::diff
