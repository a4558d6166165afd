// What diff_tables does not do, and what it says instead: hostile filters and names, missing tables and
// grants.

#include <doctest/doctest.h>

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
