// Tables that break tools: very wide, partitioned, foreign, oddly named, of every type, changed while they
// are read.

#include <fmt/format.h>

#include <thread>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::request;
using test::server;

TEST_CASE("a table of 1,600 columns, the most that PostgreSQL has, is compared whole and by any plan") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    std::string columns = "id integer";
    std::string values = "1";
    for (int i = 1; i < 1600; ++i) {
      columns += ", c" + std::to_string(i) + " smallint";
      values += ", " + std::to_string(i % 7);
    }
    engine.execute("CREATE TABLE a (" + columns + "); CREATE TABLE b (" + columns +
                   "); INSERT INTO a VALUES (" + values + "); INSERT INTO b VALUES (" + values +
                   "); UPDATE b SET c7 = -1, c1599 = NULL");
    for (const bool may_skip_join : {true, false}) {
      TableDiffRequest options = request();
      options.may_skip_join = may_skip_join;
      const TableDiff diff = engine.diff(options);
      CHECK(diff.columns.size() == 1599);
      CHECK(diff.rows.changed == 1);
      CHECK(column(diff, "c7").changed == 1);
      CHECK(column(diff, "c1599").became_null == 1);
      CHECK(column(diff, "c8").changed == 0);
    }
    CHECK(engine.diff(request({})).rows.added == 1);
    TableDiffRequest same = request();
    same.pr = same.prod;
    CHECK(engine.diff(same).result == Result::identical);
  }
}

TEST_CASE("both tables empty, or one of them") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute("CREATE TABLE a (id integer, v varchar); CREATE TABLE b (id integer, v varchar)");
    for (const auto& key : {std::vector<std::string>{"id"}, std::vector<std::string>{}})
      CHECK(engine.diff(request(key)).result == Result::empty);
    engine.execute("INSERT INTO b VALUES (1, 'x'), (2, 'y')");
    CHECK(engine.diff(request()).rows.added == 2);
    CHECK(engine.diff(request()).rows.prod == 0);
    CHECK(engine.diff(request({})).rows.added == 2);
    TableDiffRequest turned = request();
    std::swap(turned.prod, turned.pr);
    CHECK(engine.diff(turned).rows.removed == 2);
  }
}

TEST_CASE("partitioned and foreign tables, views and materialized views are tables like others") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer, day date, v integer) PARTITION BY RANGE (day);"
      "CREATE TABLE a_2023 PARTITION OF a FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
      "CREATE TABLE a_2024 PARTITION OF a FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
      "INSERT INTO a VALUES (1, '2023-05-01', 1), (2, '2024-05-01', 2), (3, '2024-06-01', 3);"
      "CREATE TABLE b AS SELECT id, day, CASE WHEN id = 2 THEN 9 ELSE v END AS v FROM a;"
      "CREATE VIEW b_view AS SELECT * FROM b; CREATE MATERIALIZED VIEW b_matview AS SELECT * FROM b;"
      "CREATE EXTENSION IF NOT EXISTS file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;"
      "COPY b TO '/tmp/diffgate_foreign_table.csv' CSV;"
      "CREATE FOREIGN TABLE b_file (id integer, day date, v integer) SERVER files OPTIONS (filename "
      "'/tmp/diffgate_foreign_table.csv', format 'csv');"
      "CREATE EXTENSION IF NOT EXISTS postgres_fdw;"
      "DO $$ BEGIN EXECUTE format('CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS "
      "(host %L, port %L, dbname %L)', '127.0.0.1', current_setting('port'), current_database());"
      "EXECUTE format('CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user %L)', current_user);"
      "EXECUTE format('CREATE FOREIGN TABLE b_remote (id integer, day date, v integer) SERVER other OPTIONS "
      "(schema_name %L, table_name %L)', current_schema(), 'b'); END $$");
  for (const char* other : {"b", "b_view", "b_matview", "b_file", "b_remote"}) {
    CAPTURE(other);
    TableDiffRequest options = request();
    options.pr = parse_relation(other);
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 1);
    CHECK(diff.rows.unchanged == 2);
    options.sampling = Sampling{.share = 0.5};
    CHECK(engine.diff(options).rows.prod == 3);
  }
  // One model's failure, not that of the warehouse that the others are in.
  engine.execute("ALTER SERVER other OPTIONS (SET port '1')");
  TableDiffRequest remote = request();
  remote.pr = parse_relation("b_remote");
  const Error away = error_of([&] { engine.diff(remote); });
  CHECK(away.error_class() == ErrorClass::remote_final);
  CHECK(away.hint().find("behind a foreign table") != std::string::npos);
}

