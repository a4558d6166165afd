#include <fmt/format.h>

#include <vector>

#include "diff/connectors.hpp"
#include "diff/dialect.hpp"
#include "diff/postgres_connection.hpp"
#include "diff/results.hpp"
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
  bool exports_snapshots = true;  // until the server has refused once
};

// pg_export_snapshot() is of 9.2; Redshift, which has forked off before, has nothing like it.
constexpr int kExportsSnapshots = 90'200;

// Everything that makes two sessions give different texts or plans for the same data is set, and only until
// the transaction ends, so that nothing a filter changes outlives it. A session may be idle for as long as a
// statement of its sibling runs. `snapshot` as pg_export_snapshot()
// names it, or empty for one of this transaction's own.
std::string begin_statements(const PostgresOptions& options, const std::string& snapshot) {
  std::string out = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";
  if (!snapshot.empty())
    out += "SET TRANSACTION SNAPSHOT " + literal(postgres_dialect(), snapshot).text() + ";";
  return out +
         "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';"
         "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL "
         "standard_conforming_strings = on;"
         "SET LOCAL lock_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '1h';"
         "SET LOCAL jit = off; SET LOCAL work_mem = " +
         literal(postgres_dialect(), options.work_mem).text();
}

Awaitable<void> begin(const ConnectionPool& pool, PostgresConnection& connection,
                      const std::string& snapshot) {
  co_await with_timeout(pool.options.connect_timeout, "postgresql session",
                        connection.execute(begin_statements(pool.options, snapshot)));
}

// An idle connection may have died with its server; then a new one is made.
Awaitable<bool> try_begin(const ConnectionPool& pool, PostgresConnection& connection,
                          const std::string& snapshot) {
  try {
    co_await begin(pool, connection, snapshot);
    co_return true;
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::remote_transient) throw;
    co_return false;
  }
}

// A connection in a transaction of its own. `pool` and `snapshot` outlive the call.
Awaitable<std::unique_ptr<PostgresConnection>> open_connection(ConnectionPool& pool,
                                                               const std::string& snapshot) {
  std::unique_ptr<PostgresConnection> connection = pool.take_idle();
  if (connection && !co_await try_begin(pool, *connection, snapshot)) connection.reset();
  if (!connection) {
    connection = co_await with_timeout(pool.options.connect_timeout, "connecting to postgresql",
                                       PostgresConnection::connect(pool.blocking, pool.options));
    co_await begin(pool, *connection, snapshot);
  }
  co_return connection;
}

class PostgresSession final : public Session {
 public:
  PostgresSession(std::shared_ptr<ConnectionPool> pool, Semaphore::Permit permit,
                  std::unique_ptr<PostgresConnection> connection)
      : pool_(std::move(pool)), permit_(std::move(permit)), connection_(std::move(connection)) {}
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
    auto sibling = std::make_unique<PostgresSession>(pool_, std::move(*permit), std::move(connection));
    sibling->has_read_ = true;
    co_return sibling;
  }

 private:
  void check_open() const {
    if (!connection_) throw Error(ErrorClass::internal, "the session was given up after a time-out");
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
    if (!snapshot_.empty()) co_return true;
    try {
      const ResultSet result = co_await connection_->select("SELECT pg_catalog.pg_export_snapshot()", 1);
      snapshot_ = text_of(result.rows.at(0).at(0));
      co_return true;
    } catch (const Error& error) {
      if (has_read_ || error.error_class() == ErrorClass::remote_transient) throw;
    }
    pool_->exports_snapshots = false;
    co_await connection_->execute("ROLLBACK");
    co_await connection_->execute(begin_statements(pool_->options, {}));
    timeout_ = milliseconds{-1};
    co_return false;
  }

  // Null if the server has no connection left for it.
  Awaitable<std::unique_ptr<PostgresConnection>> second_connection() {
    try {
      co_return co_await open_connection(*pool_, snapshot_);
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
  std::string snapshot_;
  bool has_read_ = false;
};

class PostgresWarehouse final : public Warehouse {
 public:
  PostgresWarehouse(const asio::any_io_executor& executor, BlockingPool& pool, PostgresOptions options)
      : pool_(std::make_shared<ConnectionPool>(executor, pool, std::move(options))) {}

  const Dialect& dialect() const override { return postgres_dialect(); }

  Awaitable<std::unique_ptr<Session>> open_session(std::string) override {
    const std::shared_ptr<ConnectionPool> pool = pool_;
    Semaphore::Permit permit = co_await pool->slots.acquire();
    std::unique_ptr<PostgresConnection> connection = co_await open_connection(*pool, {});
    co_return std::make_unique<PostgresSession>(pool, std::move(permit), std::move(connection));
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
