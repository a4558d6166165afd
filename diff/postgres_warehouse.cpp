#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "diff/connectors.hpp"
#include "diff/dialect.hpp"
#include "diff/postgres_connection.hpp"
#include "diff/postgres_errors.hpp"
#include "diff/results.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a connection may lie unused and still be tried again.
constexpr milliseconds kMaxIdle{300'000};
// What the client waits beyond the server's own statement timeout.
constexpr milliseconds kGrace{5'000};

struct IdleConnection {
  std::unique_ptr<PostgresConnection> connection;
  steady_clock::time_point since;
};

// The connections of one warehouse. Sessions hold it, so that they may outlive the warehouse.
struct ConnectionPool {
  ConnectionPool(const asio::any_io_executor& executor, BlockingPool& blocking_pool,
                 PostgresOptions the_options)
      : blocking(blocking_pool),
        options(std::move(the_options)),
        slots(executor, std::max<std::size_t>(options.concurrency, 1)) {}

  // The freshest connection that may still be good, or none.
  std::unique_ptr<PostgresConnection> take_idle() {
    while (!idle.empty()) {
      IdleConnection last = std::move(idle.back());
      idle.pop_back();
      if (steady_clock::now() - last.since < kMaxIdle && last.connection->is_usable())
        return std::move(last.connection);
    }
    return nullptr;
  }

  void give_back(std::unique_ptr<PostgresConnection> connection) {
    if (connection && connection->send_rollback())
      idle.push_back({std::move(connection), steady_clock::now()});
  }

  BlockingPool& blocking;
  PostgresOptions options;
  Semaphore slots;
  std::vector<IdleConnection> idle;
  bool has_connected = false;
  bool exports_snapshots = true;  // until the server has refused once
};

// pg_export_snapshot() is of 9.2; Redshift, which has forked off before, has nothing like it.
constexpr int kExportsSnapshots = 90'200;

// Everything that makes two sessions give different texts or plans for the same data is set, and only until
// the transaction ends, so that nothing a filter changes outlives it. A session may be idle for as long as a
// statement of its sibling runs.
constexpr std::string_view kPostgresSettings =
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';"
    "SET LOCAL standard_conforming_strings = on; SET LOCAL idle_in_transaction_session_timeout = '1h';"
    "SET LOCAL jit = off;";

// Redshift has few of these settings, and locks nobody out for reading.
constexpr std::string_view kRedshiftSettings =
    "SET LOCAL TimeZone TO 'UTC'; SET LOCAL DateStyle TO 'ISO, YMD'; SET LOCAL extra_float_digits TO 2;";

struct NewSession {
  std::string tag;
  std::string snapshot;  // as pg_export_snapshot() names it; empty for one of this transaction's own
};

std::string place_of(const PostgresOptions& options) {
  std::string host;
  for (const auto& [key, value] : options.parameters) {
    if (key == "host" || (key == "hostaddr" && host.empty())) host = value;
  }
  return host.empty() ? "postgresql" : "postgresql " + host;
}

std::string application_name(const PostgresOptions& options, const std::string& tag) {
  constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1
  std::string name = options.application_name;
  for (const auto& [key, value] : options.parameters) {
    if (key == "application_name") name = value;
  }
  if (!tag.empty()) name += " " + tag;
  return plain_tag(name, kLongestName);
}

std::string begin_statements(const PostgresOptions& options, const NewSession& session) {
  const Dialect& dialect = postgres_dialect();
  const auto text = [&](const std::string& value) { return literal(dialect, value).text(); };
  const std::string name = text(application_name(options, session.tag));
  if (options.engine == PostgresOptions::Engine::redshift)
    return fmt::format("BEGIN READ ONLY; {} SET LOCAL query_group TO {}", kRedshiftSettings, name);
  std::string out = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";
  if (!session.snapshot.empty()) out += "SET TRANSACTION SNAPSHOT " + text(session.snapshot) + ";";
  return out + fmt::format(
                   "{} SET LOCAL lock_timeout = {}; SET LOCAL work_mem = {}; SET LOCAL application_name = {}",
                   kPostgresSettings, options.lock_timeout.count(), text(options.work_mem), name);
}

// A server may be reached and yet not take the session: it goes down, or refuses a setting.
Awaitable<void> begin(const ConnectionPool& pool, PostgresConnection& connection, const NewSession& session) {
  try {
    co_await with_timeout(pool.options.connect_timeout, "postgresql session",
                          connection.execute(begin_statements(pool.options, session)));
  } catch (const Error& error) {
    throw_as_setting(error);
  }
}

// An idle connection may have died with its server; then a new one is made.
Awaitable<bool> try_begin(const ConnectionPool& pool, PostgresConnection& connection,
                          const NewSession& session) {
  try {
    co_await begin(pool, connection, session);
    co_return true;
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::remote_transient) throw;
    co_return false;
  }
}

Awaitable<std::unique_ptr<PostgresConnection>> reach(ConnectionPool& pool) {
  try {
    co_return co_await with_timeout(pool.options.connect_timeout, "connecting",
                                    PostgresConnection::connect(pool.blocking, pool.options));
  } catch (const WarehouseLost&) {
    throw;
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::remote_transient) throw;
    throw WarehouseLost(error.problem(), place_of(pool.options), "check host, port and firewall");
  }
}

