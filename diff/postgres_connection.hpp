#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "diff/postgres_cancels.hpp"
#include "diff/postgres_hosts.hpp"
#include "diff/warehouse.hpp"
#include "net/async.hpp"

struct pg_conn;
struct pg_result;

namespace diffgate::diff {

// One libpq connection, driven by the event loop. Destroying it while a statement runs asks the server to
// cancel the statement and closes the connection.
class PostgresConnection {
 public:
  PostgresConnection(std::shared_ptr<PostgresCancels> cancels, pg_conn* handle);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  // Tries one host and address after the other, each for options.connect_timeout at most; names are resolved
  // without blocking.
  static Awaitable<std::unique_ptr<PostgresConnection>> connect(std::shared_ptr<PostgresCancels> cancels,
                                                                PostgresOptions options);

  // Statements of our own, several if need be; no rows are wanted.
  Awaitable<void> execute(std::string statements);

  // One statement by the extended protocol, which refuses a second one. `reads_rows`: of tables and not of
  // the catalog alone; then a failure's message may hold their values (WithheldError).
  Awaitable<ResultSet> select(std::string statement, std::size_t max_rows, bool reads_rows);

  // Ends the transaction without waiting for the answer, which the next use reads. False if that can't be
  // done.
  bool send_rollback();

  bool is_usable() const;

  // As libpq writes it: 150004 is 15.4. Redshift says 80002, whatever its age.
  int server_version() const;

  // Whether a statement was sent whose results are not all read.
  bool is_busy() const { return is_busy_; }

 private:
  Awaitable<void> wait_for(bool read, bool write);
  Awaitable<bool> is_ready_within(std::chrono::milliseconds limit, bool read);
  Awaitable<bool> poll_until_connected(std::chrono::milliseconds limit);
  void leave_out(std::vector<PostgresHost>& hosts) const;
  Awaitable<void> flush();
  Awaitable<void> fill();
  Awaitable<void> drain();
  std::string place() const;
  [[noreturn]] void fail(const pg_result* result, bool reads_rows) const;
  [[noreturn]] void fail_connection() const;

  std::shared_ptr<PostgresCancels> cancels_;
  pg_conn* handle_;
  bool is_busy_ = false;
  bool has_leftovers_ = false;  // the busy statement is the rollback of send_rollback
};

}  // namespace diffgate::diff