TEST_CASE("names in quotes, with case twins, dots and 63 bytes are the names they are") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const std::string longest(63, 'n');
    // DuckDB takes names without regard to case: twins are PostgreSQL's alone.
    const std::string twin = std::string(name) == "postgres" ? ", \"ID\" integer" : ", other integer";
    for (const char* table : {"\"My.Table\"", "\"select\""}) {
      engine.execute(fmt::format(
          "CREATE TABLE {} (id integer{}, \"{}\" integer, \"a \"\"b\"\" c\" integer, \"\xC3\xBC\" "
          "integer, \"order\" integer)",
          table, twin, longest));
      engine.execute(fmt::format("INSERT INTO {} VALUES (1, 10, 1, 1, 1, 1), (2, 20, 2, 2, 2, 2)", table));
    }
    engine.execute(fmt::format("UPDATE \"select\" SET \"{}\" = 9, \"order\" = NULL WHERE id = 1", longest));
    TableDiffRequest options = request();
    options.prod = parse_relation("\"My.Table\"");
    options.pr = parse_relation("\"select\"");
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 1);
    CHECK(column(diff, longest).changed == 1);
    CHECK(column(diff, "order").became_null == 1);
    CHECK(column(diff, "a \"b\" c").changed == 0);
    CHECK(diff.columns.size() == 5);
    options.overlap_column = Identifier(longest);
    CHECK(engine.diff(options).overlap);
  }
}

namespace {

// A column of the type holds `first` in production; the PR has `same`, written otherwise, then `other`.
struct Typed {
  const char* type;
  const char* first;
  const char* same;
  const char* other;
};

void check_types(Engine& engine, const std::vector<Typed>& types) {
  for (const Typed& typed : types) {
    CAPTURE(typed.type);
    engine.execute(
        fmt::format("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, v {0}); "
                    "CREATE TABLE b (id integer, v {0});"
                    "INSERT INTO a VALUES (1, {1}), (2, {1}), (3, NULL), (4, {1});"
                    "INSERT INTO b VALUES (1, {2}), (2, {3}), (3, {1}), (4, NULL)",
                    typed.type, typed.first, typed.same, typed.other));
    for (const bool may_skip_join : {true, false}) {
      TableDiffRequest options = request();
      options.may_skip_join = may_skip_join;
      options.samples = 5;
      const TableDiff diff = engine.diff(options);
      CHECK(column(diff, "v").not_compared.empty());
      CHECK(diff.rows.unchanged == 1);
      CHECK(diff.rows.changed == 3);
      CHECK(column(diff, "v").was_null == 1);
      CHECK(column(diff, "v").became_null == 1);
      CHECK(diff.samples.changed.size() == 3);
    }
    CHECK(engine.diff(request({})).rows.added == 3);
    TableDiffRequest same = request();
    same.pr = same.prod;
    CHECK(engine.diff(same).result == Result::identical);
  }
}

}  // namespace

