// The same small tables on both engines, through the whole of diff_tables.

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::PostgresServer;
using test::request;
using test::server;
using test::WarehouseRunner;

namespace {

void kill_duckdb_helpers() {
  std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  for (pid_t pid = 0; children >> pid;) {
    std::string name;
    std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> name;
    if (name == "diffgate-duckdb") ::kill(pid, SIGKILL);
  }
}

}  // namespace

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
  CHECK(error.hint().find("GRANT SELECT") != std::string::npos);
  CHECK(error.hint().find("reader") != std::string::npos);
  WarehouseRunner nobody(server().url("no_such_role"));
  CHECK(error_of([&] { nobody.query("SELECT 1"); }).error_class() == ErrorClass::configuration);
}

namespace {

// A statement that runs for minutes unless stopped.
std::string endless(const std::string& engine) {
  return engine == "postgres"
             ? "SELECT pg_sleep(300)"
             : "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7";
}

}  // namespace

TEST_CASE("a cancelled statement stops in the warehouse, and the next one runs") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const auto start = std::chrono::steady_clock::now();
    const auto stop_soon = [&]() -> Awaitable<bool> {
      Statement statement;
      statement.sql = endless(name);
      // with_timeout cancels the coroutine as the end of a run does.
      co_await with_timeout(std::chrono::milliseconds(200), "test",
                            engine.runner->warehouse().query(statement));
      co_return true;
    };
    CHECK_THROWS_AS(engine.runner->run(stop_soon()), Error);
    CHECK(engine.runner->query("SELECT 1 AS one").rows[0][0] == Value(std::int64_t{1}));
    if (std::string(name) == "postgres") {
      while (
          server().value(
              "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND state = 'active' "
              "AND pid <> pg_backend_pid()") != "0") {
      }
    }
    // Far below the statement's own time; the machine may be busy.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  }
}

TEST_CASE("a statement beyond its timeout is stopped and said to be late") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const Error error = error_of([&] {
      Statement statement;
      statement.sql = endless(name);
      statement.timeout = std::chrono::milliseconds(100);
      engine.runner->run(engine.runner->warehouse().query(statement));
    });
    CHECK(error.error_class() == ErrorClass::remote_transient);
    CHECK(engine.runner->query("SELECT 1 AS one").rows.size() == 1);
  }
}

TEST_CASE("a session and its sibling read one snapshot: what is committed between is seen by neither") {
  Engine engine("postgres");
  engine.execute("CREATE TABLE a (id integer); INSERT INTO a VALUES (1)");
  const auto count = [](Session& session) -> Awaitable<Value> {
    Statement statement;
    statement.sql = "SELECT count(*) FROM a";
    ResultSet result = co_await session.query(std::move(statement));
    co_return std::move(result.rows.at(0).at(0));
  };
  const auto story = [&]() -> Awaitable<bool> {
    Warehouse& warehouse = engine.runner->warehouse();
    std::unique_ptr<Session> first = co_await warehouse.open_session("test");
    const std::unique_ptr<Session> second = co_await first->sibling();
    REQUIRE(second);
    engine.execute("INSERT INTO a VALUES (2)");
    CHECK(co_await count(*second) == Value(std::int64_t{1}));
    engine.execute("INSERT INTO a VALUES (3)");
    CHECK(co_await count(*first) == Value(std::int64_t{1}));
    const std::unique_ptr<Session> third = co_await second->sibling();
    REQUIRE(third);
    CHECK(co_await count(*third) == Value(std::int64_t{1}));
    // The snapshot stays while any of them is open.
    first.reset();
    CHECK(co_await count(*second) == Value(std::int64_t{1}));
    CHECK((co_await warehouse.query({.sql = "SELECT 1", .tag = {}})).rows.size() == 1);
    const std::unique_ptr<Session> later = co_await warehouse.open_session("test");
    CHECK(co_await count(*later) == Value(std::int64_t{3}));
    co_return true;
  };
  CHECK(engine.runner->run(story()));
}

