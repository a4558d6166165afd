// Sessions of both engines: cancelled, late, side by side, and when a server or DuckDB's child goes away.

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::PostgresServer;
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

// A statement that runs for minutes unless stopped.
std::string endless(const std::string& engine) {
  return engine == "postgres"
             ? "SELECT pg_sleep(300)"
             : "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7";
}

}  // namespace

TEST_CASE("a helper of DuckDB that can't start is the configuration's, and not a lost warehouse") {
  DuckDbOptions options;
  options.path = "/nonexistent.duckdb";
  options.helper_program = "/bin/false";
  WarehouseRunner runner(options);
  const Error error = error_of([&] { runner.query("SELECT 1"); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(std::string(error.what()) ==
        "false: the program did not start (run it by hand to see why: libduckdb.so must be beside it)");
}

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
