#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "diff/adaptive_slots.hpp"
#include "diff/connectors.hpp"
#include "diff/dialect.hpp"
#include "diff/postgres_connection.hpp"
#include "diff/postgres_errors.hpp"
#include "diff/results.hpp"
#include "diff/withheld.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What the client waits beyond the server's own statement timeout.
constexpr milliseconds kGrace{5'000};
// For the server's answer to a cancel request, at the end.
constexpr milliseconds kCancelPatience{2'000};

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
        slots(executor, options.concurrency, options.on_session_level) {}
  // A process that ends just then still gets its cancel requests out: it waits for its pool's jobs.
  ~ConnectionPool() {
    if (cancels->is_idle()) return;
    blocking.post([requests = cancels] { requests->wait(kCancelPatience); });
  }
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  void close_idle() {
    std::erase_if(idle, [this](const IdleConnection& unused) {
      return steady_clock::now() - unused.since >= options.max_idle || !unused.connection->is_usable();
    });
  }

  // The freshest connection that may still be good, or none.
  std::unique_ptr<PostgresConnection> take_idle() {
    close_idle();
    if (idle.empty()) return nullptr;
    IdleConnection last = std::move(idle.back());
    idle.pop_back();
    return std::move(last.connection);
  }

  void give_back(std::unique_ptr<PostgresConnection> connection) {
    if (connection && connection->send_rollback())
      idle.push_back({std::move(connection), steady_clock::now()});
  }

  BlockingPool& blocking;
  PostgresOptions options;
  std::shared_ptr<PostgresCancels> cancels = std::make_shared<PostgresCancels>();
  AdaptiveSlots slots;
  std::vector<IdleConnection> idle;
  std::size_t open_sessions = 0;
  std::size_t connecting = 0;
  bool has_connected = false;
};

// Everything that makes two sessions give different texts or plans for the same data is set, and only until
// the transaction ends, so that nothing a filter changes outlives it.
constexpr std::string_view kPostgresSettings =
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';"
    "SET LOCAL standard_conforming_strings = on; SET LOCAL idle_in_transaction_session_timeout = '1h';"
    "SET LOCAL jit = off;";

// Redshift has few of these settings, and locks nobody out for reading.
constexpr std::string_view kRedshiftSettings =
    "SET LOCAL TimeZone TO 'UTC'; SET LOCAL DateStyle TO 'ISO, YMD'; SET LOCAL extra_float_digits TO 2;";

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

// A client that is gone is otherwise noticed by the first row of the result, which may be hours away. Only
// where the server can tell: PostgreSQL 14, on Linux at least.
constexpr std::string_view kCheckClient =
    "; SELECT CASE WHEN pg_catalog.version() LIKE '%linux%' THEN "
    "pg_catalog.set_config('client_connection_check_interval', '2s', true) END";
constexpr int kChecksClients = 140'000;

std::string begin_statements(const PostgresOptions& options, const std::string& tag, int server_version) {
  const Dialect& dialect = postgres_dialect();
  const auto text = [&](const std::string& value) { return literal(dialect, value).text(); };
  const std::string name = text(application_name(options, tag));
  if (options.engine == PostgresOptions::Engine::redshift)
    return fmt::format("BEGIN READ ONLY; {} SET LOCAL query_group TO {}", kRedshiftSettings, name);
  return fmt::format(
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {} SET LOCAL lock_timeout = {}; SET LOCAL work_mem = "
      "{}; SET LOCAL application_name = {}{}",
      kPostgresSettings, options.lock_timeout.count(), text(options.work_mem), name,
      server_version >= kChecksClients ? kCheckClient : "");
}

// A server may be reached and yet not take the session: it goes down, or refuses a setting.
Awaitable<void> begin(const ConnectionPool& pool, PostgresConnection& connection, const std::string& tag) {
  try {
    co_await with_timeout(
        pool.options.connect_timeout, "postgresql session",
        connection.execute(begin_statements(pool.options, tag, connection.server_version())));
  } catch (const Error& error) {
    throw_as_setting(error);
  }
}

// An idle connection may have died with its server; then a new one is made.
Awaitable<bool> try_begin(const ConnectionPool& pool, PostgresConnection& connection,
                          const std::string& tag) {
  try {
    co_await begin(pool, connection, tag);
    co_return true;
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::remote_transient) throw;
    co_return false;
  }
}

Awaitable<std::unique_ptr<PostgresConnection>> reach(ConnectionPool& pool) {
  try {
    co_return co_await PostgresConnection::connect(pool.cancels, pool.options);
  } catch (const WarehouseLost&) {
    throw;
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::remote_transient) throw;
    throw WarehouseLost(error.problem(), place_of(pool.options), "check host, port and firewall");
  }
}

Awaitable<std::unique_ptr<PostgresConnection>> connect(ConnectionPool& pool, const std::string& tag) {
  struct Connecting {
    explicit Connecting(std::size_t& where) : count(where) { ++count; }
    ~Connecting() { --count; }
    Connecting(const Connecting&) = delete;
    Connecting& operator=(const Connecting&) = delete;
    std::size_t& count;
  } const counted(pool.connecting);
  std::unique_ptr<PostgresConnection> connection = co_await reach(pool);
  co_await begin(pool, *connection, tag);
  pool.has_connected = true;
  co_return connection;
}

