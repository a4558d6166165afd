// Which values of PostgreSQL's types are one, and which are two: by every plan, whatever the sides' own
// types.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::request;

namespace {

struct Pair {
  std::string prod;
  std::string pr;
  bool are_equal;
};

void make_tables(const Engine& engine, const Pair& pair) {
  engine.execute("DROP TABLE IF EXISTS a, b; CREATE TABLE a AS SELECT 1 AS id, " + pair.prod +
                 " AS v; CREATE TABLE b AS SELECT 1 AS id, " + pair.pr + " AS v");
}

void check(const Engine& engine, const Pair& pair) {
  CAPTURE(pair.prod);
  CAPTURE(pair.pr);
  make_tables(engine, pair);
  const std::int64_t differing = pair.are_equal ? 0 : 1;
  CHECK(engine.diff(request()).rows.changed == differing);
  TableDiffRequest by_join = request();
  by_join.may_skip_join = false;
  CHECK(engine.diff(by_join).rows.changed == differing);
  CHECK(engine.diff(request({})).rows.added == differing);
  // As a key: every row has one.
  CHECK(engine.diff(request({"v"})).rows.added == differing);
}

}  // namespace

TEST_CASE("a value is the same one or another by fingerprint, join, whole row and as a key") {
  Engine engine("postgres");
  engine.execute(
      "DROP DOMAIN IF EXISTS outer_price, price, outer_document, document; CREATE DOMAIN price AS "
      "numeric(10,2); "
      "CREATE DOMAIN outer_price AS price; CREATE DOMAIN document AS json; CREATE DOMAIN outer_document AS "
      "document");
  static const std::vector<Pair> kPairs = {
      // Retyped to numbers without a limit.
      {"CAST(5 AS bigint)", "CAST(5 AS numeric)", true},
      {"CAST(5 AS bigint)", "CAST(-5 AS numeric)", false},
      {"CAST(5 AS integer)", "CAST(5.0 AS numeric)", true},
      {"CAST(1.5 AS numeric(10,2))", "CAST(1.5 AS numeric)", true},
      {"CAST('NaN' AS numeric(10,2))", "CAST('NaN' AS numeric)", true},
      {"CAST('NaN' AS numeric(10,2))", "CAST('Infinity' AS numeric)", false},
      {"CAST('Infinity' AS numeric)", "CAST('-Infinity' AS numeric)", false},
      {"CAST(0 AS numeric)", "CAST('NaN' AS numeric)", false},
      // Integers beside floats.
      {"CAST(9100000000000000000 AS bigint)", "CAST(9.1e18 AS double precision)", true},
      {"CAST(-9223372036854775808 AS bigint)", "CAST(-9223372036854775808 AS double precision)", true},
      {"CAST(9007199254740993 AS bigint)", "CAST(9007199254740993 AS double precision)", false},
      // Dates, and times of which the type's own hash sees half.
      {"DATE 'infinity'", "DATE 'infinity'", true},
      {"DATE 'infinity'", "DATE '-infinity'", false},
      {"DATE '2000-01-01'", "DATE '5874897-12-31'", false},
      {"DATE '4713-01-01 BC'", "DATE '4713-01-01 BC'", true},
      {"DATE '2000-01-01'", "CAST(NULL AS date)", false},
      {"TIMESTAMP '2000-01-01'", "TIMESTAMP '2000-01-01 01:11:34.967297'", false},
      {"TIMESTAMP '2000-01-01 00:00:01'", "TIMESTAMP '2000-01-01 00:00:01' - INTERVAL '4294.967296 s'",
       false},
      {"TIMESTAMP '2000-01-01'", "TIMESTAMP '2000-01-01' - INTERVAL '4294.967296 s'", false},
      {"TIMESTAMP '1999-12-31 23:59:59'",
       "TIMESTAMP '2000-01-01' + INTERVAL '4294.967296 s' - INTERVAL '1 s'", false},
      {"TIMESTAMP 'infinity'", "TIMESTAMP '-infinity'", false},
      {"TIMESTAMP 'infinity'", "TIMESTAMP 'infinity'", true},
      {"TIMESTAMP '4713-01-01 BC'", "TIMESTAMP '4713-01-01 BC'", true},
      {"TIMESTAMP '294276-12-31 23:59:59.999999'", "TIMESTAMP '294276-12-31 23:59:59.999998'", false},
      {"CAST(NULL AS timestamp)", "TIMESTAMP '2000-01-01'", false},
      {"DATE '2024-02-29'", "TIMESTAMP '2024-02-29'", true},
      // Arrays hold what columns hold.
      {"ARRAY[1.0]", "ARRAY[1.00]", true},
      {"ARRAY[1.0]", "ARRAY[-1.0]", false},
      {"ARRAY[CAST(0 AS double precision)]", "ARRAY[CAST('-0' AS double precision)]", true},
      {"ARRAY[CAST('NaN' AS real)]", "ARRAY[CAST('NaN' AS real)]", true},
      {"ARRAY[CAST(1 AS numeric), NULL]", "ARRAY[CAST(1 AS numeric)]", false},
      {"CAST('{}' AS numeric[])", "CAST(NULL AS numeric[])", false},
      {"CAST('{}' AS numeric[])", "CAST('{NULL}' AS numeric[])", false},
      {"CAST('{{1,2}}' AS numeric[])", "CAST('{1,2}' AS numeric[])", false},
      {"CAST('[0:1]={1,2}' AS numeric[])", "CAST('{1,2}' AS numeric[])", false},
      {"ARRAY[CAST('{\"a\": 1}' AS jsonb)]", "ARRAY[CAST('{\"a\": 2}' AS jsonb)]", false},
      // Domains over domains are what lies below.
      {"CAST(1 AS outer_price)", "CAST(1.0 AS numeric)", true},
      {"CAST('{\"a\":1, \"b\":2}' AS outer_document)", "CAST('{\"b\":2,\"a\":1}' AS outer_document)", true},
  };
  for (const Pair& pair : kPairs) {
    // NULL is no key, and without one this is a change as any other.
    if (pair.prod.find("NULL AS") != std::string::npos || pair.pr.find("NULL AS") != std::string::npos) {
      make_tables(engine, pair);
      CAPTURE(pair.prod);
      CHECK(engine.diff(request()).rows.changed == 1);
      CHECK(engine.diff(request({})).rows.added == 1);
      continue;
    }
    check(engine, pair);
  }
}

