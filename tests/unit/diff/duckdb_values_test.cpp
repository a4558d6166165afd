// Values of DuckDB's documents and nested types: which are equal, and that every plan says the same of them.

#include <fmt/format.h>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::request;

namespace {

// Rows in each of two tables with a value of the type (or of its own type in the PR); whether they are equal.
struct Pair {
  const char* prod_type;
  const char* pr_type;
  std::string prod;
  std::string pr;
  bool is_equal;
};

void make_tables(Engine& engine, const Pair& pair) {
  engine.execute(
      fmt::format("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, v {}); CREATE "
                  "TABLE b (id integer, v {}); INSERT INTO a VALUES (1, {}), (2, NULL); INSERT INTO b VALUES "
                  "(1, {}), (2, NULL)",
                  pair.prod_type, pair.pr_type, pair.prod, pair.pr));
}

void check_by_any_plan(Engine& engine, const Pair& pair) {
  CAPTURE(pair.prod_type);
  CAPTURE(pair.pr_type);
  CAPTURE(pair.prod);
  CAPTURE(pair.pr);
  make_tables(engine, pair);
  const std::int64_t changed = pair.is_equal ? 0 : 1;
  for (const bool may_skip_join : {true, false}) {
    CAPTURE(may_skip_join);
    TableDiffRequest options = request();
    options.may_skip_join = may_skip_join;
    options.samples = 3;
    const TableDiff diff = engine.diff(options);
    CHECK(column(diff, "v").not_compared.empty());
    CHECK(diff.rows.changed == changed);
    CHECK(column(diff, "v").changed == changed);
  }
  const TableDiff keyless = engine.diff(request({}));
  CHECK(keyless.rows.added == changed);
  CHECK(keyless.rows.removed == changed);
}

// With a file in the format that first had VARIANT; a file made without a word has an older one.
Engine with_variants() {
  Engine engine("duckdb");
  const std::string path = engine.file->path() + ".v1_5";
  engine.execute = [file = engine.file.get(), path](const std::string& sql) {
    file->execute("ATTACH '" + path + "' AS v (STORAGE_VERSION 'v1.5.0'); USE v; " + sql);
  };
  engine.execute("SELECT 1");
  engine.runner = std::make_unique<test::WarehouseRunner>("duckdb://" + path);
  return engine;
}

Pair same_type(const char* type, const char* prod, const char* pr, bool is_equal) {
  return {type, type, std::string("'") + prod + "'", std::string("'") + pr + "'", is_equal};
}

}  // namespace

TEST_CASE("DuckDB's JSON documents are equal if they hold the same, and only then") {
  Engine engine("duckdb");
  for (const char* type : {"JSON", "JSON[1]"}) {
    const auto check = [&](const char* prod, const char* pr, bool is_equal) {
      Pair pair = same_type(type, prod, pr, is_equal);
      if (std::string(type) != "JSON") {
        pair.prod = "[" + pair.prod + "]";
        pair.pr = "[" + pair.pr + "]";
      }
      check_by_any_plan(engine, pair);
    };
    check(R"({"a": 1, "b": [1, {"c": null}]})", R"({"b":[1.0,{"c":null}],"a":1e0})", true);
    // Names that look like paths.
    check(R"({"a":{"b":1}})", R"({"a":{},"a.b":1})", false);
    check(R"({"x":[1]})", R"({"x":[],"x[0]":1})", false);
    check(R"({"a":1,"b":1})", R"({"a NUMBER 1\n$.b":1})", false);
    check(R"({"a":1,"A":2})", R"({"a":2,"A":1})", false);
    // Numbers by their digits.
    check("1e18", "1000000000000000000", true);
    check("[1.50, -0.0, 100, 25e-1]", "[1.5, 0, 1E+2, 2.5]", true);
    check("0.1234567890123456789012", "0.1234567890123456789013", false);
    check("9007199254740992.0", "9007199254740993", false);
    check("123456789012345678901234567890", "123456789012345678901234567891", false);
    check("1", "\"1\"", false);
    check("\"1#\"", "\"#1\"", false);
    check("\"#1\"", "1", false);
    check(R"("\"#1.0\"")", R"("\"#1\"")", false);
    check("-1", "1", false);
    check("NaN", "NaN", true);
    // Of a repeated key, the last.
    check(R"({"a":1,"a":2})", R"({"a":2})", true);
    check(R"({"a":{"x":1},"b":0,"a":{"y":2}})", R"({"b":0,"a":{"y":2}})", true);
    check(R"({"a":1,"a":2})", R"({"a":1})", false);
    check(R"({"\u0061":1,"a":2})", R"({"a":2})", true);
    // Texts, and nothing.
    check(R"("\u00e9\/")", R"("é/")", true);
    check("\"a\"", "\"A\"", false);
    check("null", "\"null\"", false);
    check("{}", "[]", false);
    check("[null]", "[]", false);
    check("[1,[2]]", "[[1],2]", false);
  }
  check_by_any_plan(engine, {"JSON", "JSON", "'null'", "NULL", false});
  check_by_any_plan(engine, {"JSON[]", "JSON[]", "['null']", "[NULL]", false});
}

