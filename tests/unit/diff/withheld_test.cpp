// Values of rows never stand in an Error, whatever the engine says of them; what a person needs does.

#include <doctest/doctest.h>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::error_of;
using test::request;
using test::server;
using test::WarehouseRunner;

namespace {

struct Case {
  std::string about;
  std::string view;    // of b, over a (id, email); the table itself if empty
  std::string filter;  // may be empty
  std::string shown;   // is in the Error
};

struct Failure {
  Error error;
  std::vector<WithheldText> withheld;
};

Failure failure_of(const std::string& url, const std::string& filter) {
  std::vector<WithheldText> withheld;
  WarehouseOptions options = parse_warehouse_url(url);
  std::visit(
      [&](auto& one) { one.on_withheld_text = [&](const WithheldText& text) { withheld.push_back(text); }; },
      options);
  WarehouseRunner runner(std::move(options));
  TableDiffRequest wanted = request();
  wanted.filter = filter;
  wanted.tag = "acme/shop#7";
  const Error error = error_of([&] { runner.diff(wanted); });
  return {error, withheld};
}

void check(const Engine& engine, const std::string& url, const Case& c) {
  CAPTURE(c.about);
  engine.execute(
      "CREATE TABLE a (id integer, email varchar);"
      "INSERT INTO a VALUES (1, 'person1@secret.example')");
  engine.execute(c.view.empty() ? "CREATE TABLE b AS SELECT * FROM a" : c.view);
  const Failure failure = failure_of(url, c.filter);
  const std::string line = failure.error.what();
  CAPTURE(line);
  CHECK(line.find("person1") == std::string::npos);
  CHECK(line.find("secret") == std::string::npos);
  CHECK(line.find(c.shown) != std::string::npos);
  CHECK(line.find("the daemon's log has it") != std::string::npos);
  REQUIRE_FALSE(failure.withheld.empty());
  CHECK(failure.withheld.front().text.find("person1") != std::string::npos);
  CHECK(failure.withheld.front().tag == "acme/shop#7");
}

}  // namespace

TEST_CASE("PostgreSQL's errors over values name the state and no value") {
  static const Case kCases[] = {
      {"a cast in a filter", "", "email::integer > 0", "SQL state 22P02"},
      {"its type", "", "email::integer > 0", "type integer"},
      {"a cast in a view", "CREATE VIEW b AS SELECT id, email::date::text AS email FROM a", "",
       "SQL state 22007"},
      {"a name made of a value", "", "email::regclass IS NOT NULL", "SQL state 3F000"},
      {"a parser's syntax error",
       "CREATE VIEW b AS SELECT id, to_tsquery(email || ' x')::text AS email FROM a", "", "SQL state 42601"},
      {"what a function raises",
       "CREATE FUNCTION boom(t text) RETURNS text LANGUAGE plpgsql AS "
       "$$BEGIN RAISE EXCEPTION 'no %', t; END$$; CREATE VIEW b AS SELECT id, boom(email) AS email FROM a",
       "", "in the function boom"},
      {"what it raises under a state that else speaks of names",
       "CREATE FUNCTION boom(t text) RETURNS text LANGUAGE plpgsql AS "
       "$$BEGIN RAISE EXCEPTION 'column % does not exist', t USING ERRCODE = '42703', COLUMN = t, "
       "DETAIL = t, HINT = t; END$$; CREATE VIEW b AS SELECT id, boom(email) AS email FROM a",
       "", "SQL state 42703"},
      {"SQL that a function makes of a value",
       "CREATE FUNCTION boom(t text) RETURNS text LANGUAGE plpgsql AS "
       "$$BEGIN EXECUTE 'SELECT \"' || t || '\"'; RETURN t; END$$; CREATE VIEW b AS SELECT id, boom(email) "
       "AS email FROM a",
       "", "SQL state 42703"},
      {"a domain's check",
       "CREATE DOMAIN short AS text CHECK (length(value) < 3); CREATE FUNCTION boom(t text) RETURNS text "
       "LANGUAGE plpgsql AS $$BEGIN RETURN t::short; EXCEPTION WHEN check_violation THEN RAISE EXCEPTION "
       "'%', t USING ERRCODE = '23514'; END$$; CREATE VIEW b AS SELECT id, boom(email) AS email FROM a",
       "", "SQL state 23514"},
      {"an internal error's state",
       "CREATE FUNCTION boom(t text) RETURNS text LANGUAGE plpgsql AS "
       "$$BEGIN RAISE EXCEPTION '%', t USING ERRCODE = 'XX000'; END$$; CREATE VIEW b AS SELECT id, "
       "boom(email) AS email FROM a",
       "", "SQL state XX000"},
  };
  for (const Case& c : kCases) {
    const Engine engine("postgres");
    check(engine, server().url(), c);
  }
}

