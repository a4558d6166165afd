// Read-only for sure: hostile filters, names, keys and tags change nothing, on the engine, in its files or in
// a later session, even where the role is a superuser and extensions that reach out are installed.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <sstream>

#include "diff/filter_functions.hpp"
#include "net/error.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;
using test::DuckDbFile;
using test::PostgresServer;
using test::WarehouseRunner;

TableDiffRequest request() {
  TableDiffRequest out;
  out.prod = parse_relation("a");
  out.pr = parse_relation("b");
  out.key.emplace_back("id");
  return out;
}

// What the diff answered: "" if it ran.
std::string refusal(WarehouseRunner& runner, TableDiffRequest asked) {
  asked.timeout = std::chrono::milliseconds(5'000);
  try {
    runner.diff(std::move(asked));
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

constexpr const char* kMarker = "/tmp/diffgate-injection-marker";

// Leaves the parentheses, or tries to.
constexpr const char* kBreakOuts[] = {
    "1=1; DROP TABLE a",
    "1=1);DROP TABLE a;--",
    "1=1) UNION ALL SELECT 1, 1 FROM a WHERE (1=1",
    "1=1)) OR ((1=1",
    "1=1 --\n) OR (1=1",
    "1=1 /* ) */ ) OR (1=1",
    "1=1 /* /* */ ) OR (1=1 -- */",
    "1=1 /*",
    "'",
    "''' OR 1=1",
    "\"",
    "E'a'\n'\\' = ') OR (1=1'",
    "$$ ) OR (1=1 ",
    "$a$ $b$ ) $a$ = $a$ $a$) OR (1=1",
    "U&'\\0027' = ') OR (1=1'",
    "u&\"\\0070g_sleep\"(1) IS NULL",
    "1=1\x01; DROP TABLE a",
    "(((((",
    ")",
    "id = 1 ` ) UNION SELECT 1 ( `",
    "id = \xC2\xA0$$1$$",
    "\xEF\xBC\x9B DROP TABLE a",
    "[1,2",
    "{'a': 1",
};

// Is one expression, and does more than compute.
struct Deed {
  const char* filter;
  const char* function;  // named in the refusal; null: the engine refuses it, or it does no harm
};

constexpr Deed kPostgresDeeds[] = {
    {"pg_sleep(60) IS NOT NULL", "pg_sleep"},
    {"\"pg_sleep\" (60) IS NOT NULL", "pg_sleep"},
    {"pg_catalog.pg_sleep/* */ --\n (60) IS NOT NULL", "pg_sleep"},
    {"PG_SLEEP(60) IS NOT NULL", "PG_SLEEP"},
    {"(SELECT pg_sleep(60)) IS NULL", "pg_sleep"},
    {"nextval('s') > 0", "nextval"},
    {"setval('s', 99) > 0", "setval"},
    {"pg_advisory_lock(1) IS NOT NULL", "pg_advisory_lock"},
    {"pg_try_advisory_lock(4711)", "pg_try_advisory_lock"},
    {"set_config('transaction_read_only', 'off', false) = 'off'", "set_config"},
    {"set_config('role', 'admin', false) = 'admin'", "set_config"},
    {"set_config('statement_timeout', '0', false) = '0'", "set_config"},
    {"lo_create(4711) > 0", "lo_create"},
    {"lo_from_bytea(4712, 'x') > 0", "lo_from_bytea"},
    {"lo_export(1, '/tmp/diffgate-injection-marker') > 0", "lo_export"},
    {"lo_import('/etc/passwd') > 0", "lo_import"},
    {"pg_read_file('/etc/passwd') <> ''", "pg_read_file"},
    {"pg_ls_dir('/') IS NOT NULL", "pg_ls_dir"},
    {"pg_terminate_backend(pg_backend_pid())", "pg_terminate_backend"},
    {"pg_reload_conf()", "pg_reload_conf"},
    {"pg_notify('c', 'x') IS NOT NULL", "pg_notify"},
    {"pg_stat_reset() IS NOT NULL", "pg_stat_reset"},
    {"pg_logical_emit_message(true, 'a', 'b') IS NOT NULL", "pg_logical_emit_message"},
    {"pg_create_restore_point('x') IS NOT NULL", "pg_create_restore_point"},
    {"pg_file_write('/tmp/diffgate-injection-marker', 'x', false) > 0", "pg_file_write"},
    {"dblink_exec('dbname=test', 'DROP TABLE a') = 'x'", "dblink_exec"},
    {"(SELECT x FROM dblink('dbname=test', 'DELETE FROM a RETURNING id') AS t(x integer)) = 1", "dblink"},
    {"dblink_connect('stay', 'dbname=test') = 'OK'", "dblink_connect"},
    {"query_to_xml('DELETE FROM a', true, true, '') IS NOT NULL", "query_to_xml"},
    {"(SELECT count(*) FROM ts_stat('SELECT v FROM a')) > 0", "ts_stat"},
    {"id = (DELETE FROM a RETURNING id)", nullptr},
    {"id IN (WITH gone AS (DELETE FROM a RETURNING id) SELECT id FROM gone)", nullptr},
    {"id IN (SELECT id FROM a FOR UPDATE)", nullptr},
    {"id = (COPY a TO PROGRAM 'touch /tmp/diffgate-injection-marker')", nullptr},
    {"writes() = 1", nullptr},
    {"\"weird\"(1) = 1", nullptr},
    {"(a.id).writes = 1", nullptr},
    {"id = (TRUNCATE a)", nullptr},
    {"id = (NOTIFY c)", nullptr},
    {"id IN (SELECT id FROM foreign_writer)", nullptr},
};

constexpr Deed kDuckDbDeeds[] = {
    {"nextval('s') > 0", "nextval"},
    {"(SELECT count(*) FROM read_csv('/etc/passwd')) > 0", "read_csv"},
    {"(SELECT count(*) FROM read_text('/etc/passwd')) > 0", "read_text"},
    {"(SELECT count(*) FROM '/etc/passwd.csv') > 0", nullptr},
    {"(SELECT count(*) FROM 'https://example.com/x.parquet') > 0", nullptr},
    {"(SELECT count(*) FROM glob('/etc/*')) > 0", "glob"},
    {"(SELECT count(*) FROM query('DROP TABLE a')) > 0", "query"},
    {"(SELECT count(*) FROM query_table('a')) > 0", "query_table"},
    {"(SELECT count(*) FROM checkpoint()) = 0", "checkpoint"},
    {"(SELECT count(*) FROM force_checkpoint()) = 0", "force_checkpoint"},
    {"(SELECT count(*) FROM enable_logging('QueryLog', storage='file', "
     "storage_path='/tmp/diffgate-injection-marker')) = 0",
     "enable_logging"},
    {"(SELECT count(*) FROM enable_profiling()) = 0", "enable_profiling"},
    {"(SELECT count(*) FROM duckdb_settings()) > 0", "duckdb_settings"},
    {"(SELECT count(*) FROM duckdb_secrets()) > 0", "duckdb_secrets"},
    {"(SELECT count(*) FROM arrow_scan(1::POINTER, 1::POINTER, 1::POINTER)) > 0", "arrow_scan"},
    {"write_log('x') IS NULL", "write_log"},
    {"setseed(0.5) IS NULL", "setseed"},
    {"sleep_ms(60000) IS NULL", "sleep_ms"},
    {"getenv('HOME') = 'x'", "getenv"},
    {"(SELECT count(*) FROM json_execute_serialized_sql('{}')) > 0", "json_execute_serialized_sql"},
    {"id = (DELETE FROM a RETURNING id)", nullptr},
    {"id = (ATTACH '/tmp/diffgate-injection-marker' AS x)", nullptr},
    {"id = (COPY a TO '/tmp/diffgate-injection-marker')", nullptr},
    {"id = (INSTALL httpfs)", nullptr},
    {"id = (PRAGMA database_list)", nullptr},
    {"id = (CALL enable_logging())", nullptr},
    {"id = (CREATE TABLE x (y integer))", nullptr},
};

constexpr const char* kSetUp =
    "CREATE SEQUENCE s; CREATE TABLE a (id integer, v varchar); CREATE TABLE b (id integer, v varchar);"
    "INSERT INTO a VALUES (1, 'x'), (2, 'y'); INSERT INTO b VALUES (1, 'x'), (2, 'z')";

void check_all(const std::string& engine, WarehouseRunner& runner, std::span<const Deed> deeds,
               const std::function<std::string()>& state) {
  const std::string before = state();
  for (const char* filter : kBreakOuts) {
    CAPTURE(engine);
    CAPTURE(filter);
    TableDiffRequest asked = request();
    asked.filter = filter;
    const std::string answer = refusal(runner, asked);
    CHECK_FALSE(answer.empty());
    CHECK(state() == before);
  }
  for (const Deed& deed : deeds) {
    CAPTURE(engine);
    CAPTURE(deed.filter);
    TableDiffRequest asked = request();
    asked.filter = deed.filter;
    const std::string answer = refusal(runner, asked);
    CAPTURE(answer);
    CHECK_FALSE(answer.empty());
    if (deed.function != nullptr)
      CHECK(answer.find(std::string("the filter calls ") + deed.function + "(), which ") !=
            std::string::npos);
    CHECK(state() == before);
    CHECK_FALSE(std::filesystem::exists(kMarker));
  }
  // And names, keys, columns and tags.
  for (const char* text : kBreakOuts) {
    CAPTURE(text);
    TableDiffRequest asked = request();
    asked.tag = std::string("*/ ") + text;
    CHECK(refusal(runner, asked).empty());
    asked = request();
    asked.prod = Relation{std::string("a ") + text};
    CHECK_FALSE(refusal(runner, asked).empty());
    asked = request();
    asked.pr = Relation{std::string("\"b\" ") + text};
    CHECK_FALSE(refusal(runner, asked).empty());
    asked = request();
    asked.key = {Identifier(text)};
    CHECK_FALSE(refusal(runner, asked).empty());
    asked = request();
    asked.include_columns = {Identifier(text), Identifier("v")};
    refusal(runner, asked);
    asked = request();
    asked.exclude_columns = {Identifier(text)};
    refusal(runner, asked);
    CHECK(state() == before);
  }
  CHECK(runner.diff(request()).rows.changed == 1);
}

std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE(
    "nothing that a filter, name, key or tag holds changes PostgreSQL, for a superuser and for a reader") {
  PostgresServer server;
  server.execute(kSetUp);
  server.execute(
      "CREATE EXTENSION dblink;"
      "CREATE FUNCTION writes() RETURNS integer LANGUAGE sql AS 'INSERT INTO a VALUES (9, ''w'') RETURNING "
      "1';"
      "CREATE FUNCTION writes(a) RETURNS integer LANGUAGE sql AS 'INSERT INTO a VALUES (9, ''w'') RETURNING "
      "1';"
      "CREATE FUNCTION weird(integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE "
      "''DROP TABLE "
      "a''; RETURN 1; END';"
      "CREATE VIEW foreign_writer AS SELECT writes() AS id;"
      "CREATE ROLE reader LOGIN; GRANT SELECT ON a, b, foreign_writer TO reader; GRANT USAGE ON SEQUENCE s "
      "TO reader");
  const auto state = [&] {
    return server.value(
        "SELECT concat((SELECT string_agg(a::text, ',' ORDER BY id) FROM a), (SELECT string_agg(b::text, ',' "
        "ORDER BY "
        "id) FROM b), (SELECT concat(last_value, is_called) FROM s), (SELECT count(*) FROM "
        "pg_largeobject_metadata), "
        "(SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), "
        "(SELECT count(*) FROM pg_replication_slots), (SELECT stats_reset FROM pg_stat_database WHERE "
        "datname = "
        "'test'), current_setting('statement_timeout'))");
  };
  for (const char* role : {"admin", "reader"}) {
    WarehouseRunner runner(server.url(role));
    check_all(std::string("postgres as ") + role, runner, kPostgresDeeds, state);
    // The pooled connection is as it was.
    CHECK(runner.query("SELECT current_setting('transaction_read_only'), current_user::text").rows.at(0) ==
          std::vector<Value>{"on", role});
  }
}

TEST_CASE("nothing that a filter, name, key or tag holds changes a DuckDB file or reaches another") {
  const DuckDbFile file;
  file.execute(kSetUp);
  WarehouseRunner runner(file.url());
  check_all("duckdb", runner, kDuckDbDeeds, [&] { return bytes_of(file.path()); });
}

TEST_CASE("functions that only compute may be called") {
  for (const char* name :
       {"lower", "coalesce", "date_trunc", "pg_typeof", "in", "count", "regexp_matches", "", "now"}) {
    CAPTURE(name);
    CHECK(why_not_in_filter(name).empty());
  }
}

TEST_CASE("filters that people write are let through") {
  static constexpr const char* kFilters[] = {
      "id > 0 AND lower(v) IN ('x', 'y')",
      "v <> 'it''s; (not) -- a comment'",
      "coalesce(v, '') LIKE 'a%' OR id BETWEEN 1 AND 5",
      "id IN (SELECT id FROM b WHERE v IS NOT NULL)",
      "CASE WHEN id = 1 THEN v = 'x' ELSE true END -- trailing",
      "(id % 2 = 0) /* even */ OR (id % 2 = 1)",
      "E'\\'' <> ') OR (1=1'",
      "\"v\" = 'x' OR \"id\" = 2",
      "CAST(id AS varchar) <> v",
  };
  PostgresServer server;
  server.execute(kSetUp);
  const DuckDbFile file;
  file.execute(kSetUp);
  WarehouseRunner postgres(server.url());
  WarehouseRunner duckdb(file.url());
  for (WarehouseRunner* runner : {&postgres, &duckdb}) {
    for (const char* filter : kFilters) {
      CAPTURE(filter);
      TableDiffRequest asked = request();
      asked.filter = filter;
      CHECK(refusal(*runner, asked).empty());
    }
  }
}