TEST_CASE(
    "PostgreSQL's enums, domains, composites, arrays, ranges, intervals, shapes, XML and JSON are compared") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN money_amount AS numeric(10,2);"
      "CREATE DOMAIN short_name AS varchar(20); CREATE TYPE pair AS (x integer, y text)");
  check_types(
      engine,
      {
          {"mood", "'ok'", "'ok'", "'sad'"},
          {"money_amount", "1.50", "1.5", "1.51"},
          {"short_name", "'a'", "'a'", "'A'"},
          {"pair", "ROW(1, 'a')::pair", "'(1,a)'", "ROW(1, NULL)::pair"},
          {"integer[]", "'{1,2}'", "ARRAY[1,2]", "'{2,1}'"},
          {"integer[]", "'{}'", "'{}'", "'{NULL}'"},
          {"text[]", "'{a,NULL}'", "ARRAY['a',NULL]", "'{a,\"NULL\"}'"},
          {"integer[]", "'{{1,2},{3,4}}'", "'{{1,2},{3,4}}'", "'{1,2,3,4}'"},
          {"int4range", "'[1,3)'", "'[1,2]'", "'[1,4)'"},
          {"tstzrange", "'[2024-01-01,2024-01-02)'", "'[2024-01-01,2024-01-02)'", "'[2024-01-01,)'"},
          {"interval", "'1 day'", "'1 day'", "'24 hours'"},
          {"interval", "'1 mon'", "'1 month'", "'30 days'"},
          {"point", "'(1,2)'", "'(1.0,2)'", "'(2,1)'"},
          {"box", "'(0,0),(2,2)'", "'(2,2),(0,0)'", "'(0,0),(1,4)'"},
          {"polygon", "'((0,0),(1,1),(2,0))'", "'((0,0),(1,1),(2,0))'", "'((0,0),(1,1),(3,0))'"},
          {"xml", "'<a/>'", "'<a/>'", "'<b/>'"},
          {"json", "'{\"a\": 1, \"b\": [1, 2]}'", "'{\"b\":[1,2],\"a\":1.0}'", "'{\"a\": 1, \"b\": [2, 1]}'"},
          {"jsonb", "'{\"a\": null}'", "'{ \"a\" : null }'", "'{}'"},
          {"inet", "'10.0.0.1'", "'10.0.0.1/32'", "'10.0.0.1/24'"},
          {"bit(4)", "B'0101'", "B'0101'", "B'0100'"},
          {"tsvector", "'a b'", "'b a'", "'a c'"},
          {"bytea", "'\\x00ff'", "'\\x00FF'", "'\\x00'"},
          {"character(5)", "'a'", "'a  '", "'b'"},
          {"oid", "1", "1", "2"},
      });
}

TEST_CASE("DuckDB's nested types, unions, enums, bits and JSON inside lists are compared") {
  Engine engine("duckdb");
  engine.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')");
  check_types(
      engine,
      {
          {"mood", "'ok'", "'ok'", "'sad'"},
          {"INTEGER[]", "[1, 2]", "[1, 2]", "[2, 1]"},
          {"INTEGER[]", "[]", "[]", "[NULL]"},
          {"INTEGER[3]", "[1, 2, 3]", "[1, 2, 3]", "[1, 2, NULL]"},
          {"STRUCT(a INTEGER, b VARCHAR)", "{'a': 1, 'b': 'x'}", "{'a': 1, 'b': 'x'}", "{'a': 1, 'b': NULL}"},
          {"STRUCT(a STRUCT(b INTEGER[]))", "{'a': {'b': [1]}}", "{'a': {'b': [1]}}", "{'a': {'b': []}}"},
          {"MAP(VARCHAR, INTEGER)", "MAP {'a': 1, 'b': 2}", "MAP {'b': 2, 'a': 1}", "MAP {'a': 1}"},
          {"UNION(num INTEGER, str VARCHAR)", "1", "1", "'1'"},
          {"BIT", "'0101'", "'0101'", "'00101'"},
          {"BLOB", "'\\x00\\xFF'", "'\\x00\\xFF'", "'\\x00'"},
          {"INTERVAL", "INTERVAL 1 MONTH", "INTERVAL 1 MONTH", "INTERVAL 30 DAY"},
          {"TIME", "TIME '12:00:00'", "TIME '12:00:00.000'", "TIME '12:00:00.000001'"},
          {"UUID", "'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000001'",
           "'00000000-0000-0000-0000-000000000002'"},
          {"HUGEINT", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727",
           "-1"},
          {"JSON", "'{\"a\": 1, \"b\": 2}'", "'{\"b\":2,\"a\":1.0}'", "'{\"a\": 1}'"},
          {"JSON[]", "['{\"a\": 1}']", "['{\"a\": 1}']", "['{\"a\": 2}']"},
          {"TIMESTAMP_NS", "'2024-01-01 00:00:00.000000001'", "'2024-01-01 00:00:00.000000001'",
           "'2024-01-01 00:00:00.000000002'"},
      });
}

