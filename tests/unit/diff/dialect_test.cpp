// How engines quote, comment and call their types.

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "diff/column_type.hpp"
#include "diff/dialect.hpp"
#include "diff/filter.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;

ColumnType classified(const Dialect& dialect, const std::string& type) {
  Column column;
  column.name = Identifier("c");
  column.type = type;
  return dialect.classify(column);
}

bool passes(const std::string& filter, const Dialect& dialect) {
  try {
    checked_filter(filter, dialect);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("a name is quoted so that no part of it can end the quotes") {
  const Identifier name("a\"b`c]d\\");
  const std::pair<const Dialect*, const char*> kQuoted[] = {
      {&postgres_dialect(), R"("a""b`c]d\")"},    {&redshift_dialect(), R"("a""b`c]d\")"},
      {&snowflake_dialect(), R"("a""b`c]d\")"},   {&trino_dialect(), R"("a""b`c]d\")"},
      {&duckdb_dialect(), R"("a""b`c]d\")"},      {&bigquery_dialect(), R"(`a"b\`c]d\\`)"},
      {&clickhouse_dialect(), R"(`a"b\`c]d\\`)"}, {&databricks_dialect(), R"(`a"b``c]d\`)"},
      {&mysql_dialect(), R"(`a"b``c]d\`)"},       {&sqlserver_dialect(), R"([a"b`c]]d\])"},
  };
  CHECK(std::size(kQuoted) == dialects().size());
  for (const auto& [dialect, quoted_name] : kQuoted) {
    CAPTURE(dialect->name);
    CHECK(quoted(*dialect, name).text() == quoted_name);
  }
}

TEST_CASE("a text is escaped by backslashes where the engine reads them, and by doubled quotes elsewhere") {
  for (const Dialect* dialect : dialects()) {
    CAPTURE(dialect->name);
    CHECK(literal(*dialect, "it's \\").text() ==
          (dialect->lexis.escapes_texts ? R"('it\'s \\')" : R"('it''s \')"));
  }
  CHECK(literal(bigquery_dialect(), "a\nb").text() == R"('a\nb')");
  CHECK_THROWS_AS(literal(mysql_dialect(), std::string("a\0b", 3)), Error);
}

TEST_CASE("a filter that another engine would read as two expressions is refused there") {
  struct Row {
    const char* filter;
    std::vector<const Dialect*> passes;
  };
  const Dialect* const kPostgres = &postgres_dialect();
  const Dialect* const kDuckdb = &duckdb_dialect();
  const Row kRows[] = {
      {"a #> '{b}' = c",
       {kPostgres, kDuckdb, &redshift_dialect(), &snowflake_dialect(), &databricks_dialect(),
        &trino_dialect(), &sqlserver_dialect()}},
      {"x = $$ ) OR ( $$", {kPostgres, kDuckdb, &redshift_dialect()}},
      {"a --1) OR (1",
       {kPostgres, kDuckdb, &redshift_dialect(), &snowflake_dialect(), &bigquery_dialect(),
        &databricks_dialect(), &trino_dialect(), &clickhouse_dialect(), &sqlserver_dialect()}},
      {"a /*! ) OR ( */ > 1",
       {kPostgres, kDuckdb, &redshift_dialect(), &snowflake_dialect(), &bigquery_dialect(),
        &databricks_dialect(), &trino_dialect(), &clickhouse_dialect(), &sqlserver_dialect()}},
      {"a // 2 > 1",
       {kPostgres, kDuckdb, &redshift_dialect(), &bigquery_dialect(), &databricks_dialect(), &trino_dialect(),
        &sqlserver_dialect(), &mysql_dialect()}},
      {"\"\\\" ) OR ( \"\" = x", {}},
      {"'\\' ) OR (1=1 --' = x", {}},
      {"x = ''' ) OR ( '''",
       {kPostgres, kDuckdb, &redshift_dialect(), &snowflake_dialect(), &databricks_dialect(),
        &trino_dialect(), &clickhouse_dialect(), &sqlserver_dialect(), &mysql_dialect()}},
      {"`a` > 1", {&bigquery_dialect(), &databricks_dialect(), &clickhouse_dialect(), &mysql_dialect()}},
      {"[a)b] > 1", {&sqlserver_dialect()}},
  };
  for (const Row& row : kRows) {
    for (const Dialect* dialect : dialects()) {
      const std::string filter = row.filter;
      CAPTURE(filter);
      CAPTURE(dialect->name);
      const bool wanted = std::find(row.passes.begin(), row.passes.end(), dialect) != row.passes.end();
      CHECK(passes(filter, *dialect) == wanted);
    }
  }
}

TEST_CASE("an engine's spelling of a type tells its family and digits") {
  struct Row {
    const Dialect* dialect;
    const char* type;
    Family family;
    int precision;
    int scale;
  };
  const Row kRows[] = {
      {&snowflake_dialect(), "NUMBER(38,0)", Family::integer, 38, 0},
      {&snowflake_dialect(), "NUMBER(12,2)", Family::decimal, 12, 2},
      {&snowflake_dialect(), "VARIANT", Family::json, 0, 0},
      {&snowflake_dialect(), "GEOGRAPHY", Family::as_text, 0, 0},
      {&bigquery_dialect(), "NUMERIC", Family::decimal, 38, 9},
      {&bigquery_dialect(), "BIGNUMERIC(50, 20)", Family::decimal, 50, 20},
      {&bigquery_dialect(), "ARRAY<STRUCT<a INT64>>", Family::json, 0, 0},
      {&databricks_dialect(), "decimal(10,2)", Family::decimal, 10, 2},
      {&databricks_dialect(), "map<string,int>", Family::json, 0, 0},
      {&databricks_dialect(), "string collate UTF8_LCASE", Family::text, 0, 0},
      {&trino_dialect(), "timestamp(3) with time zone", Family::timestamp_tz, 0, 0},
      {&trino_dialect(), "array(decimal(10, 2))", Family::list, 0, 0},
      {&clickhouse_dialect(), "LowCardinality(Nullable(String))", Family::text, 0, 0},
      {&clickhouse_dialect(), "SimpleAggregateFunction(sum, Nullable(Decimal(38, 4)))", Family::decimal, 38,
       4},
      {&clickhouse_dialect(), "DateTime('Europe/Berlin')", Family::timestamp, 0, 0},
      {&sqlserver_dialect(), "money", Family::decimal, 19, 4},
      {&sqlserver_dialect(), "timestamp", Family::native, 0, 0},
      {&mysql_dialect(), "int(10) unsigned", Family::integer, 10, 0},
      {&mysql_dialect(), "enum('a','b (c)')", Family::text, 0, 0},
      {&mysql_dialect(), "timestamp(6)", Family::timestamp_tz, 0, 0},
      {&redshift_dialect(), "numeric(18,2)", Family::decimal, 18, 2},
      {&redshift_dialect(), "super", Family::json, 0, 0},
  };
  for (const Row& row : kRows) {
    const std::string type = row.type;
    CAPTURE(row.dialect->name);
    CAPTURE(type);
    const ColumnType found = classified(*row.dialect, type);
    CHECK(found.family == row.family);
    if (row.precision != 0) CHECK(found.precision == row.precision);
    CHECK(found.scale == row.scale);
    CHECK(found.name == type);
  }
}

TEST_CASE("a type whose values can't be compared is said to be so, with the reason") {
  const std::pair<const Dialect*, const char*> kTypes[] = {
      {&snowflake_dialect(), "FILE"},     {&trino_dialect(), "array(varbinary)"},
      {&trino_dialect(), "HyperLogLog"},  {&clickhouse_dialect(), "AggregateFunction(uniq, UInt64)"},
      {&redshift_dialect(), "hllsketch"},
  };
  for (const auto& [dialect, type] : kTypes) {
    const std::string spelling = type;
    CAPTURE(spelling);
    const ColumnType found = classified(*dialect, spelling);
    const auto common = common_type(found, found, dialect->max_decimal_precision);
    REQUIRE(std::holds_alternative<std::string>(common));
    CHECK(std::get<std::string>(common).starts_with("type " + spelling + ": "));
  }
}
