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
    Statement statement;
    statement.sql = endless(name);
    const auto start = std::chrono::steady_clock::now();
    // with_timeout cancels the coroutine as the end of a run does.
    CHECK_THROWS_AS(engine.runner->run(with_timeout(std::chrono::milliseconds(200), "test",
                                                    engine.runner->warehouse().query(statement))),
                    Error);
    CHECK(engine.runner->query("SELECT 1 AS one").rows[0][0] == Value(std::int64_t{1}));
    if (std::string(name) == "postgres") {
      while (
          server().value(
              "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND state = 'active' "
              "AND pid <> pg_backend_pid()") != "0") {
      }
    }
    // A tenth of a second on a quiet machine.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
  }
}

TEST_CASE("a server that answers no cancel request holds up nothing, and cancels once it answers") {
  using std::chrono::seconds;
  using std::chrono::steady_clock;
  PostgresServer own;
  auto runner = std::make_unique<WarehouseRunner>(own.url());
  const auto stop_one = [](Warehouse& warehouse, const PostgresServer& postgres) -> Awaitable<bool> {
    const std::unique_ptr<Session> session = co_await warehouse.open_session("test");
    postgres.hang();
    Statement statement;
    statement.sql = endless("postgres");
    const auto start = steady_clock::now();
    try {
      co_await with_timeout(std::chrono::milliseconds(200), "test", session->query(statement));
    } catch (const Error&) {
      CHECK(steady_clock::now() - start < seconds(2));
    }
    co_return true;
  };
  CHECK(runner->run(stop_one(runner->warehouse(), own)));
  const auto start = steady_clock::now();
  const auto use_pool = [](BlockingPool& pool) -> Awaitable<bool> {
    for (int i = 0; i < 4; ++i) co_await run_blocking(pool, [] { return true; });
    co_return true;
  };
  CHECK(runner->run(use_pool(runner->pool())));
  CHECK(steady_clock::now() - start < seconds(1));
  runner.reset();
  CHECK(steady_clock::now() - start < seconds(4));
  own.go_on();
  const std::string running =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND state = 'active' AND pid "
      "<> pg_backend_pid()";
  const auto resumed = steady_clock::now();
  while (own.value(running) != "0" && steady_clock::now() - resumed < seconds(10)) ::usleep(20'000);
  CHECK(own.value(running) == "0");
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

TEST_CASE("what is committed while a session is open is not seen in it") {
  Engine engine("postgres");
  engine.execute("CREATE TABLE a (id integer); INSERT INTO a VALUES (1)");
  const std::unique_ptr<Session> session =
      engine.runner->run(engine.runner->warehouse().open_session("test"));
  const auto count = [&](Session& where) {
    Statement statement;
    statement.sql = "SELECT count(*) FROM a";
    return engine.runner->run(where.query(std::move(statement))).rows.at(0).at(0);
  };
  CHECK(count(*session) == Value(std::int64_t{1}));
  engine.execute("INSERT INTO a VALUES (2)");
  CHECK(count(*session) == Value(std::int64_t{1}));
  const std::unique_ptr<Session> later = engine.runner->run(engine.runner->warehouse().open_session("test"));
  CHECK(count(*later) == Value(std::int64_t{2}));
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
  const auto end = [&] { engine.runner->query("SELECT pg_terminate_backend(pg_backend_pid())"); };
  CHECK_THROWS_AS(end(), WarehouseLost);
  // Who did it, rather than that the server may be down.
  CHECK(error_of(end).problem() == "terminating connection due to administrator command (SQL state 57P01)");
  CHECK(engine.runner->query("SELECT 1").rows.size() == 1);
}

TEST_CASE("an error that a view or a filter raises is no word of the warehouse's, whatever it says") {
  struct Case {
    const char* engine;
    const char* raised;  // a SQL state or a text
  };
  const Case cases[] = {
      {"postgres", "57P01"},
      {"postgres", "57P03"},
      {"postgres", "08006"},
      {"postgres", "53300"},
      {"postgres", "25P03"},
      {"postgres", "53200"},
      {"postgres", "57014"},
      {"duckdb", "IO Error: Could not set lock on file"},
      {"duckdb", "Out of Memory Error: failed"},
      {"duckdb", "INTERRUPT Error: Interrupted!"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.raised);
    Engine engine(c.engine);
    const bool is_postgres = std::string(c.engine) == "postgres";
    if (is_postgres) {
      engine.execute(
          "CREATE FUNCTION boom() RETURNS integer LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'x' USING "
          "ERRCODE = '" +
          std::string(c.raised) + "'; END$$");
    }
    const std::string sql = is_postgres ? "SELECT boom()" : "SELECT error('" + std::string(c.raised) + "')";
    const Error error = error_of([&] { engine.runner->query(sql); });
    CHECK(error.error_class() == ErrorClass::remote_final);
    const SessionLevel level = engine.runner->warehouse().session_level();
    CHECK(level.now == level.limit);
  }
}

TEST_CASE("a connection that a function makes to elsewhere and loses is not the warehouse lost") {
  Engine engine("postgres");
  engine.execute(
      "CREATE EXTENSION IF NOT EXISTS dblink; CREATE VIEW far AS SELECT * FROM "
      "dblink('host=127.0.0.1 port=1 dbname=x', 'SELECT 1') AS t(id integer)");
  const Error error = error_of([&] { engine.runner->query("SELECT * FROM far"); });
  CHECK(error.error_class() == ErrorClass::remote_final);
  CHECK(error.problem().find("08001") != std::string::npos);
}

TEST_CASE("a DuckDB child that is killed is a transient error, and the next statement starts a new one") {
  Engine engine("duckdb");
  engine.execute("CREATE TABLE a (id integer)");
  const auto session = engine.runner->run(engine.runner->warehouse().open_session("test"));
  Statement statement;
  statement.sql = "SELECT 1 AS one";
  engine.runner->run(session->query(statement));
  kill_duckdb_helpers();
  CHECK(error_of([&] { engine.runner->run(session->query(statement)); }).error_class() ==
        ErrorClass::remote_transient);
  CHECK(engine.runner->run(session->query(statement)).rows.size() == 1);
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