TEST_CASE("documents that are all equal say nothing of a rename, however they are written") {
  Engine engine("duckdb");
  const auto renames = [&](const char* every_second) {
    engine.execute(fmt::format(
        "CREATE OR REPLACE TABLE a AS SELECT i AS id, CAST(CASE WHEN i % 2 = 0 THEN '{}' ELSE '{{\"a\": 1}}' "
        "END AS JSON) AS was FROM range(100) t(i); CREATE OR REPLACE TABLE b AS SELECT i AS id, CAST(CASE "
        "WHEN "
        "i % 2 = 0 THEN '{}' ELSE '{{\"a\":1}}' END AS JSON) AS now FROM range(100) t(i)",
        every_second, every_second));
    return engine.diff(request()).schema.likely_renames.size();
  };
  CHECK(renames(R"({ "a":1 })") == 0);
  CHECK(renames(R"({ "a":2 })") == 1);
}

TEST_CASE("DuckDB's VARIANT tells values of different types apart") {
  Engine engine = with_variants();
  for (const Pair& pair : std::vector<Pair>{
           {"VARIANT", "VARIANT", "1", "1", true},
           {"VARIANT", "VARIANT", "1", "'1'", false},
           {"VARIANT", "VARIANT", "true", "'true'", false},
           {"VARIANT", "VARIANT", "{'a': 1}", "'{''a'': 1}'", false},
           {"VARIANT", "VARIANT", "{'a': 1}", "{'a': '1'}", false},
           {"VARIANT", "VARIANT", "{'a': 1, 'b': [1]}", "{'b': [1], 'a': 1}", true},
           {"VARIANT", "VARIANT", "{'a': DATE '2024-01-01'}", "{'a': '2024-01-01'}", false},
           {"VARIANT", "VARIANT", "[INTERVAL 1 MONTH]", "[INTERVAL 30 DAY]", false},
           {"VARIANT", "VARIANT", "'{\"a\":1,\"A\":2}'::JSON", "'{\"A\":2,\"a\":1}'::JSON", true},
           {"VARIANT", "VARIANT", "'{\"a\":1,\"A\":2}'::JSON", "'{\"a\":1,\"A\":3}'::JSON", false},
           {"VARIANT[]", "VARIANT[]", "[1::VARIANT]", "['1'::VARIANT]", false},
       }) {
    check_by_any_plan(engine, pair);
  }
}

