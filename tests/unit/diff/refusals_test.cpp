// What diff_tables does not do, and what it says instead: hostile filters and names, missing tables and
// grants.

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <fstream>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::request;
using test::server;
using test::WarehouseRunner;

TEST_CASE("a filter that is more than an expression, or does more than read, changes nothing") {
  static constexpr const char* kHostile[] = {
      "1=1; DROP TABLE a",
      "1=1) ; DELETE FROM a; SELECT (1=1",
      "1=1) UNION SELECT 1, 'x' FROM a WHERE (1=1",
      "1=1 -- ) \n ) OR (1=1",
      "1=1 /* ) */ ) OR (1=1",
      "id = (DELETE FROM a RETURNING id)",
      "id IN (WITH gone AS (DELETE FROM a RETURNING id) SELECT id FROM gone)",
      "E'\\'' = ') OR (1=1'",
      "'\\' = ') OR (1=1'",
      "$$ $$ = $a$ ) $a$ AND (id = nextval('s'))",
      "id = (SELECT count(*) FROM read_csv('/etc/passwd'))",
      "set_config('transaction_read_only', 'off', false) = 'off' AND nextval('s') > 0",
      "lo_create(0) > 0",
      "pg_read_file('/etc/passwd') <> '' AND nextval('s') > 0",
      "id = 1 ` ) UNION SELECT 1 ( `",
      "getenv('HOME') = 'x'",
      "id = \xC2\xA0$$1$$",
  };
  for (const char* name : kEngines) {
    Engine engine(name);
    engine.execute(
        "CREATE SEQUENCE s; CREATE TABLE a (id integer, v varchar); CREATE TABLE b (id integer, v varchar);"
        "INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1, 'x')");
    for (const std::string filter : kHostile) {
      CAPTURE(name);
      CAPTURE(filter);
      TableDiffRequest options = request();
      options.filter = filter;
      try {
        engine.diff(options);
      } catch (const Error&) {
        // Most are refused, by us or by the engine. What counts is below.
      }
      CHECK(engine.diff(request()).rows.unchanged == 1);
    }
    if (std::string(name) == "postgres") {
      // The sequence was never advanced: this is its first value.
      CHECK(server().value("SELECT nextval('s')") == "1");
      CHECK(server().value("SELECT count(*) FROM pg_largeobject_metadata") == "0");
    }
  }
}

TEST_CASE("hostile names, tags and keys stay names, tags and keys") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (\"id\"\"; DROP TABLE b; --\" integer, \"x'y\" integer);"
        "CREATE TABLE b AS SELECT * FROM a; INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1, 3)");
    TableDiffRequest options = request({"id\"; DROP TABLE b; --"});
    options.tag = "pr */ ; DROP TABLE a; /* ";
    CHECK(engine.diff(options).rows.changed == 1);
    CHECK(engine.diff(options).rows.changed == 1);
    options.prod = Relation{"a; DROP TABLE b"};
    CHECK_THROWS_AS(engine.diff(options), Error);
    options.prod = Relation{"nothing_here"};
    CHECK_THROWS_AS(engine.diff(options), Error);
  }
}

TEST_CASE("a missing table, a wrong key and a failing view are the configuration's, and say which") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, v integer); INSERT INTO a VALUES (1, 2);"
        "CREATE VIEW b AS SELECT id, CAST('x' || id AS integer) AS v FROM a");
    CHECK(error_of([&] { engine.diff(request({"nope"})); }).problem().find("nope") != std::string::npos);
    TableDiffRequest missing = request();
    missing.pr = parse_relation("missing_table");
    const Error error = error_of([&] { engine.diff(missing); });
    CHECK(error.error_class() == ErrorClass::configuration);
    CHECK(std::string(error.what()).find("missing_table") != std::string::npos);
    const Error view = error_of([&] { engine.diff(request()); });
    CHECK(view.error_class() == ErrorClass::remote_final);
  }
}

TEST_CASE("a value too large for the type of a retyped column is said to be so, with the column") {
  struct Case {
    const char* prod;
    const char* pr;
    const char* type;
    const char* words;
  };
  static constexpr Case kCases[] = {
      {"CAST('1e400' AS numeric)", "CAST(1 AS double precision)", "22003", "v (numeric to double precision)"},
      {"DATE '300000-01-01'", "TIMESTAMP '2024-01-01'", "22008", "v (date to timestamp without time zone)"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.prod);
    Engine engine("postgres");
    engine.execute(std::string("CREATE TABLE a AS SELECT 1 AS id, ") + c.prod +
                   " AS v; CREATE TABLE b AS SELECT 1 AS id, " + c.pr + " AS v");
    const Error error = error_of([&] { engine.diff(request()); });
    CHECK(error.error_class() == ErrorClass::remote_final);
    CHECK(error.problem().find(c.type) != std::string::npos);
    CHECK(error.hint().find(c.words) != std::string::npos);
    TableDiffRequest without = request();
    without.exclude_columns = {Identifier("v")};
    CHECK(engine.diff(without).rows.unchanged == 1);
    engine.execute(
        "DROP TABLE a; CREATE VIEW a AS SELECT 1 AS id, exp(CAST(1000 AS double precision)) AS v; DROP "
        "TABLE b; CREATE TABLE b AS SELECT 1 AS id, CAST(1 AS double precision) AS v");
    CHECK(error_of([&] { engine.diff(request()); }).hint().find("a view or the filter computes it") !=
          std::string::npos);
  }
}