TEST_CASE("a json document that jsonb can't hold is compared by its text, others by what they say") {
  static const std::vector<Pair> kPairs = {
      {R"('"\ud800"'::json)", R"('"\ud800"'::json)", true},
      {R"('"\ud800"'::json)", R"('"\ud801"'::json)", false},
      {R"('"\udc00"'::json)", R"('"\udc00"'::json)", true},
      {R"('"\ud83d\ude00"'::json)", R"('"😀"'::json)", true},
      {R"('"\u0000"'::json)", R"('"\u0000"'::json)", true},
      {R"('{"a":"\\u0000","b":1}'::json)", R"('{"b":1,"a":"\\u0000"}'::json)", true},
      {R"('1e1000000'::json)", R"('1e1000000'::json)", true},
      {R"('1e1000000'::json)", R"('1e1000001'::json)", false},
      {R"('1e-20000'::json)", R"('1e-20000'::json)", true},
      {R"('1e3'::json)", R"('1000'::json)", true},
  };
  Engine engine("postgres");
  for (const Pair& pair : kPairs) check(engine, pair);
}

TEST_CASE("both halves of a large join hold the same keys whatever types the sides have") {
  struct Case {
    const char* prod;
    const char* pr;
  };
  static constexpr Case kCases[] = {
      {"CAST(g AS numeric(10,2)) AS id, g % 7 AS part", "CAST(g AS numeric) AS id, g % 7 AS part"},
      {"CAST(g AS bigint) AS id, g % 7 AS part", "CAST(g AS numeric) AS id, CAST(g % 7 AS bigint) AS part"},
      {"ARRAY[CAST(g AS numeric)] AS id, 1 AS part", "ARRAY[round(CAST(g AS numeric), 1)] AS id, 1 AS part"},
      {"DATE '1900-01-01' + g AS id, 1 AS part", "CAST(DATE '1900-01-01' + g AS timestamp) AS id, 1 AS part"},
      {"CAST(g AS text) AS id, 1 AS part", "CAST(g AS varchar(9)) AS id, 1 AS part"},
      {"CAST(g AS real) AS id, 1 AS part", "CAST(g AS double precision) AS id, 1 AS part"},
  };
  Engine engine("postgres");
  for (const Case& c : kCases) {
    CAPTURE(c.prod);
    CAPTURE(c.pr);
    engine.execute(std::string("DROP TABLE IF EXISTS a, b; CREATE TABLE a AS SELECT ") + c.prod +
                   ", g AS v FROM generate_series(1, 60000) g; CREATE TABLE b AS SELECT " + c.pr +
                   ", CASE WHEN g % 2 = 0 THEN -g ELSE g END AS v FROM generate_series(1, 60000) g; ANALYZE");
    const TableDiff diff = engine.diff(request({"id", "part"}));
    CHECK(diff.rows.added == 0);
    CHECK(diff.rows.removed == 0);
    CHECK(diff.rows.changed == 30'000);
  }
}

TEST_CASE("a retyped key is sampled on both sides alike") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a AS SELECT CAST(g AS bigint) AS id, g AS v FROM generate_series(1, 2000) g;"
      "CREATE TABLE b AS SELECT CAST(g AS numeric) AS id, g AS v FROM generate_series(1, 2000) g");
  TableDiffRequest sampled = request();
  sampled.sampling = Sampling{.share = 0.2};
  const TableDiff diff = engine.diff(sampled);
  CHECK(diff.sampled.has_value());
  CHECK(diff.rows.added == 0);
  CHECK(diff.rows.removed == 0);
  CHECK(*diff.rows.unchanged > 200);
}