// Null if there is none that the server still takes.
Awaitable<std::unique_ptr<PostgresConnection>> reuse(ConnectionPool& pool, const std::string& tag) {
  while (std::unique_ptr<PostgresConnection> idle = pool.take_idle()) {
    if (co_await try_begin(pool, *idle, tag)) co_return idle;
  }
  co_return nullptr;
}

// Until another session has given its connection back, but no longer than `limit`.
Awaitable<void> wait_for_idle(ConnectionPool& pool, milliseconds limit) {
  constexpr milliseconds kLook{50};
  SystemClock clock;
  for (milliseconds left = limit; left > milliseconds{0} && pool.idle.empty(); left -= kLook)
    co_await clock.sleep_for(std::min(left, kLook));
}

// A connection in a transaction of its own. Gives a server time that is starting or full, or that has been
// there before and is away. One that is full of our own sessions means fewer of them, not a failure: each
// leaves its connection to the next. `pool` and `slot` outlive the call.
Awaitable<std::unique_ptr<PostgresConnection>> open_connection(ConnectionPool& pool, std::string tag,
                                                               AdaptiveSlots::Slot& slot) {
  constexpr milliseconds kFirstDelay{100};
  constexpr milliseconds kLongestDelay{2'000};
  auto deadline = steady_clock::now() + pool.options.patience;
  for (milliseconds delay = kFirstDelay;; delay = std::min(delay * 2, kLongestDelay)) {
    if (std::unique_ptr<PostgresConnection> idle = co_await reuse(pool, tag)) co_return idle;
    try {
      co_return co_await connect(pool, tag);
    } catch (const WarehouseLost& lost) {
      const std::size_t ours = pool.open_sessions + pool.idle.size();
      if (lost.is_full() && ours > 0) {
        slot.refused(ours + pool.connecting);
        deadline = steady_clock::now() + pool.options.patience;
      } else {
        const bool is_worth_it = lost.comes_soon() || pool.has_connected;
        if (!is_worth_it || steady_clock::now() + delay > deadline) throw;
      }
    }
    co_await wait_for_idle(pool, delay);
  }
}

class PostgresSession final : public Session {
 public:
  PostgresSession(std::shared_ptr<ConnectionPool> pool, AdaptiveSlots::Slot slot,
                  std::unique_ptr<PostgresConnection> connection)
      : pool_(std::move(pool)), slot_(std::move(slot)), connection_(std::move(connection)) {
    ++pool_->open_sessions;
  }
  ~PostgresSession() override {
    --pool_->open_sessions;
    pool_->give_back(std::move(connection_));
  }
  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;

  Awaitable<ResultSet> query(Statement statement) override {
    if (!connection_) {
      throw WarehouseLost("the session is gone after a time-out or a lost connection", "postgresql",
                          "begin anew");
    }
    const bool is_lookup = statement.is_lookup;
    co_return co_await watched(slot_, is_lookup, limited(std::move(statement)));
  }

 private:
  Awaitable<ResultSet> limited(Statement statement) {
    try {
      const milliseconds limit = statement.timeout + kGrace;
      co_return co_await with_timeout(limit, "postgresql statement", run(std::move(statement)));
    } catch (const Error& error) {
      const bool is_late = connection_->is_usable() && connection_->is_busy();
      drop_if_unfit();
      if (is_late) throw_if_late(error);
      throw;
    } catch (...) {
      drop_if_unfit();
      throw;
    }
  }

  // Cancelled or late, the statement may still be running there: dropping the connection cancels it.
  void drop_if_unfit() {
    if (!connection_->is_usable() || connection_->is_busy()) connection_.reset();
  }

  Awaitable<ResultSet> run(Statement statement) {
    check_encoding(statement.sql);
    if (statement.timeout != timeout_) {
      co_await connection_->execute(
          fmt::format("SET LOCAL statement_timeout = {}", statement.timeout.count()));
      timeout_ = statement.timeout;
    }
    try {
      co_return co_await connection_->select(with_tag(statement), statement.max_rows, !statement.is_lookup);
    } catch (const WithheldError& error) {
      throw_shown(error, statement, pool_->options.on_withheld_text);
    }
  }

  std::shared_ptr<ConnectionPool> pool_;
  AdaptiveSlots::Slot slot_;
  std::unique_ptr<PostgresConnection> connection_;
  milliseconds timeout_{-1};
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
    AdaptiveSlots::Slot slot = co_await pool->slots.acquire();
    std::unique_ptr<PostgresConnection> connection = co_await open_connection(*pool, std::move(tag), slot);
    co_return std::make_unique<PostgresSession>(pool, std::move(slot), std::move(connection));
  }

  SessionLevel session_level() const override { return pool_->slots.level(); }

  void close_idle() override { pool_->close_idle(); }

 private:
  std::shared_ptr<ConnectionPool> pool_;
};

}  // namespace

std::unique_ptr<Warehouse> create_postgres_warehouse(const asio::any_io_executor& executor,
                                                     BlockingPool& pool, PostgresOptions options) {
  return std::make_unique<PostgresWarehouse>(executor, pool, std::move(options));
}

}  // namespace diffgate::diff
