// The same small tables on both engines, through the whole of diff_tables.

#include <doctest/doctest.h>

#include <algorithm>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::request;
using test::server;
using test::WarehouseRunner;

TEST_CASE("added, removed and changed rows are counted and sampled, smallest keys first") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, amount decimal(10,2), note varchar);"
        "INSERT INTO a VALUES (1, 1.50, 'x'), (2, 2.50, NULL), (3, 3.50, 'z'), (5, 5, 'five');"
        "CREATE TABLE b (id integer, amount decimal(10,2), note varchar);"
        "INSERT INTO b VALUES (1, 1.50, 'x'), (2, 2.75, 'new'), (3, 3.50, NULL), (4, 4, 'four');");
    const TableDiff diff = engine.diff(request());
    CHECK(diff.result == Result::different);
    CHECK(diff.rows.prod == 4);
    CHECK(diff.rows.pr == 4);
    CHECK(diff.rows.added == 1);
    CHECK(diff.rows.removed == 1);
    CHECK(diff.rows.changed == 2);
    CHECK(diff.rows.unchanged == 1);
    CHECK(diff.prod_key.distinct == 4);
    CHECK(column(diff, "amount").changed == 1);
    CHECK(column(diff, "note").changed == 2);
    CHECK(column(diff, "note").became_null == 1);
    CHECK(column(diff, "note").was_null == 1);
    REQUIRE(diff.samples.changed.size() == 2);
    CHECK(diff.samples.changed[0].key[0] == "2");
    CHECK(diff.samples.changed[0].prod[0] == "2.50");
    CHECK(diff.samples.changed[0].pr[0] == "2.75");
    CHECK_FALSE(diff.samples.changed[0].prod[1].has_value());
    REQUIRE(diff.samples.added.size() == 1);
    CHECK(diff.samples.added[0].pr[1] == "four");
    REQUIRE(diff.samples.removed.size() == 1);
    CHECK(diff.samples.removed[0].key[0] == "5");
    // columns, facts (PostgreSQL), count, fingerprint (PostgreSQL: one a side), join, columns again
    CHECK(diff.plan.size() <= 7);
    CHECK(diff.match_score == doctest::Approx(1 - (2.0 * 3 + 2 * 3) / 24));
  }
}

TEST_CASE("the special values of a numeric are told from each other, by fingerprints as well") {
  static constexpr const char* kValues[] = {"'NaN'", "'Infinity'", "'-Infinity'", "0"};
  Engine engine("postgres");
  for (const std::string one : kValues) {
    for (const std::string other : kValues) {
      CAPTURE(one);
      CAPTURE(other);
      for (const std::string type : {"numeric", "numeric(12, 2)"}) {
        CAPTURE(type);
        // Numbers with a limit have no infinity.
        if (type != "numeric" && (one + other).find("Infinity") != std::string::npos) continue;
        engine.execute("DROP TABLE IF EXISTS a, b; CREATE TABLE a AS SELECT 1 AS id, CAST(" + one + " AS " +
                       type + ") AS v; CREATE TABLE b AS SELECT 1 AS id, CAST(" + other + " AS " + type +
                       ") AS v");
        const TableDiff diff = engine.diff(request());
        CHECK(diff.rows.changed == (one == other ? 0 : 1));
      }
    }
  }
}

TEST_CASE("other row counts go straight to the join: fingerprints would spare it nothing") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a AS SELECT 1 AS id, 'x' AS v UNION ALL SELECT 2, NULL;"
        "CREATE TABLE b AS SELECT * FROM a WHERE id = 1");
    const TableDiff diff = engine.diff(request());
    const std::vector<std::string> plan =
        std::string(name) == "postgres"
            ? std::vector<std::string>{"columns", "facts", "count", "join", "columns again"}
            : std::vector<std::string>{"columns", "count", "join"};
    CHECK(diff.plan == plan);
    CHECK(diff.rows.removed == 1);
    CHECK(diff.rows.unchanged == 1);
  }
}

TEST_CASE("equal tables are found by fingerprints, without a join") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a AS SELECT 1 AS id, 'x' AS v UNION ALL SELECT 2, NULL;"
        "CREATE TABLE b AS SELECT * FROM a");
    const TableDiff diff = engine.diff(request());
    CHECK(diff.result == Result::identical);
    CHECK(diff.rows.unchanged == 2);
    CHECK(diff.match_score == 1);
    CHECK(std::count(diff.plan.begin(), diff.plan.end(), "join") == 0);
    CHECK(diff.plan.size() <= 7);
  }
}