Awaitable<std::unique_ptr<PostgresConnection>> connect(ConnectionPool& pool, const NewSession& session) {
  std::unique_ptr<PostgresConnection> connection = co_await reach(pool);
  co_await begin(pool, *connection, session);
  pool.has_connected = true;
  co_return connection;
}

// Gives a server time that is starting or full, or that has been there before and is away.
Awaitable<std::unique_ptr<PostgresConnection>> connect_patiently(ConnectionPool& pool,
                                                                 const NewSession& session) {
  constexpr milliseconds kFirstDelay{100};
  constexpr milliseconds kLongestDelay{2'000};
  const auto deadline = steady_clock::now() + pool.options.patience;
  SystemClock clock;
  for (milliseconds delay = kFirstDelay;; delay = std::min(delay * 2, kLongestDelay)) {
    try {
      co_return co_await connect(pool, session);
    } catch (const WarehouseLost& lost) {
      const bool is_worth_it = lost.comes_soon() || pool.has_connected;
      if (!is_worth_it || steady_clock::now() + delay > deadline) throw;
    }
    co_await clock.sleep_for(delay);
  }
}

// A connection in a transaction of its own. `pool` and `session` outlive the call.
Awaitable<std::unique_ptr<PostgresConnection>> open_connection(ConnectionPool& pool,
                                                               const NewSession& session) {
  while (std::unique_ptr<PostgresConnection> idle = pool.take_idle()) {
    if (co_await try_begin(pool, *idle, session)) co_return idle;
  }
  co_return co_await connect_patiently(pool, session);
}

class PostgresSession final : public Session {
 public:
  PostgresSession(std::shared_ptr<ConnectionPool> pool, Semaphore::Permit permit,
                  std::unique_ptr<PostgresConnection> connection, NewSession session)
      : pool_(std::move(pool)),
        permit_(std::move(permit)),
        connection_(std::move(connection)),
        session_(std::move(session)) {}
  ~PostgresSession() override { pool_->give_back(std::move(connection_)); }
  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;

  Awaitable<ResultSet> query(Statement statement) override {
    check_open();
    has_read_ = true;
    const milliseconds limit = statement.timeout + kGrace;
    co_return co_await guarded(with_timeout(limit, "postgresql statement", run(std::move(statement))));
  }

  Awaitable<std::unique_ptr<Session>> sibling() override {
    check_open();
    std::optional<Semaphore::Permit> permit = pool_->slots.try_acquire();
    if (!permit || !pool_->exports_snapshots || connection_->server_version() < kExportsSnapshots)
      co_return nullptr;
    const milliseconds limit = pool_->options.connect_timeout;
    const bool is_exported = co_await guarded(with_timeout(limit, "postgresql snapshot", export_snapshot()));
    if (!is_exported) co_return nullptr;
    auto connection = co_await second_connection();
    if (!connection) co_return nullptr;
    // Who wants a sibling of the sibling gets it by an export of that one's own.
    auto sibling = std::make_unique<PostgresSession>(pool_, std::move(*permit), std::move(connection),
                                                     NewSession{session_.tag, {}});
    sibling->has_read_ = true;
    co_return sibling;
  }

 private:
  void check_open() const {
    if (!connection_)
      throw WarehouseLost("the session is gone after a time-out or a lost connection", "postgresql",
                          "begin anew");
  }

  template <class T>
  Awaitable<T> guarded(Awaitable<T> operation) {
    try {
      co_return co_await std::move(operation);
    } catch (...) {
      // Cancelled or late, the statement may still be running there: dropping the connection cancels it.
      if (!connection_->is_usable() || connection_->is_busy()) connection_.reset();
      throw;
    }
  }

  // False if the server refuses; then the session has begun anew, which it may as long as it has read
  // nothing.
  Awaitable<bool> export_snapshot() {
    if (!session_.snapshot.empty()) co_return true;
    try {
      const ResultSet result = co_await connection_->select("SELECT pg_catalog.pg_export_snapshot()", 1);
      session_.snapshot = text_of(result.rows.at(0).at(0));
      co_return true;
    } catch (const Error& error) {
      if (has_read_ || error.error_class() == ErrorClass::remote_transient) throw;
    }
    pool_->exports_snapshots = false;
    co_await connection_->execute("ROLLBACK");
    co_await connection_->execute(begin_statements(pool_->options, session_));
    timeout_ = milliseconds{-1};
    co_return false;
  }

  // Null if the server has no connection left for it.
  Awaitable<std::unique_ptr<PostgresConnection>> second_connection() {
    try {
      co_return co_await open_connection(*pool_, session_);
    } catch (const Error& error) {
      if (error.error_class() != ErrorClass::remote_transient) throw;
    }
    co_return nullptr;
  }

  Awaitable<ResultSet> run(Statement statement) {
    if (statement.timeout != timeout_) {
      co_await connection_->execute(
          fmt::format("SET LOCAL statement_timeout = {}", statement.timeout.count()));
      timeout_ = statement.timeout;
    }
    co_return co_await connection_->select(with_tag(statement), statement.max_rows);
  }

  std::shared_ptr<ConnectionPool> pool_;
  Semaphore::Permit permit_;
  std::unique_ptr<PostgresConnection> connection_;
  milliseconds timeout_{-1};
  NewSession session_;  // its snapshot: the one that was exported
  bool has_read_ = false;
};

class PostgresWarehouse final : public Warehouse {
 public:
  PostgresWarehouse(const asio::any_io_executor& executor, BlockingPool& pool, PostgresOptions options)
      : pool_(std::make_shared<ConnectionPool>(executor, pool, std::move(options))) {}

  const Dialect& dialect() const override {
    const bool is_redshift = pool_->options.engine == PostgresOptions::Engine::redshift;
    return is_redshift ? redshift_dialect() : postgres_dialect();
  }

  Awaitable<std::unique_ptr<Session>> open_session(std::string tag) override {
    const std::shared_ptr<ConnectionPool> pool = pool_;
    Semaphore::Permit permit = co_await pool->slots.acquire();
    NewSession session{std::move(tag), {}};
    std::unique_ptr<PostgresConnection> connection = co_await open_connection(*pool, session);
    co_return std::make_unique<PostgresSession>(pool, std::move(permit), std::move(connection),
                                                std::move(session));
  }

 private:
  std::shared_ptr<ConnectionPool> pool_;
};

}  // namespace

std::unique_ptr<Warehouse> create_postgres_warehouse(const asio::any_io_executor& executor,
                                                     BlockingPool& pool, PostgresOptions options) {
  return std::make_unique<PostgresWarehouse>(executor, pool, std::move(options));
}

}  // namespace diffgate::diff