TEST_CASE(
    "a materialized view that was never filled is the configuration's, with the statement that fills it") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer); CREATE SCHEMA ci; CREATE MATERIALIZED VIEW ci.\"b\"\"c\" AS SELECT "
      "* FROM a "
      "WITH NO DATA");
  TableDiffRequest options = request();
  options.pr = parse_relation("ci.\"b\"\"c\"");
  const Error error = error_of([&] { engine.diff(options); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(error.problem().find("has not been populated") != std::string::npos);
  CHECK(error.hint() == "REFRESH MATERIALIZED VIEW ci.\"b\"\"c\"");
  engine.execute("REFRESH MATERIALIZED VIEW ci.\"b\"\"c\"");
  CHECK(engine.diff(options).result == Result::empty);
  engine.execute("DROP SCHEMA ci CASCADE");
}

TEST_CASE("case is not ignored in a database without ICU's collations, and that is said") {
  server().execute("DROP DATABASE IF EXISTS ascii");
  server().execute(
      "CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
  std::string url = server().url();
  url.replace(url.rfind("/test"), 5, "/ascii");
  WarehouseRunner ascii(url);
  TableDiffRequest options = request({"name"});
  options.prod = options.pr = parse_relation("pg_catalog.pg_settings");
  options.include_columns = {Identifier("vartype")};
  options.may_skip_join = false;
  CHECK(ascii.diff(options).result == Result::identical);
  options.text = {{"vartype", {.ignore_case = true, .trim = false, .null_equals_empty = false}}};
  const Error error = error_of([&] { ascii.diff(options); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(error.problem().find("SQL_ASCII") != std::string::npos);
  CHECK(error.hint().find("leave ignore_case out") != std::string::npos);
}

TEST_CASE("a role without SELECT is told which grant is missing") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer); CREATE TABLE b (id integer);"
      "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON a TO reader");
  WarehouseRunner reader(server().url("reader"));
  const Error error = error_of([&] { reader.diff(request()); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(std::string(error.what()).find("42501") != std::string::npos);
  CHECK(error.hint() == "GRANT SELECT ON b TO \"reader\"");
  // In two schemas under one name, as dbt builds them.
  engine.execute(
      "CREATE SCHEMA pr_42; CREATE TABLE pr_42.a (id integer); GRANT USAGE ON SCHEMA pr_42 TO reader");
  TableDiffRequest options = request();
  options.pr = parse_relation("pr_42.a");
  CHECK(error_of([&] { reader.diff(options); }).hint() == "GRANT SELECT ON a, pr_42.a TO \"reader\"");
  WarehouseRunner nobody(server().url("no_such_role"));
  CHECK(error_of([&] { nobody.query("SELECT 1"); }).error_class() == ErrorClass::configuration);
}

TEST_CASE("a filter that is not UTF-8 is the caller's mistake on either engine") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    const Engine engine(name);
    engine.execute("CREATE TABLE a (id integer, v varchar); CREATE TABLE b AS SELECT * FROM a");
    TableDiffRequest options = request();
    options.filter = "v = '\xFF'";
    const Error error = error_of([&] { engine.diff(options); });
    CHECK(error.error_class() == ErrorClass::caller);
    CHECK(error.problem().find("not valid UTF-8") != std::string::npos);
  }
}

TEST_CASE("a DuckDB file of a later version wants a later diffgate-duckdb") {
  const Engine engine("duckdb");
  engine.execute("CREATE TABLE a (id integer)");
  {
    // MainHeader of DuckDB's storage: a checksum, "DUCK", the version. The checksum is the exclusive or of
    // the words behind it, each times a constant.
    std::fstream file(engine.file->path(), std::ios::binary | std::ios::in | std::ios::out);
    std::array<std::uint64_t, 2> words{};
    file.read(reinterpret_cast<char*>(words.data()), sizeof(words));
    constexpr std::uint64_t kFactor = 0xbf58476d1ce4e5b9;
    constexpr std::uint64_t kLater = 999;
    const std::uint64_t changed = (words[1] & 0xffffffffU) | kLater << 32U;
    words[0] ^= words[1] * kFactor ^ changed * kFactor;
    words[1] = changed;
    file.seekp(0);
    file.write(reinterpret_cast<const char*>(words.data()), sizeof(words));
    REQUIRE(file.good());
  }
  const Error error = error_of([&] { engine.runner->query("SELECT 1"); });
  CAPTURE(std::string(error.what()));
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(error.hint().find("install a diffgate-duckdb that is as new") != std::string::npos);
}