TEST_CASE(
    "of large equal tables, an index that keeps the key unique spares counting the keys; no other does") {
  struct Case {
    const char* index;
    bool spares;
  };
  static constexpr Case kCases[] = {
      {"", false},
      {"CREATE UNIQUE INDEX i ON b (id)", true},
      {"CREATE UNIQUE INDEX i ON b (id) INCLUDE (v)", true},
      {"CREATE INDEX i ON b (id)", false},
      {"CREATE UNIQUE INDEX i ON b (id, v)", false},
      {"CREATE UNIQUE INDEX i ON b (id) WHERE id > 5", false},
      {"CREATE UNIQUE INDEX i ON b ((id + 1))", false},
      {"CREATE TABLE child () INHERITS (b); CREATE UNIQUE INDEX i ON b (id)", false},
  };
  Engine engine("postgres");
  for (const Case& c : kCases) {
    CAPTURE(c.index);
    engine.execute(
        std::string("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b CASCADE;"
                    "CREATE TABLE a AS SELECT i AS id, 'x' AS v FROM generate_series(1, 60000) t(i);"
                    "CREATE TABLE b AS SELECT * FROM a;") +
        c.index);
    const TableDiff diff = engine.diff(request());
    CHECK(diff.result == Result::identical);
    CHECK(diff.pr_key.distinct == 60000);
    CHECK(std::count(diff.plan.begin(), diff.plan.end(), "probe") == 1);
    CHECK(std::count(diff.plan.begin(), diff.plan.end(), "distinct keys") == (c.spares ? 0 : 1));
  }
}

TEST_CASE("of large equal tables, keys are proved unique by their order or by a bit each where DuckDB can") {
  struct Case {
    const char* rows;
    std::vector<std::string> key;
    std::vector<std::string> proofs;
    std::int64_t duplicates;
  };
  const std::vector<Case> cases = {
      {"SELECT i AS id FROM range(60000) t(i)", {"id"}, {"key order"}, 0},
      {"SELECT i // 7 AS id, i % 7 AS part FROM range(60000) t(i)", {"id", "part"}, {"key order"}, 0},
      {"SELECT printf('%06d', i) AS id FROM range(60000) t(i)", {"id"}, {"key order"}, 0},
      {"SELECT i AS id FROM range(60000) t(i) ORDER BY hash(i)", {"id"}, {"key order", "key bits"}, 0},
      {"SELECT i - 30000 AS id FROM range(60000) t(i) ORDER BY -i", {"id"}, {"key order", "key bits"}, 0},
      {"SELECT i * 100000 AS id FROM range(60000) t(i) ORDER BY hash(i)",
       {"id"},
       {"key order", "distinct keys"},
       0},
      {"SELECT printf('%06d', i) AS id FROM range(60000) t(i) ORDER BY hash(i)",
       {"id"},
       {"key order", "distinct keys"},
       0},
      {"SELECT CASE i WHEN 9 THEN 8 ELSE i END AS id FROM range(60000) t(i)",
       {"id"},
       {"key order", "key bits"},
       2},
      {"SELECT CASE i WHEN 59999 THEN 0 ELSE i END AS id FROM range(60000) t(i)",
       {"id"},
       {"key order", "key bits"},
       2},
  };
  for (const Case& c : cases) {
    CAPTURE(c.rows);
    Engine engine("duckdb");
    engine.execute("CREATE TABLE a AS SELECT *, 'x' AS v FROM (" + std::string(c.rows) +
                   "); CREATE TABLE b AS SELECT * FROM a");
    const TableDiff diff = engine.diff(request(c.key));
    CHECK(diff.pr_key.duplicate_rows == c.duplicates);
    CHECK(diff.rows.unchanged == 60000 - c.duplicates);
    std::vector<std::string> proofs;
    for (const std::string& statement : diff.plan) {
      if (statement.starts_with("key ") || statement == "distinct keys") proofs.push_back(statement);
    }
    CHECK(proofs == c.proofs);
  }
}