namespace {

// A warehouse in which something happens before the n-th statement of every session.
class Interrupted final : public Warehouse {
 public:
  Interrupted(Warehouse& warehouse, int statement, std::function<void(int)> event)
      : warehouse_(warehouse), statement_(statement), event_(std::move(event)) {}
  const Dialect& dialect() const override { return warehouse_.dialect(); }
  Awaitable<std::unique_ptr<Session>> open_session(std::string tag) override {
    std::unique_ptr<Session> inner = co_await warehouse_.open_session(std::move(tag));
    ++sessions_;
    co_return std::make_unique<Proxy>(*this, std::move(inner));
  }
  int sessions() const { return sessions_; }

 private:
  struct Proxy final : Session {
    Proxy(Interrupted& the_owner, std::unique_ptr<Session> the_inner)
        : owner(the_owner), inner(std::move(the_inner)) {}
    Awaitable<ResultSet> query(Statement statement) override {
      if (++count == owner.statement_) owner.event_(owner.sessions_);
      return inner->query(std::move(statement));
    }
    Interrupted& owner;
    std::unique_ptr<Session> inner;
    int count = 0;
  };
  Warehouse& warehouse_;
  int statement_;
  std::function<void(int)> event_;
  int sessions_ = 0;
};

}  // namespace

TEST_CASE(
    "a table that is replaced or refilled before it is read is read anew, or refused if it never rests") {
  // As dbt does it: another table takes the name; as a truncating load does it: the rows are others.
  for (const std::string replace : {"BEGIN; CREATE TABLE c AS SELECT id, v + 1 AS v FROM b; DROP TABLE b; "
                                    "ALTER TABLE c RENAME TO b; COMMIT",
                                    "BEGIN; CREATE TABLE c AS SELECT id, v + 1 AS v FROM b; TRUNCATE b; "
                                    "INSERT INTO b SELECT * FROM c; DROP TABLE c; "
                                    "COMMIT"}) {
    CAPTURE(replace);
    Engine engine("postgres");
    engine.execute(
        "CREATE TABLE a (id integer, v integer); INSERT INTO a SELECT n, n FROM generate_series(1, 10) n;"
        "CREATE TABLE b AS SELECT * FROM a");
    const auto run = [&](Interrupted& warehouse) {
      return engine.runner->run(diff_tables(warehouse, request()));
    };
    Interrupted once(engine.runner->warehouse(), 2, [&](int session) {
      if (session == 1) server().execute(replace);
    });
    const TableDiff diff = run(once);
    CHECK(once.sessions() == 2);
    CHECK(diff.rows.changed == 10);
    CHECK(diff.rows.removed == 0);
    Interrupted always(engine.runner->warehouse(), 2, [&](int) { server().execute(replace); });
    const Error error = error_of([&] { run(always); });
    CHECK(error.error_class() == ErrorClass::remote_transient);
    CHECK(error.problem().find("replaced while it was read") != std::string::npos);
  }
}

