// Connections to real servers: TLS, sockets, limits, servers that are full, silent, away or restarted.

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "../net/test_certificates.hpp"
#include "net/error.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;
using test::PostgresServer;
using test::WarehouseRunner;

template <class Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  return Error(ErrorClass::internal, "unreachable");
}

PostgresServer& server() {
  static PostgresServer instance;
  return instance;
}

std::string one_text(WarehouseRunner& runner, const std::string& sql) {
  const Value value = runner.query(sql).rows.at(0).at(0);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return std::get<std::string>(value);
}

TableDiffRequest request(const std::string& prod, const std::string& pr) {
  TableDiffRequest out;
  out.prod = parse_relation(prod);
  out.pr = parse_relation(pr);
  out.key.emplace_back("id");
  return out;
}

// A host that takes connections and says nothing.
struct SilentServer {
  SilentServer() : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    REQUIRE(::inet_pton(AF_INET, host, &address.sin_addr) == 1);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(fd, 16) == 0);
    REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = std::to_string(ntohs(address.sin_port));
  }
  ~SilentServer() { ::close(fd); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  static constexpr const char* host = "127.0.0.9";
  int fd;
  std::string port;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("TLS: the CA and the name are checked as sslmode says, and a refusal says what to set") {
  const test::Certificates certificates;
  const test::Certificates others;
  PostgresServer own;
  own.stop();
  own.put_file("server.crt", certificates.localhost().certificate_file);
  own.put_file("server.key", certificates.localhost().key_file);
  own.write_hba("local all all trust\nhostssl all all 127.0.0.1/32 trust\n");
  own.start({"ssl=on"});
  const std::string base = "postgresql://admin@";
  const std::string rest = ":" + std::to_string(own.port()) + "/test";
  const std::string by_name = base + "localhost" + rest + "?hostaddr=127.0.0.1&";
  const std::string encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  for (const std::string mode : {"verify-full", "verify-ca", "require", "prefer"}) {
    CAPTURE(mode);
    WarehouseRunner runner(by_name + "sslmode=" + mode + "&sslrootcert=" + certificates.ca_file());
    CHECK(one_text(runner, encrypted) == "true");
  }
  struct Case {
    std::string url;
    const char* problem;
    const char* hint;
  };
  const Case cases[] = {
      {by_name + "sslmode=verify-full&sslrootcert=" + others.ca_file(), "SSL error", "give its CA's file"},
      {by_name + "sslmode=verify-full&sslrootcert=/no/such/ca.pem", "root certificate file", "sslrootcert"},
      {base + "elsewhere.test" + rest +
           "?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=" + certificates.ca_file(),
       "does not match host name", "sslmode=verify-ca"},
      {by_name + "sslrootcert=system", "SSL error", "give its CA's file"},
      {by_name + "sslrootcert=system&sslmode=verify-ca", "does not go with sslmode=verify-ca", "verify-full"},
      {by_name + "sslmode=disable", "no encryption", "the server wants TLS: set sslmode=require"},
      {by_name + "sslmode=sometimes", "invalid sslmode value", "verify-full"},
      {by_name + "sslmod=require", "invalid connection option", "check the connection's settings"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.url);
    WarehouseRunner runner(c.url);
    const Error error = error_of([&] { runner.query("SELECT 1"); });
    CAPTURE(std::string(error.what()));
    CHECK(error.error_class() == ErrorClass::configuration);
    CHECK(contains(error.problem(), c.problem));
    CHECK(contains(error.hint(), c.hint));
    CHECK_FALSE(contains(error.what(), "LOCATION"));
  }
}

TEST_CASE("a server without TLS is said to have none") {
  WarehouseRunner runner(server().url() + "?sslmode=require");
  const Error error = error_of([&] { runner.query("SELECT 1"); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(contains(error.problem(), "does not support SSL"));
  // No advice to send passwords in the open without a word.
  CHECK_FALSE(contains(error.hint(), "sslmode=prefer"));
}

TEST_CASE("a silent host of several, or a silent address of one, costs connect_timeout and no more") {
  const SilentServer silent;
  const std::string port = std::to_string(server().port());
  const std::string ports = "port=" + silent.port + "," + port;
  const std::string both = std::string(silent.host) + ",127.0.0.1";
  for (const std::string& url :
       {"postgresql://admin@127.0.0.9:" + silent.port + ",127.0.0.1:" + port + "/test?connect_timeout=1",
        "postgresql://admin@/test?host=" + both + "&" + ports + "&connect_timeout=1",
        "postgresql://admin@/test?host=db,db&hostaddr=" + both + "&" + ports + "&connect_timeout=1",
        "postgresql://admin@/test?hostaddr=" + both + "&" + ports + "&connect_timeout=1",
        "postgresql://admin@/test?host=127.0.0.9,localhost&" + ports +
            "&connect_timeout=1&target_session_attrs=prefer-standby"}) {
    CAPTURE(url);
    const auto start = std::chrono::steady_clock::now();
    WarehouseRunner runner(url);
    CHECK(one_text(runner, "SELECT 1") == "1");
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  }
}

TEST_CASE("connect_timeout of a URL is in seconds, and a server that stays silent is lost after it") {
  const SilentServer silent;
  WarehouseRunner runner("postgresql://admin@127.0.0.9:" + silent.port + "/test?connect_timeout=1");
  const auto ask = [&] { runner.query("SELECT 1"); };
  const auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(ask(), WarehouseLost);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(error_of(ask).what() ==
        "postgresql 127.0.0.9:" + silent.port +
            "/test: connecting: no answer within 1 s (check host, port and firewall)");
  for (const std::string wrong : {"soon", "1s", "-1", "9999999999"})
    CHECK_THROWS_AS(parse_warehouse_url("postgresql://h/d?connect_timeout=" + wrong), Error);
}

TEST_CASE("a role that may not be taken on is named with the grant that is missing") {
  server().execute("CREATE ROLE boss; CREATE ROLE plain LOGIN");
  WarehouseRunner runner(server().url("plain") + "?options=-c%20role%3Dboss");
  const Error error = error_of([&] { runner.query("SELECT 1"); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(contains(error.problem(), "permission denied to set role"));
  CHECK(error.hint() == "GRANT \"boss\" TO \"plain\", or leave the setting role out");
}

TEST_CASE("connections that nobody uses are closed after a while, without a further statement") {
  server().execute("CREATE ROLE idler LOGIN");
  const std::string count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'idler'";
  WarehouseOptions options = parse_warehouse_url(server().url("idler"));
  std::get<PostgresOptions>(options).max_idle = std::chrono::milliseconds(300);
  WarehouseRunner runner(std::move(options));
  runner.query("SELECT 1");
  runner.warehouse().close_idle();
  CHECK(server().value(count) == "1");
  ::usleep(400'000);
  runner.warehouse().close_idle();
  const auto start = std::chrono::steady_clock::now();
  while (server().value(count) != "0" && std::chrono::steady_clock::now() - start < std::chrono::seconds(10))
    ::usleep(20'000);
  CHECK(server().value(count) == "0");
}

TEST_CASE("the system's certificates are never a connection without TLS") {
  WarehouseRunner runner(server().url() + "?sslrootcert=system");
  const Error error = error_of([&] { runner.query("SELECT 1"); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(contains(error.problem(), "does not support SSL"));
}

TEST_CASE("a Unix socket is a host") {
  WarehouseRunner runner("postgresql://admin@/test?port=" + std::to_string(server().port()) +
                         "&host=" + server().socket_folder());
  CHECK(one_text(runner, "SELECT inet_server_addr() IS NULL") == "true");
}

TEST_CASE(
    "production and pull request in two schemas are compared; in two databases the error says why not") {
  server().execute(
      "DROP SCHEMA IF EXISTS prod CASCADE; DROP SCHEMA IF EXISTS pr_7 CASCADE; CREATE SCHEMA prod; CREATE "
      "SCHEMA pr_7;"
      "CREATE TABLE prod.a AS SELECT 1 AS id, 2 AS v; CREATE TABLE pr_7.a AS SELECT 1 AS id, 3 AS v");
  WarehouseRunner runner(server().url());
  CHECK(runner.diff(request("prod.a", "\"test\".\"pr_7\".\"a\"")).rows.changed == 1);
  const Error error = error_of([&] { runner.diff(request("\"elsewhere\".\"prod\".\"a\"", "pr_7.a")); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(contains(error.hint(), "reads one database"));
}

TEST_CASE("a session's settings and its name are its own, and a pooled connection forgets them") {
  WarehouseRunner runner(server().url() + "?work_mem=7MB&lock_timeout=3s");
  const auto story = [&]() -> Awaitable<bool> {
    const auto setting = [](Session& session, std::string name) -> Awaitable<std::string> {
      Statement statement;
      statement.sql = "SELECT current_setting('" + name + "')";
      const ResultSet result = co_await session.query(std::move(statement));
      co_return std::get<std::string>(result.rows.at(0).at(0));
    };
    for (const std::string tag : {"acme/shop#7 abc1234 orders", "it's */ a \n \"tag\"; DROP"}) {
      const auto session = co_await runner.warehouse().open_session(tag);
      CHECK(co_await setting(*session, "work_mem") == "7MB");
      CHECK(co_await setting(*session, "lock_timeout") == "3s");
      // A statement ends with its client, however that ended.
      CHECK(co_await setting(*session, "client_connection_check_interval") == "2s");
      CHECK(co_await setting(*session, "transaction_read_only") == "on");
      CHECK(co_await setting(*session, "transaction_isolation") == "repeatable read");
      const std::string name = co_await setting(*session, "application_name");
      CHECK(name == (tag.starts_with("acme") ? "diffgate acme/shop#7 abc1234 orders"
                                             : "diffgate it_s _/ a _ _tag__ DROP"));
    }
    co_return true;
  };
  CHECK(runner.run(story()));
  WarehouseRunner wrong(server().url() + "?work_mem=much");
  const Error error = error_of([&] { wrong.query("SELECT 1"); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(contains(error.hint(), "work_mem"));
}

TEST_CASE("no more sessions than the limit are open at once, and all get their turn") {
  WarehouseRunner runner(server().url() + "?concurrency=2");
  std::size_t open = 0;
  std::size_t most = 0;
  std::size_t done = 0;
  const auto work = [&]() -> Awaitable<void> {
    const auto session = co_await runner.warehouse().open_session("limit");
    most = std::max(most, ++open);
    co_await session->query({.sql = "SELECT pg_sleep(0.01)", .tag = {}});
    --open;
    ++done;
  };
  const auto story = [&]() -> Awaitable<bool> {
    TaskGroup group(co_await asio::this_coro::executor, [](const std::string&, const std::exception_ptr&) {});
    for (int i = 0; i < 9; ++i) group.spawn("work", work());
    co_return co_await group.wait(std::chrono::seconds(60));
  };
  CHECK(runner.run(story()));
  CHECK(done == 9);
  CHECK(most == 2);
}

TEST_CASE("a server that takes three connections makes three sessions of eight, and every diff succeeds") {
  server().execute(
      "CREATE ROLE few LOGIN CONNECTION LIMIT 3;"
      "DROP SCHEMA IF EXISTS small CASCADE; CREATE SCHEMA small; GRANT USAGE ON SCHEMA small TO few;"
      "CREATE TABLE small.a AS SELECT i AS id, i AS v FROM generate_series(1, 5000) i;"
      "CREATE TABLE small.b AS SELECT id, v + 1 AS v FROM small.a;"
      "GRANT SELECT ON ALL TABLES IN SCHEMA small TO few");
  std::vector<SessionLevel> levels;
  WarehouseOptions options = parse_warehouse_url(server().url("few") + "?concurrency=8");
  // Those beyond three wait for longer than this.
  std::get<PostgresOptions>(options).patience = std::chrono::milliseconds(500);
  std::get<PostgresOptions>(options).on_session_level = [&levels](const SessionLevel& level) {
    levels.push_back(level);
  };
  WarehouseRunner runner(options);
  std::size_t done = 0;
  std::vector<std::string> errors;
  const auto diff_once = [](Warehouse& warehouse, std::size_t& count) -> Awaitable<void> {
    const TableDiff diff = co_await diff_tables(warehouse, request("small.a", "small.b"));
    CHECK(diff.rows.changed == 5000);
    ++count;
  };
  TaskGroup group(runner.io().get_executor(), [&](const std::string&, const std::exception_ptr& error) {
    errors.push_back(error_line(error));
  });
  for (int i = 0; i < 30; ++i) group.spawn("diff", diff_once(runner.warehouse(), done));
  CHECK(runner.run(group.wait(std::chrono::seconds(120))));
  CHECK(errors == std::vector<std::string>{});
  CHECK(done == 30);
  REQUIRE_FALSE(levels.empty());
  CHECK(runner.warehouse().session_level().now == 3);
  CHECK(runner.warehouse().session_level().limit == 8);
}

TEST_CASE("statements that come too late make fewer sessions") {
  WarehouseRunner runner(server().url() + "?concurrency=4");
  const auto late = [](Warehouse& warehouse, int& count) -> Awaitable<void> {
    Statement statement;
    statement.sql = "SELECT pg_sleep(60)";
    statement.timeout = std::chrono::milliseconds(100);
    try {
      co_await warehouse.query(std::move(statement));
    } catch (const WarehouseOverloaded&) {
      ++count;
    }
  };
  int overloads = 0;
  TaskGroup group(runner.io().get_executor(), [](const std::string&, const std::exception_ptr&) {});
  for (int i = 0; i < 4; ++i) group.spawn("late", late(runner.warehouse(), overloads));
  CHECK(runner.run(group.wait(std::chrono::seconds(60))));
  CHECK(overloads == 4);
  CHECK(runner.warehouse().session_level().now == 2);
}

TEST_CASE("a server without a free connection is waited for, and is said to be full if that does not help") {
  server().execute("DROP ROLE IF EXISTS narrow; CREATE ROLE narrow LOGIN CONNECTION LIMIT 1");
  WarehouseRunner holder(server().url("narrow"));
  const auto wait_in_line = [&](std::chrono::milliseconds patience) {
    WarehouseOptions options = parse_warehouse_url(server().url("narrow"));
    std::get<PostgresOptions>(options).patience = patience;
    return options;
  };
  const auto full = [&]() -> Awaitable<bool> {
    const auto held = co_await holder.warehouse().open_session("holder");
    WarehouseRunner late(wait_in_line(std::chrono::milliseconds(150)));
    const Error error = error_of([&] { late.query("SELECT 1"); });
    CHECK(error.error_class() == ErrorClass::remote_transient);
    CHECK(contains(error.problem(), "53300"));
    CHECK(contains(error.hint(), "lower concurrency"));
    co_return true;
  };
  CHECK(holder.run(full()));
  // The one connection ends while the other side waits for it.
  auto gone = std::make_unique<WarehouseRunner>(server().url("narrow"));
  server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'narrow'");
  const auto until_free = [&]() -> Awaitable<bool> {
    auto held = co_await gone->warehouse().open_session("holder");
    std::jthread ends([] {
      ::usleep(300'000);
      server().execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'narrow'");
    });
    WarehouseRunner late(wait_in_line(std::chrono::milliseconds(60'000)));
    CHECK(late.query("SELECT 1").rows.size() == 1);
    ends.join();
    co_return true;
  };
  CHECK(gone->run(until_free()));
}

TEST_CASE("a diff whose connection is ended in its middle is made once more, from the beginning") {
  server().execute(
      "DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a AS SELECT g AS id, g AS v FROM "
      "generate_series(1, "
      "100) g; CREATE TABLE b AS SELECT g AS id, g + 1 AS v FROM generate_series(1, 100) g");
  // The filter holds the diff's statement until somebody unlocks; the name tells it from the others.
  server().execute(
      "CREATE OR REPLACE FUNCTION hold() RETURNS boolean LANGUAGE sql AS "
      "'SELECT pg_sleep(1) IS NOT NULL'");
  WarehouseRunner runner(server().url());
  TableDiffRequest held = request("a", "b");
  held.filter = "(SELECT hold())";
  held.tag = "victim";
  std::jthread killer([] {
    for (int killed = 0; killed == 0;) {
      ::usleep(20'000);
      killed = std::stoi(server().value(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE "
          "'%victim%' AND query LIKE '%hold()%' AND state = 'active'"));
    }
  });
  const TableDiff diff = runner.diff(held);
  killer.join();
  CHECK(diff.rows.changed == 100);
}

TEST_CASE("a server that restarts under a diff is waited for, and the diff is made once more") {
  PostgresServer own;
  own.execute(
      "CREATE TABLE a AS SELECT 1 AS id, 1 AS v; CREATE TABLE b AS SELECT 1 AS id, 2 AS v;"
      "CREATE FUNCTION hold() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(1) IS NOT NULL'");
  own.execute("CHECKPOINT");  // the server is stopped as by a crash
  WarehouseRunner runner(own.url());
  CHECK(runner.query("SELECT 1").rows.size() == 1);
  TableDiffRequest held = request("a", "b");
  held.filter = "(SELECT hold())";
  // On this thread, because a server ends with the thread that has started it.
  TableDiff diff;
  std::jthread differ([&] { diff = runner.diff(held); });
  while (
      own.value(
          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%hold()%' AND state = 'active' AND pid <> "
          "pg_backend_pid()") == "0") {
    ::usleep(20'000);
  }
  own.stop();
  ::usleep(500'000);
  own.start();
  differ.join();
  CHECK(diff.rows.changed == 1);
}

TEST_CASE("a server that stays away is a lost warehouse, in one line") {
  PostgresServer own;
  own.execute("CREATE TABLE a AS SELECT 1 AS id");
  WarehouseOptions options = parse_warehouse_url(own.url());
  std::get<PostgresOptions>(options).patience = std::chrono::milliseconds(200);
  WarehouseRunner runner(std::move(options));
  CHECK(runner.query("SELECT 1").rows.size() == 1);
  own.stop();
  const auto lost = [&] { runner.diff(request("a", "a")); };
  CHECK_THROWS_AS(lost(), WarehouseLost);
  const std::string line = error_of(lost).what();
  CAPTURE(line);
  CHECK(contains(line, "refused"));
  CHECK_FALSE(contains(line, "\n"));
}

TEST_CASE("a table that others have locked is given up after lock_timeout, with its name for it") {
  server().execute("DROP TABLE IF EXISTS a; CREATE TABLE a AS SELECT 1 AS id");
  WarehouseRunner holder(server().url());
  WarehouseRunner runner(server().url() + "?lock_timeout=100ms");
  std::jthread locks([] { server().execute("BEGIN; LOCK TABLE a; SELECT pg_sleep(2); COMMIT"); });
  while (server().value(
             "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = "
             "to_regclass('a')") == "0") {
  }
  const Error error = error_of([&] { runner.query("SELECT count(*) FROM a"); });
  locks.join();
  CHECK(error.error_class() == ErrorClass::remote_transient);
  CHECK(contains(error.hint(), "lock_timeout"));
}