TEST_CASE("large tables with repeated keys, and views, give what small tables give") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE numbers AS SELECT i AS id FROM generate_series(1, 60000) t(i);"
        "CREATE VIEW a AS SELECT CASE WHEN id = 60000 THEN 1 ELSE id END AS id, id % 7 AS v FROM numbers;"
        "CREATE VIEW b AS SELECT id, CASE WHEN id = 9 THEN NULL ELSE v END AS v FROM a");
    const TableDiff same = engine.diff([] {
      TableDiffRequest out = request();
      out.pr = out.prod;
      return out;
    }());
    CHECK(same.result == Result::bad_pks);
    CHECK(same.pr_key.duplicate_rows == 2);
    CHECK(same.rows.unchanged == 59998);
    const TableDiff diff = engine.diff(request());
    CHECK(diff.prod_key.duplicate_rows == 2);
    CHECK(diff.rows.changed == 1);
    CHECK(diff.rows.unchanged == 59997);
    REQUIRE(diff.samples.changed.size() == 1);
    CHECK(diff.samples.changed[0].key[0] == "9");
  }
}

TEST_CASE("what the engines' own hashes leave out, and swapped cells, do not hide from the fingerprints") {
  struct Case {
    const char* type;
    const char* prod;
    const char* pr;
  };
  // Each pair has the same hash by PostgreSQL's or DuckDB's own function for its type, or the same sum of
  // hashes.
  static constexpr Case kCases[] = {
      {"numeric(10,2)", "(1, 1.5)", "(1, -1.5)"},
      {"bigint", "(1, 0)", "(1, 4294967297)"},
      {"timestamp", "(1, TIMESTAMP '2000-01-01 00:00:00')", "(1, TIMESTAMP '2000-01-01 01:11:34.967297')"},
      {"numeric(38,0)", "(1, 0)", "(1, -1)"},
      {"integer[]", "(1, NULL)", "(1, CAST(ARRAY[] AS integer[]))"},
      {"integer[]", "(1, CAST(ARRAY[] AS integer[]))", "(1, CAST(ARRAY[NULL] AS integer[]))"},
      {"varchar", "(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')"},
      {"double precision", "(1, 0.25), (2, 0.5)", "(1, 0.5), (2, 0.25)"},
  };
  for (const char* name : kEngines) {
    Engine engine(name);
    for (const Case& c : kCases) {
      CAPTURE(name);
      CAPTURE(c.type);
      for (const auto& [table, rows] : {std::pair("a", c.prod), std::pair("b", c.pr)}) {
        engine.execute(std::string("DROP TABLE IF EXISTS ") + table + "; CREATE TABLE " + table +
                       " (id integer, v " + c.type + "); INSERT INTO " + table + " VALUES " + rows);
      }
      const TableDiff diff = engine.diff(request());
      CHECK(diff.result == Result::different);
      CHECK(diff.rows.changed == diff.rows.prod);
      CHECK(engine.diff(request({})).rows.added == diff.rows.prod);
    }
  }
}

TEST_CASE("names that differ in case only are one column, unless that is ambiguous") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer, \"Amount\" integer, x integer, \"X\" integer);"
      "CREATE TABLE b (\"ID\" integer, amount integer, x integer);"
      "INSERT INTO a VALUES (1, 2, 3, 4); INSERT INTO b VALUES (1, 5, 3)");
  const TableDiff diff = engine.diff(request());
  CHECK(diff.rows.changed == 1);
  CHECK(column(diff, "amount").changed == 1);
  CHECK(column(diff, "x").changed == 0);
  REQUIRE(diff.schema.removed.size() == 1);
  CHECK(diff.schema.removed[0].name.value() == "X");
  CHECK(diff.schema.recased.size() == 2);
}

TEST_CASE("a column that can't be compared is named with its reason") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, v date, w integer); CREATE TABLE b (id integer, w integer, v boolean, z "
        "integer);"
        "INSERT INTO a VALUES (1, DATE '2024-01-01', 1); INSERT INTO b VALUES (1, 1, true, 2)");
    TableDiffRequest options = request();
    options.ignore_column = [](const Identifier& column_name) { return column_name.value() == "w"; };
    const TableDiff diff = engine.diff(options);
    CHECK(column(diff, "v").not_compared.find("no common type") != std::string::npos);
    CHECK(column(diff, "w").not_compared == "ignored by the rules");
    CHECK(diff.schema.retyped.size() == 1);
    CHECK(diff.schema.added.size() == 1);
    CHECK(diff.schema.reordered);
  }
}

TEST_CASE("values of masked columns never leave the warehouse") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, mail varchar); CREATE TABLE b (id integer, mail varchar);"
        "INSERT INTO a VALUES (1, 'ann@example.com'), (2, NULL); INSERT INTO b VALUES (1, "
        "'bob@example.com'), (2, 'c@example.com')");
    TableDiffRequest options = request();
    options.masked_columns.emplace_back("mail");
    const TableDiff diff = engine.diff(options);
    REQUIRE(diff.samples.changed.size() == 2);
    CHECK(diff.samples.changed[0].prod[0] == "***");
    CHECK(diff.samples.changed[0].pr[0] == "***");
    CHECK_FALSE(diff.samples.changed[1].prod[0].has_value());
  }
}

