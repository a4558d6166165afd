// Tables that are equal, or seem so: found by fingerprints, with keys proved unique, in few statements.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::kEngines;
using test::request;

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
            : std::vector<std::string>{"columns", "facts", "count", "join"};
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

TEST_CASE(
    "of large equal tables of DuckDB, a constraint that keeps the key unique spares counting the keys") {
  struct Case {
    const char* columns;
    std::vector<std::string> key;
    bool spares;
  };
  const std::vector<Case> cases = {
      {"(id BIGINT, v VARCHAR)", {"id"}, false},
      {"(id BIGINT PRIMARY KEY, v VARCHAR)", {"id"}, true},
      {"(id BIGINT, v VARCHAR, UNIQUE (ID))", {"id"}, true},
      {"(id BIGINT, v VARCHAR, UNIQUE (id, v))", {"id"}, false},
      {"(id BIGINT UNIQUE, v VARCHAR)", {"id", "v"}, true},
      {"(id BIGINT, v VARCHAR UNIQUE)", {"id"}, false},
  };
  for (const Case& c : cases) {
    for (const char* schema : {"", "main.", "other."}) {
      CAPTURE(c.columns);
      CAPTURE(schema);
      Engine engine("duckdb");
      const std::string table = std::string(schema) + "B";
      engine.execute(
          "CREATE SCHEMA other; CREATE TABLE a AS SELECT i AS id, 'x' || i AS v, i AS w FROM range(60000) "
          "t(i);"
          "CREATE TABLE " +
          table + c.columns + "; ALTER TABLE " + table + " ADD COLUMN w BIGINT; INSERT INTO " + table +
          " SELECT * FROM a");
      TableDiffRequest wanted = request(c.key);
      wanted.pr = diff::parse_relation(std::string(schema) + "b");
      const TableDiff diff = engine.diff(wanted);
      CHECK(diff.result == Result::identical);
      CHECK(diff.pr_key.distinct == 60000);
      CHECK(std::count(diff.plan.begin(), diff.plan.end(), "key order") == (c.spares ? 0 : 1));
    }
  }
}

TEST_CASE("DuckDB looks at the same places of two tables first, and anywhere if these hold other rows") {
  struct Case {
    const char* pr;
    std::vector<std::string> plan;
    std::int64_t changed;
  };
  const std::vector<Case> cases = {
      {"SELECT * FROM a", {"columns", "facts", "probe", "fingerprint", "key order"}, 0},
      {"SELECT * FROM a ORDER BY hash(id)",
       {"columns", "facts", "probe", "probe", "fingerprint", "key order", "key bits"},
       0},
      {"SELECT id, v + (id % 100 = 0)::INT AS v FROM a",
       {"columns", "facts", "probe", "count", "join"},
       1000},
      {"SELECT id, v + (id = 99999)::INT AS v FROM a",
       {"columns", "facts", "probe", "fingerprint", "join"},
       1},
      {"SELECT id, v, v AS rowid FROM a", {"columns", "facts", "probe", "fingerprint", "key order"}, 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.pr);
    Engine engine("duckdb");
    engine.execute(
        "CREATE TABLE a AS SELECT i AS id, (i % 7)::INT AS v FROM range(100000) t(i);"
        "CREATE TABLE b AS " +
        std::string(c.pr));
    const TableDiff diff = engine.diff(request());
    CHECK(diff.plan == c.plan);
    CHECK(diff.rows.changed == c.changed);
    CHECK(diff.rows.unchanged == 100000 - c.changed);
  }
}

TEST_CASE(
    "of wide tables DuckDB looks only at rows whose hashes differ, unless most do; counts are the same") {
  struct Case {
    const char* engine;
    const char* edited;  // the rows in which c7 is lost; in every second of them c22 grows
    const char* join;
    std::int64_t changed;
  };
  const std::vector<Case> cases = {
      {"duckdb", "id % 100 = 0", "join by hashes", 1000},
      {"duckdb", "id % 100 <> 1", "join", 99000},
      {"postgres", "id % 100 = 0", "join", 1000},
      {"postgres", "id % 100 <> 1", "join", 99000},
  };
  // More than are told of by one integer; every thousandth row is in one table alone.
  constexpr int kColumns = 25;
  std::string columns;
  for (int i = 0; i < kColumns; ++i) columns += fmt::format(", id * {} % 101 AS c{}", i + 1, i);
  for (const Case& c : cases) {
    CAPTURE(c.engine);
    CAPTURE(c.edited);
    Engine engine(c.engine);
    engine.execute("CREATE TABLE a AS SELECT id, CASE id % 3 WHEN 0 THEN 'north' ELSE 'south' END AS region" +
                   columns +
                   " FROM generate_series(0, 99999) t(id); CREATE TABLE b AS SELECT * FROM a;"
                   "UPDATE b SET c22 = c22 + 1 WHERE id % 200 < 100 AND " +
                   c.edited + "; UPDATE b SET c7 = NULL WHERE " + c.edited +
                   "; UPDATE b SET id = id + 100000 WHERE id % 1000 = 1");
    const TableDiff diff = engine.diff(request({"id", "region"}));
    CHECK(std::ranges::count(diff.plan, c.join) == 1);
    CHECK(std::ranges::count(diff.plan, "join without duplicates") == 0);
    CHECK(diff.rows.added == 100);
    CHECK(diff.rows.removed == 100);
    CHECK(diff.rows.changed == c.changed);
    CHECK(diff.rows.unchanged == 99900 - c.changed);
    for (const diff::ColumnDiff& column : diff.columns) {
      const std::string& name = column.name.value();
      CAPTURE(name);
      CHECK(column.became_null == (name == "c7" ? c.changed : 0));
      CHECK(column.changed == (name == "c7" ? c.changed : name == "c22" ? c.changed / 2 : 0));
    }
    REQUIRE_FALSE(diff.samples.changed.empty());
    CHECK(diff.samples.changed[0].key[0] == "0");
    CHECK(diff.samples.removed[0].key[0] == "1");
    CHECK(diff.samples.added[0].key[0] == "100001");
  }
}

TEST_CASE("hashes are not joined first where every value is to be compared, or the key is a document") {
  Engine engine("duckdb");
  std::string columns;
  for (int i = 0; i < 25; ++i) columns += fmt::format(", id * {} % 101 AS c{}", i + 1, i);
  engine.execute("CREATE TABLE a AS SELECT id, CAST('{\"n\": ' || id || '}' AS JSON) AS doc" + columns +
                 " FROM range(60000) t(id); CREATE TABLE b AS SELECT * REPLACE (CASE WHEN id % 100 = 0 THEN "
                 "NULL ELSE c7 END AS c7) FROM a");
  const auto joins_by_hashes = [&](const TableDiffRequest& options) {
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 600);
    return std::ranges::count(diff.plan, "join by hashes") == 1;
  };
  CHECK(joins_by_hashes(request()));
  CHECK_FALSE(joins_by_hashes(request({"doc"})));
  TableDiffRequest exact = request();
  exact.may_skip_join = false;
  CHECK_FALSE(joins_by_hashes(exact));
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