namespace {

// Forty rows in a; in b, by partition, the first twenty, beside a table b_2 with the others.
void make_partitions(Engine& engine) {
  engine.execute(
      "CREATE TABLE a (id integer, v integer); INSERT INTO a SELECT n, n FROM generate_series(1, 40) n;"
      "CREATE TABLE b (id integer, v integer) PARTITION BY RANGE (id);"
      "CREATE TABLE b_1 PARTITION OF b FOR VALUES FROM (1) TO (21);"
      "CREATE TABLE b_2 (id integer, v integer); INSERT INTO b SELECT * FROM a WHERE id <= 20;"
      "INSERT INTO b_2 SELECT * FROM a WHERE id > 20");
}

constexpr const char* kAttach = "ALTER TABLE b ATTACH PARTITION b_2 FOR VALUES FROM (21) TO (41)";

}  // namespace

TEST_CASE("a partition that is attached before or between a diff's statements is seen whole, or not at all") {
  // From the statement after the columns to the one that looks at them again.
  for (int statement = 2; statement <= 5; ++statement) {
    for (const auto& key : {std::vector<std::string>{"id"}, std::vector<std::string>{}}) {
      CAPTURE(statement);
      CAPTURE(key.size());
      Engine engine("postgres");
      make_partitions(engine);
      Interrupted warehouse(engine.runner->warehouse(), statement, [&](int session) {
        if (session == 1) server().execute(kAttach);
      });
      const TableDiff diff = engine.runner->run(diff_tables(warehouse, request(key)));
      const bool is_whole = diff.rows.pr == 40 && diff.rows.removed == 0;
      const bool is_without = diff.rows.pr == 20 && diff.rows.removed == 20;
      CHECK((is_whole || is_without));
      CHECK(diff.rows.prod == 40);
      CHECK(diff.rows.unchanged == diff.rows.pr);
      CHECK(diff.pr_key.duplicate_rows == 0);
    }
  }
}

TEST_CASE("a partition that is emptied, refilled or exchanged before it is read is read anew") {
  for (const std::string change :
       {"BEGIN; TRUNCATE b_2; INSERT INTO b SELECT id, v + 1 FROM a WHERE id > 20; COMMIT",
        "BEGIN; DROP TABLE b_2; CREATE TABLE b_2 PARTITION OF b FOR VALUES FROM (21) TO (41); "
        "INSERT INTO b SELECT id, v + 1 FROM a WHERE id > 20; COMMIT"}) {
    CAPTURE(change);
    Engine engine("postgres");
    make_partitions(engine);
    engine.execute(kAttach);
    Interrupted warehouse(engine.runner->warehouse(), 2, [&](int session) {
      if (session == 1) server().execute(change);
    });
    const TableDiff diff = engine.runner->run(diff_tables(warehouse, request()));
    CHECK(warehouse.sessions() == 2);
    CHECK(diff.rows.pr == 40);
    CHECK(diff.rows.changed == 20);
    CHECK(diff.rows.removed == 0);
  }
}

TEST_CASE("a partition can't be taken away between a diff's statements: who detaches it waits") {
  for (const std::string detach :
       {"ALTER TABLE b DETACH PARTITION b_2", "ALTER TABLE b DETACH PARTITION b_2 CONCURRENTLY"}) {
    CAPTURE(detach);
    Engine engine("postgres");
    make_partitions(engine);
    engine.execute(kAttach);
    std::jthread other;
    Interrupted warehouse(engine.runner->warehouse(), 4, [&](int session) {
      if (session > 1) return;
      other = std::jthread([&] { server().execute(detach); });
      // Until it waits.
      while (server().value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    });
    const TableDiff diff = engine.runner->run(diff_tables(warehouse, request()));
    other.join();
    CHECK(warehouse.sessions() == 1);
    CHECK(diff.result == Result::identical);
    CHECK(diff.rows.pr == 40);
    CHECK(engine.diff(request()).rows.removed == 20);
  }
}