TEST_CASE("a session and its sibling work at the same time") {
  Engine engine("postgres");
  const auto story = [&]() -> Awaitable<bool> {
    const auto first = co_await engine.runner->warehouse().open_session("test");
    const auto second = co_await first->sibling();
    REQUIRE(second);
    const auto ask = [](Session& session, const char* sql) -> Awaitable<ResultSet> {
      Statement statement;
      statement.sql = sql;
      co_return co_await session.query(std::move(statement));
    };
    const auto wait_for_lock = [&]() -> Awaitable<void> {
      co_await ask(*first, "SELECT pg_advisory_lock(7), pg_advisory_unlock(7)");
    };
    std::vector<std::exception_ptr> failures;
    TaskGroup group(co_await asio::this_coro::executor,
                    [&](const std::string&, const std::exception_ptr& error) { failures.push_back(error); });
    // The first's statement can only end if the second's run beside it.
    co_await ask(*second, "SELECT pg_advisory_lock(7)");
    group.spawn("first", wait_for_lock());
    const char* waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    while ((co_await ask(*second, waiting)).rows.at(0).at(0) != Value(std::int64_t{1})) {
    }
    CHECK(group.size() == 1);
    co_await ask(*second, "SELECT pg_advisory_unlock(7)");
    CHECK(co_await group.wait(std::chrono::seconds(60)));
    CHECK(failures.empty());
    co_return true;
  };
  CHECK(engine.runner->run(story()));
}

TEST_CASE("a sibling is never waited for: without a free slot, or where the engine has none, there is none") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const auto story = [&]() -> Awaitable<bool> {
      Warehouse& warehouse = engine.runner->warehouse();
      std::vector<std::unique_ptr<Session>> all;
      const std::size_t slots = std::string(name) == "postgres" ? 4 : 2;
      while (all.size() < slots) all.push_back(co_await warehouse.open_session("test"));
      CHECK_FALSE(co_await all.front()->sibling());
      all.pop_back();
      const auto second = co_await all.front()->sibling();
      CHECK(static_cast<bool>(second) == (std::string(name) == "postgres"));
      CHECK_FALSE(co_await all.front()->sibling());
      co_return true;
    };
    CHECK(engine.runner->run(story()));
  }
}

TEST_CASE("where snapshots can't be exported, the session goes on alone") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer); INSERT INTO a VALUES (1); GRANT SELECT ON a TO PUBLIC;"
      "DROP ROLE IF EXISTS hermit; CREATE ROLE hermit LOGIN;"
      "REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC");
  WarehouseRunner hermit(server().url("hermit"));
  const auto story = [&]() -> Awaitable<bool> {
    const auto session = co_await hermit.warehouse().open_session("test");
    CHECK_FALSE(co_await session->sibling());
    CHECK_FALSE(co_await session->sibling());
    Statement statement;
    statement.sql = "SELECT count(*) FROM a";
    CHECK((co_await session->query(std::move(statement))).rows.at(0).at(0) == Value(std::int64_t{1}));
    co_return true;
  };
  CHECK(hermit.run(story()));
  engine.execute("GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC");
}

TEST_CASE("a server that restarts between two statements is found again") {
  PostgresServer own;
  WarehouseOptions options = parse_warehouse_url(own.url());
  std::get<PostgresOptions>(options).patience = std::chrono::milliseconds(0);
  WarehouseRunner runner(std::move(options));
  CHECK(runner.query("SELECT 1").rows.size() == 1);
  own.stop();
  CHECK(error_of([&] { runner.query("SELECT 1"); }).error_class() == ErrorClass::remote_transient);
  own.start();
  CHECK(runner.query("SELECT 1").rows.size() == 1);
}

TEST_CASE("a connection ended by the server is a transient error, and the next statement gets a new one") {
  Engine engine("postgres");
  CHECK(error_of([&] {
          engine.runner->query("SELECT pg_terminate_backend(pg_backend_pid())");
        }).error_class() == ErrorClass::remote_transient);
  CHECK(engine.runner->query("SELECT 1").rows.size() == 1);
}

TEST_CASE("a DuckDB child that is killed is a transient error, and the next statement starts a new one") {
  Engine engine("duckdb");
  engine.execute("CREATE TABLE a (id integer)");
  const auto killed = [&]() -> Awaitable<bool> {
    const auto session = co_await engine.runner->warehouse().open_session("test");
    Statement statement;
    statement.sql = "SELECT 1 AS one";
    co_await session->query(statement);
    kill_duckdb_helpers();
    bool was_refused = false;
    try {
      co_await session->query(statement);
    } catch (const Error& error) {
      was_refused = error.error_class() == ErrorClass::remote_transient;
    }
    CHECK(was_refused);
    CHECK((co_await session->query(statement)).rows.size() == 1);
    co_return true;
  };
  CHECK(engine.runner->run(killed()));
}