TEST_CASE("DuckDB's errors over values name their class and no value") {
  static const Case kCases[] = {
      {"a cast in a filter", "", "CAST(email AS integer) > 0", "Conversion Error, column email"},
      {"a cast in a view", "CREATE VIEW b AS SELECT id, CAST(CAST(email AS date) AS varchar) AS email FROM a",
       "", "Conversion Error"},
      {"error() in a view",
       "CREATE VIEW b AS SELECT id, CASE WHEN id > 0 THEN error(email) END::varchar AS email FROM a", "",
       "Invalid Input Error"},
      {"a format that does not fit",
       "CREATE VIEW b AS SELECT id, CAST(strptime(email, '%Y') AS varchar) AS email FROM a", "",
       "Invalid Input Error"},
      {"a regular expression of a value", "", "regexp_matches('x', '(' || email)", "Invalid Input Error"},
  };
  for (const Case& c : kCases) {
    const Engine engine("duckdb");
    check(engine, engine.file->url(), c);
  }
}

TEST_CASE("what holds no value is said as the engine says it") {
  const Engine postgres("postgres");
  postgres.execute(
      "CREATE TABLE a (id integer); INSERT INTO a VALUES (0); CREATE TABLE b AS SELECT * FROM a");
  for (const auto& [filter, text] :
       {std::pair("1 / id > 0", "division by zero (SQL state 22012)"),
        std::pair("2147483647 + id + 1 > 0", "integer out of range (SQL state 22003)"),
        std::pair("no_such > 0", "column \"no_such\" does not exist (SQL state 42703)"),
        std::pair("no_such(id)", "function no_such(integer) does not exist"),
        std::pair("id = (SELECT x FROM no_such)", "relation \"no_such\" does not exist")}) {
    const Failure failure = failure_of(server().url(), filter);
    CAPTURE(std::string(failure.error.what()));
    CHECK(failure.error.problem().find(text) != std::string::npos);
    CHECK(failure.withheld.empty());
  }
  const Engine duckdb("duckdb");
  duckdb.execute("CREATE TABLE a (id integer); INSERT INTO a VALUES (0); CREATE TABLE b AS SELECT * FROM a");
  for (const auto& [filter, text] : {std::pair("no_such > 0", "\"no_such\" not found"),
                                     std::pair("no_such(id)", "no_such does not exist")}) {
    const Failure failure = failure_of(duckdb.file->url(), filter);
    CAPTURE(std::string(failure.error.what()));
    CHECK(failure.error.problem().find(text) != std::string::npos);
    CHECK(failure.withheld.empty());
  }
}

TEST_CASE("a view of DuckDB's settings shows no secret of theirs") {
  const Engine engine("duckdb");
  engine.execute("CREATE TABLE a (name varchar, value varchar)");
  DuckDbOptions options = std::get<DuckDbOptions>(parse_warehouse_url(engine.file->url()));
  options.settings = {{"http_proxy_password", "hunter2"},
                      {"http_proxy_username", "hunter1"},
                      {"s3_secret_access_key", "hunter3"},
                      {"default_null_order", "nulls_first"}};
  WarehouseRunner runner(std::move(options));
  const auto settings = runner.query("SELECT string_agg(value, ' ') FROM duckdb_settings()");
  CHECK(std::get<std::string>(settings.rows.at(0).at(0)).find("hunter") == std::string::npos);
  const auto kept = runner.query("SELECT lower(current_setting('default_null_order'))");
  CHECK(std::get<std::string>(kept.rows.at(0).at(0)) == "nulls_first");
}