TEST_CASE("values inside DuckDB's nested types are compared as they are outside") {
  Engine engine("duckdb");
  const auto check = [&](const char* type, const char* prod, const char* pr, bool is_equal) {
    check_by_any_plan(engine, {type, type, prod, pr, is_equal});
  };
  check("DOUBLE[]", "['0.0'::DOUBLE]", "['-0.0'::DOUBLE]", true);
  check("DOUBLE[]", "['NaN'::DOUBLE]", "[-('NaN'::DOUBLE)]", true);
  check("DOUBLE[]", "['NaN'::DOUBLE]", "[1e308]", false);
  check("FLOAT[2][]", "[[0.1, '-0.0'::FLOAT]]", "[[0.1, 0]]", true);
  check("FLOAT[2]", "[0.1, 1]", "[0.1, NULL]", false);
  check("STRUCT(x DOUBLE, y INTEGER)", "{'x': '-0.0'::DOUBLE, 'y': 1}", "{'x': 0, 'y': 1}", true);
  check("STRUCT(x DOUBLE, y INTEGER)", "{'x': 0, 'y': 1}", "{'x': NULL, 'y': 1}", false);
  check("STRUCT(x DOUBLE)", "{'x': NULL}", "NULL", false);
  check("MAP(VARCHAR, DOUBLE)", "MAP {'a': 1, 'b': '-0.0'::DOUBLE}", "MAP {'b': 0, 'a': 1}", true);
  check("INTERVAL[]", "[INTERVAL 30 DAY]", "[INTERVAL 1 MONTH]", false);
  check("STRUCT(i INTERVAL)[]", "[{'i': INTERVAL 24 HOUR}]", "[{'i': INTERVAL 1 DAY}]", false);
  check("INTERVAL[]", "[INTERVAL 12 MONTH, NULL]", "[INTERVAL 1 YEAR, NULL]", true);
  // The entries of a map have no order, wherever it is.
  check("STRUCT(m MAP(VARCHAR, INTEGER))", "{'m': MAP {'a': 1, 'b': 2}}", "{'m': MAP {'b': 2, 'a': 1}}",
        true);
  check("STRUCT(m MAP(VARCHAR, INTEGER))", "{'m': MAP {'a': 1, 'b': 2}}", "{'m': MAP {'b': 1, 'a': 2}}",
        false);
  check("MAP(VARCHAR, INTEGER)[]", "[MAP {'a': 1, 'b': 2}]", "[MAP {'b': 2, 'a': 1}]", true);
  check("MAP(INTEGER, MAP(INTEGER, INTEGER))", "MAP {1: MAP {2: 2, 1: 1}}", "MAP {1: MAP {1: 1, 2: 2}}",
        true);
  check("MAP(VARCHAR, INTEGER)", "MAP {}", "NULL", false);
  // Names of any kind.
  check(R"(STRUCT("a, (b" DOUBLE, "q""x" STRUCT("DOUBLE" VARCHAR)))", "row('-0.0'::DOUBLE, row('x'))",
        "row(0, row('x'))", true);
  check(R"(STRUCT("a, (b" DOUBLE, "q""x" STRUCT("DOUBLE" VARCHAR)))", "row(0, row('x'))", "row(0, row('X'))",
        false);
  check("STRUCT(e ENUM('a, (', 'b'')'), d DOUBLE)", "row('b'')', '-0.0'::DOUBLE)", "row('b'')', 0)", true);
  // Unions: which of their types a value has.
  check("UNION(n INTEGER, s VARCHAR)[]", "[union_value(n := 1)]", "[union_value(s := '1')]", false);
  check("UNION(d DOUBLE, \"it's\" DOUBLE)", "union_value(d := 0)", "union_value(d := '-0.0'::DOUBLE)", true);
  check("UNION(d DOUBLE, \"it's\" DOUBLE)", "union_value(d := 0)", "union_value(\"it's\" := 0::DOUBLE)",
        false);
  check("UNION(d DOUBLE, s VARCHAR)", "union_value(d := 0.1)", "union_value(d := 0.10000000000000002)",
        false);
  check("VARCHAR[]", "['a', NULL]", "['a', 'NULL']", false);
  check("VARCHAR[]", "['a, b']", "['a', 'b']", false);
}

TEST_CASE("numbers of DuckDB that were retyped are compared without loss") {
  Engine engine("duckdb");
  for (const Pair& pair : std::vector<Pair>{
           {"UHUGEINT", "HUGEINT", "340282366920938463463374607431768211455", "-1", false},
           {"UHUGEINT", "HUGEINT", "7", "7", true},
           {"INTEGER", "UHUGEINT", "-1", "340282366920938463463374607431768211455", false},
           {"UBIGINT", "UHUGEINT", "18446744073709551615", "18446744073709551615", true},
           {"HUGEINT", "BIGINT", "-170141183460469231731687303715884105728", "0", false},
           {"DECIMAL(38,38)", "DECIMAL(38,37)", "0.5", "0.5", true},
           {"DECIMAL(38,38)", "DECIMAL(38,37)", "-0.5", "-0.5", true},
           {"DECIMAL(38,38)", "DECIMAL(38,37)", "0", "0", true},
           {"DECIMAL(38,38)", "DECIMAL(38,37)", "-0.5", "0.5", false},
           {"DECIMAL(38,38)", "INTEGER", "0.00000000000000000000000000000000000001", "0", false},
           {"DECIMAL(38,38)", "INTEGER", "0", "0", true},
       }) {
    check_by_any_plan(engine, pair);
  }
}

TEST_CASE("DuckDB's nested values are keys: arrays, lists, structs and maps") {
  Engine engine = with_variants();
  struct Keys {
    const char* type;
    const char* one;
    const char* same;
    const char* other;
  };
  for (const Keys& keys : std::vector<Keys>{
           {"INTEGER[2]", "[1, 2]", "[1, 2]", "[2, 1]"},
           {"STRUCT(a FLOAT[2])", "{'a': ['-0.0'::FLOAT, 1]}", "{'a': [0, 1]}", "{'a': [1, 1]}"},
           {"DOUBLE[]", "['-0.0'::DOUBLE]", "[0]", "[1]"},
           {"MAP(VARCHAR, INTEGER)", "MAP {'a': 1, 'b': 2}", "MAP {'b': 2, 'a': 1}", "MAP {'a': 1}"},
           {"JSON", "'{\"a\":1,\"b\":2}'", "'{\"b\":2,\"a\":1}'", "'{\"a\":1}'"},
           {"UNION(n INTEGER, s VARCHAR)", "1", "1", "'1'"},
           {"VARIANT", "1", "1", "'1'"},
       }) {
    CAPTURE(keys.type);
    engine.execute(fmt::format(
        "DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id {0}, v integer); CREATE "
        "TABLE b (id {0}, v integer); INSERT INTO a VALUES ({1}, 1), ({3}, 2); INSERT INTO b VALUES "
        "({2}, 1), ({3}, 3)",
        keys.type, keys.one, keys.same, keys.other));
    for (const bool may_skip_join : {true, false}) {
      TableDiffRequest options = request();
      options.may_skip_join = may_skip_join;
      options.samples = 3;
      const TableDiff diff = engine.diff(options);
      CHECK(diff.rows.unchanged == 1);
      CHECK(diff.rows.changed == 1);
      CHECK(diff.rows.added == 0);
      CHECK(diff.prod_key.duplicate_rows == 0);
      CHECK(diff.samples.changed.size() == 1);
    }
  }
}

TEST_CASE(
    "the time that two tables of DuckDB both cover is found in any type, to the nanosecond and in any year") {
  struct Times {
    const char* prod_type;
    const char* pr_type;
    std::vector<const char*> values;  // of both sides, first the least
    const char* from;
    const char* to;
  };
  Engine engine("duckdb");
  for (const Times& times : std::vector<Times>{
           {"TIMESTAMP_NS",
            "TIMESTAMP_NS",
            {"2024-01-01 00:00:00.000000001", "2024-01-02 00:00:00.123456789"},
            "2024-01-01 00:00:00.000000001",
            "2024-01-02 00:00:00.123456789"},
           {"DATE",
            "TIMESTAMP",
            {"2024-01-02", "10000-01-02"},
            "2024-01-02 00:00:00",
            "10000-01-02 00:00:00"},
           {"DATE",
            "TIMESTAMP",
            {"0100-01-01 (BC)", "0044-03-15 (BC)"},
            "0100-01-01 (BC) 00:00:00",
            "0044-03-15 (BC) 00:00:00"},
           {"TIMESTAMP",
            "DATE",
            {"0044-03-15 (BC)", "0044-03-16"},
            "0044-03-15 (BC) 00:00:00",
            "0044-03-16 00:00:00"},
           {"TIMESTAMP",
            "TIMESTAMP_NS",
            {"2024-01-01 00:00:00.123456", "2024-01-02"},
            "2024-01-01 00:00:00.123456",
            "2024-01-02 00:00:00"},
           {"TIMESTAMP_S",
            "TIMESTAMP_MS",
            {"2024-01-01 00:00:01", "2024-01-02"},
            "2024-01-01 00:00:01",
            "2024-01-02 00:00:00"},
           {"DATE", "TIMESTAMP", {"2024-01-01", "infinity"}, "2024-01-01 00:00:00", "infinity"},
           {"DATE", "TIMESTAMP", {"-infinity", "0044-03-15 (BC)"}, "-infinity", "0044-03-15 (BC) 00:00:00"},
       }) {
    CAPTURE(times.prod_type);
    CAPTURE(times.pr_type);
    CAPTURE(times.from);
    std::string rows;
    for (const char* value : times.values)
      rows += fmt::format("{}({}, '{}')", rows.empty() ? "" : ", ", rows.size(), value);
    engine.execute(fmt::format(
        "DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, t {}); CREATE "
        "TABLE b (id integer, t {}); INSERT INTO a VALUES {}; INSERT INTO b VALUES {}",
        times.prod_type, times.pr_type, rows, rows));
    TableDiffRequest options = request();
    options.overlap_column = Identifier("t");
    const TableDiff diff = engine.diff(options);
    REQUIRE(diff.overlap);
    CHECK(diff.overlap->from == times.from);
    CHECK(diff.overlap->to == times.to);
    CHECK(diff.rows.unchanged == static_cast<std::int64_t>(times.values.size()));
    engine.execute(fmt::format("DELETE FROM b WHERE t = '{}'", times.values.back()));
    CHECK(engine.diff(options).rows.unchanged == static_cast<std::int64_t>(times.values.size()) - 1);
    CHECK(engine.diff(options).rows.removed == 0);
  }
}

TEST_CASE("a date that no timestamp of DuckDB holds is compared with timestamps") {
  Engine engine("duckdb");
  check_by_any_plan(engine, {"DATE", "TIMESTAMP", "'300000-01-01'", "'2024-01-01'", false});
  check_by_any_plan(engine, {"DATE", "TIMESTAMP", "'0044-03-15 (BC)'", "'0044-03-15 (BC)'", true});
  check_by_any_plan(engine, {"DATE", "TIMESTAMP", "'infinity'", "'infinity'", true});
  check_by_any_plan(engine, {"DATE", "TIMESTAMP", "'infinity'", "'-infinity'", false});
  check_by_any_plan(engine, {"DATE", "TIMESTAMP_NS", "'2024-01-01'", "'2024-01-01'", true});
  check_by_any_plan(engine,
                    {"DATE", "TIMESTAMP_NS", "'2024-01-01'", "'2024-01-01 00:00:00.000000001'", false});
}