TEST_CASE("a key that is a row of columns is whole though some of them are null") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TYPE place AS (x integer, y integer);"
      "CREATE TABLE a (id place, part integer, v integer);"
      "INSERT INTO a VALUES (ROW(1, NULL), 1, 1), (ROW(2, 3), 1, 1), (ROW(NULL, NULL), 1, 1), (NULL, 1, 1);"
      "CREATE TABLE b AS SELECT id, part, CASE WHEN (id).x = 1 THEN 2 ELSE v END AS v FROM a");
  for (const auto& key : {std::vector<std::string>{"id"}, std::vector<std::string>{"id", "part"}}) {
    const TableDiff diff = engine.diff(request(key));
    CHECK(diff.rows.changed == 1);
    CHECK(diff.rows.unchanged == 2);
    CHECK(diff.prod_key.null_rows == 1);
  }
  engine.execute("DROP TABLE a, b; DROP TYPE place");
}

TEST_CASE("rows of more values than PostgreSQL has fields in a ROW are compared whole") {
  struct Case {
    const char* type;
    int columns;
  };
  static constexpr Case kCases[] = {{"numeric", 500}, {"bigint", 900}, {"jsonb", 900}};
  Engine engine("postgres");
  for (const Case& c : kCases) {
    CAPTURE(c.type);
    std::string columns;
    for (int i = 0; i < c.columns; ++i) columns += ", c" + std::to_string(i) + " " + c.type;
    engine.execute("DROP TABLE IF EXISTS a, b; CREATE TABLE a (id integer" + columns +
                   "); INSERT INTO a (id, c7) VALUES (1, '7'), (2, '8'); CREATE TABLE b AS SELECT * FROM a; "
                   "UPDATE b SET c499 = '1' WHERE id = 2");
    const TableDiff keyed = engine.diff(request());
    CHECK(keyed.rows.changed == 1);
    CHECK(keyed.rows.unchanged == 1);
    CHECK(test::column(keyed, "c499").changed == 1);
    const TableDiff keyless = engine.diff(request({}));
    CHECK(keyless.rows.added == 1);
    CHECK(keyless.rows.removed == 1);
  }
}

TEST_CASE("significant digits count for the smallest numbers as well") {
  struct Case {
    const char* prod;
    const char* pr;
    bool within;
  };
  static constexpr Case kCases[] = {{"1e-12", "1.00000001e-12", true}, {"1e-12", "1.001e-12", false},
                                    {"1e-30", "1.00000001e-30", true}, {"1e-300", "1.00000001e-300", true},
                                    {"1e300", "1.00000001e300", true}, {"1e300", "1.001e300", false}};
  Engine engine("postgres");
  for (const Case& c : kCases) {
    CAPTURE(c.prod);
    make_tables(engine, {std::string("CAST(") + c.prod + " AS double precision)",
                         std::string("CAST(") + c.pr + " AS double precision)", false});
    TableDiffRequest tolerant = request();
    tolerant.tolerance["v"] = parse_tolerance("digits:6");
    CHECK(engine.diff(tolerant).rows.changed == (c.within ? 0 : 1));
  }
}