TEST_CASE("a DuckDB file that another process writes to is said to be locked; a missing one to be missing") {
  Engine engine("duckdb");
  engine.execute("CREATE TABLE a (id integer)");
  // The lock that DuckDB takes for writing (fcntl), held by this process.
  const int fd = ::open(engine.file->path().c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(fd >= 0);
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  REQUIRE(::fcntl(fd, F_SETLK, &lock) == 0);
  WarehouseOptions impatient = parse_warehouse_url(engine.file->url());
  std::get<DuckDbOptions>(impatient).patience = std::chrono::milliseconds(0);
  WarehouseRunner locked_out(std::move(impatient));
  const Error error = error_of([&] { locked_out.query("SELECT count(*) FROM a"); });
  CHECK(error.error_class() == ErrorClass::remote_transient);
  CHECK(error.hint().find("another process has the file open for writing") != std::string::npos);
  ::close(fd);
  CHECK(engine.runner->query("SELECT count(*) FROM a").rows.size() == 1);
  WarehouseRunner missing("duckdb:///no/such/file.duckdb");
  CHECK(error_of([&] { missing.query("SELECT 1"); }).error_class() == ErrorClass::configuration);
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

TEST_CASE("the tolerance of decimals and integers is exact") {
  struct Case {
    const char* prod_type;
    const char* pr_type;
    const char* prod;
    const char* pr;
    const char* tolerance;
    bool is_within;
  };
  static constexpr Case kCases[] = {
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.01", "abs:0.01", true},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.30", "abs:0.3", true},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.02", "abs:0.01", false},
      {"decimal(10,2)", "decimal(10,2)", "-0.01", "0.01", "abs:0.02", true},
      {"decimal(10,2)", "decimal(10,2)", "-0.01", "0.02", "abs:0.02", false},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "-1.00", "abs:0.01", false},
      {"decimal(10,2)", "decimal(10,2)", "1.00", "1.01", "abs:0.001", false},
      {"decimal(38,0)", "decimal(38,0)", "90071992547409930000", "90071992547409930002", "abs:1", false},
      {"decimal(38,0)", "decimal(38,0)", "90071992547409930000", "90071992547409930001", "abs:1", true},
      {"decimal(38,0)", "decimal(38,0)", "99999999999999999999999999999999999999",
       "-99999999999999999999999999999999999999", "abs:1", false},
      {"decimal(38,0)", "decimal(38,0)", "99999999999999999999999999999999999999",
       "-99999999999999999999999999999999999999", "abs:1e300", true},
      {"decimal(38,38)", "decimal(38,38)", "0.1", "-0.1", "abs:0.2", true},
      {"bigint", "bigint", "9223372036854775807", "-9223372036854775808", "abs:1", false},
      {"bigint", "bigint", "9007199254740993", "9007199254740995", "abs:1", false},
      {"bigint", "integer", "100", "99", "rel:0.01", true},
      {"bigint", "integer", "100", "98", "rel:0.01", false},
      {"decimal(38,0)", "decimal(38,0)", "10000000000000000000000000000000000000",
       "9999999999999999999999999999999999999", "rel:1e-37", true},
      {"decimal(38,0)", "decimal(38,0)", "10000000000000000000000000000000000000",
       "9999999999999999999999999999999999998", "rel:1e-37", false},
      {"decimal(10,2)", "integer", "12345.50", "12345", "digits:5", true},
      {"decimal(10,2)", "integer", "12345.51", "12345", "digits:5", false},
      {"decimal(10,2)", "decimal(10,2)", "1.01", "1.02", "digits:3", false},
      // Too long for one DECIMAL.
      {"decimal(38,0)", "decimal(38,9)", "7", "7.010000000", "abs:0.01", true},
      {"decimal(38,0)", "decimal(38,9)", "7", "7.010000001", "abs:0.01", false},
      {"decimal(38,0)", "decimal(38,9)", "90000000000000000000000000000000000000", "7.5", "abs:1", false},
  };
  for (const char* name : kEngines) {
    Engine engine(name);
    for (const Case& c : kCases) {
      CAPTURE(name);
      CAPTURE(c.prod_type);
      CAPTURE(c.prod);
      CAPTURE(c.pr);
      CAPTURE(c.tolerance);
      engine.execute(
          std::string("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, v ") +
          c.prod_type + "); CREATE TABLE b (id integer, v " + c.pr_type + "); INSERT INTO a VALUES (1, " +
          c.prod + "); INSERT INTO b VALUES (1, " + c.pr + ")");
      TableDiffRequest options = request();
      options.tolerance["v"] = parse_tolerance(c.tolerance);
      const TableDiff diff = engine.diff(options);
      CHECK(diff.rows.changed == (c.is_within ? 0 : 1));
      CHECK(column(diff, "v").within_tolerance == (c.is_within ? 1 : 0));
    }
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