TEST_CASE("a filter narrows both sides, and a stated precision cuts timestamps") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, t timestamp); CREATE TABLE b (id integer, t timestamp);"
        "INSERT INTO a VALUES (1, TIMESTAMP '2024-01-01 00:00:00.1239'), (2, TIMESTAMP '1960-01-01 "
        "00:00:00.1239'), (9, NULL);"
        "INSERT INTO b VALUES (1, TIMESTAMP '2024-01-01 00:00:00.1231'), (2, TIMESTAMP '1960-01-01 "
        "00:00:00.1231')");
    TableDiffRequest options = request();
    options.filter = "id < 5 -- the rest is old";
    CHECK(engine.diff(options).rows.changed == 2);
    options.timestamp_precision = 3;
    CHECK(engine.diff(options).result == Result::identical);
    options.timestamp_precision = 4;
    CHECK(engine.diff(options).rows.changed == 2);
  }
}

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

TEST_CASE("a table of 1,000 columns is compared in pieces") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    std::string columns = "id integer";
    std::string values = "1";
    for (int i = 0; i < 1000; ++i) {
      columns += ", c" + std::to_string(i) + " integer";
      values += ", " + std::to_string(i);
    }
    engine.execute("CREATE TABLE a (" + columns + "); CREATE TABLE b (" + columns +
                   "); INSERT INTO a VALUES (" + values + "); INSERT INTO b VALUES (" + values +
                   "); UPDATE b SET c7 = -1, c999 = NULL");
    TableDiffRequest options = request();
    options.may_skip_join = false;
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 1);
    CHECK(column(diff, "c7").changed == 1);
    CHECK(column(diff, "c999").became_null == 1);
    CHECK(column(diff, "c8").changed == 0);
    CHECK(engine.diff(request()).rows.changed == 1);
  }
}

TEST_CASE("a new table's profile has its rows, columns and key health") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE b (id integer, v varchar); INSERT INTO b VALUES (1, 'x'), (1, 'y'), (NULL, 'z'), (2, "
        "'w')");
    const TableProfile profile = engine.runner->run(profile_table(engine.runner->warehouse(), request()));
    CHECK(profile.rows == 4);
    CHECK(profile.columns.size() == 2);
    CHECK(profile.key.null_rows == 1);
    CHECK(profile.key.duplicate_rows == 2);
    CHECK(profile.key.distinct == 2);
  }
}

TEST_CASE("a JSON column with the name of a function is a column") {
  static constexpr const char* kNames[] = {
      "user", "current_user", "session_user", "current_date", "current_time", "localtime", "a", "value"};
  for (const char* name : kEngines) {
    Engine engine(name);
    for (const char* column_name : kNames) {
      CAPTURE(name);
      CAPTURE(column_name);
      engine.execute(
          std::string("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, \"") +
          column_name + "\" json); CREATE TABLE b AS SELECT * FROM a;" +
          R"(INSERT INTO a VALUES (1, '{"x": 1, "y": 2}'), (2, '{"x": 1}'), (3, NULL);)" +
          R"(INSERT INTO b VALUES (1, '{"y": 2, "x": 1}'), (2, '{"x": 2}'), (3, NULL))");
      const TableDiff diff = engine.diff(request());
      CHECK(diff.rows.changed == 1);
      CHECK(diff.rows.unchanged == 2);
      CHECK(column(diff, column_name).changed == 1);
      CHECK(engine.diff(request({})).rows.added == 1);
    }
  }
}

TEST_CASE("without a key, the rows that both tables have are counted with their copies") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (v integer); INSERT INTO a VALUES (1), (1), (1), (2), (NULL);"
        "CREATE TABLE b (v integer); INSERT INTO b VALUES (1), (1), (3), (NULL), (NULL), (NULL)");
    const TableDiff diff = engine.diff(request({}));
    CHECK(diff.rows.removed == 2);
    CHECK(diff.rows.added == 3);
    CHECK(diff.rows.unchanged == 3);
    CHECK_FALSE(diff.rows.changed.has_value());
    TableDiffRequest same = request({});
    same.pr = same.prod;
    CHECK(engine.diff(same).rows.unchanged == 5);
    same.may_skip_join = false;
    CHECK(engine.diff(same).rows.unchanged == 5);
  }
}
