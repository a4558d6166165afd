#include "diff/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "diff/postgres_errors.hpp"
#include "diff/postgres_hosts.hpp"
#include "diff/postgres_tls.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using std::chrono::milliseconds;
using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;

ResultHandle next_result(PGconn* handle) { return {PQgetResult(handle), &PQclear}; }

bool has(const PostgresParameters& parameters, const std::string& key) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const auto& parameter) { return parameter.first == key; });
}

// A server that vanished without a word (a power cut, a firewall that forgot the connection) is noticed after
// a minute rather than after libpq's two hours.
void add_keepalives(PostgresParameters& parameters) {
  for (const auto& [key, value] : {std::pair("keepalives_idle", "30"), std::pair("keepalives_interval", "10"),
                                   std::pair("keepalives_count", "3")}) {
    if (!has(parameters, key)) parameters.emplace_back(key, value);
  }
}

PGconn* start_connection(const PostgresOptions& options, const PostgresParameters& parameters) {
  std::vector<const char*> keys;
  std::vector<const char*> values;
  const auto add = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  for (const auto& [key, value] : parameters) add(key.c_str(), value.c_str());
  if (!options.password.empty()) add("password", options.password.expose().c_str());
  if (!has(parameters, "application_name")) add("application_name", options.application_name.c_str());
  add("client_encoding", "UTF8");
  add(nullptr, nullptr);
  return PQconnectStartParams(keys.data(), values.data(), 0);
}

// Types that arrive as something else than text (pg_type.dat).
constexpr Oid kBool = 16;
constexpr std::array<Oid, 3> kIntegers = {20, 21, 23};
constexpr std::array<Oid, 2> kFloats = {700, 701};

Value cell(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return std::monostate{};
  const char* text = PQgetvalue(result, row, column);
  const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
  const Oid type = PQftype(result, column);
  if (type == kBool) return *text == 't';
  if (std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end()) {
    std::int64_t number = 0;
    std::from_chars(text, text + size, number);
    return number;
  }
  if (std::find(kFloats.begin(), kFloats.end(), type) != kFloats.end()) return std::strtod(text, nullptr);
  return std::string(text, size);
}

void append_rows(ResultSet& out, const PGresult* result) {
  const int columns = PQnfields(result);
  if (out.columns.empty()) {
    for (int i = 0; i < columns; ++i) out.columns.emplace_back(PQfname(result, i));
  }
  for (int row = 0; row < PQntuples(result); ++row) {
    std::vector<Value> cells;
    cells.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) cells.push_back(cell(result, row, column));
    out.rows.push_back(std::move(cells));
  }
}

}  // namespace

PostgresConnection::PostgresConnection(std::shared_ptr<PostgresCancels> cancels, pg_conn* handle)
    : cancels_(std::move(cancels)), handle_(handle) {}

PostgresConnection::~PostgresConnection() {
  if (is_busy_ && !has_leftovers_ && PQstatus(handle_) == CONNECTION_OK) cancels_->send(handle_);
  PQfinish(handle_);
}

Awaitable<std::unique_ptr<PostgresConnection>> PostgresConnection::connect(
    std::shared_ptr<PostgresCancels> cancels, PostgresOptions options) {
  use_system_certificates(options.parameters);
  PostgresHosts hosts = co_await find_hosts(options.parameters, options.connect_timeout);
  add_keepalives(hosts.others);
  for (;;) {
    PGconn* handle = start_connection(options, with_hosts(hosts));
    if (!handle) throw Error(ErrorClass::internal, "libpq has no memory for a connection");
    auto connection = std::make_unique<PostgresConnection>(cancels, handle);
    // A refused login has no result to ask for its SQL state; verbose, it stands in the text.
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
    if (PQstatus(handle) == CONNECTION_BAD) connection->fail_connection();
    if (co_await connection->poll_until_connected(options.connect_timeout)) {
      PQsetErrorVerbosity(handle, PQERRORS_DEFAULT);
      PQsetnonblocking(handle, 1);
      co_return connection;
    }
    // libpq tries one host after the other, but waits for each as long as it takes. So the silent one is
    // left out, and all others are asked anew: those that have refused do so at once.
    connection->leave_out(hosts.list);
    if (!hosts.list.empty()) continue;
    const double seconds = std::chrono::duration<double>(options.connect_timeout).count();
    throw WarehouseLost(fmt::format("connecting: no answer within {:g} s", seconds), connection->place(),
                        "check host, port and firewall");
  }
}

// The entry that is being connected to.
void PostgresConnection::leave_out(std::vector<PostgresHost>& hosts) const {
  if (hosts.empty()) return;
  const auto found = std::find_if(hosts.begin(), hosts.end(), [this](const PostgresHost& host) {
    const std::string& name = host.name.empty() ? host.address : host.name;
    return name == PQhost(handle_) && (host.port.empty() || host.port == PQport(handle_)) &&
           (host.address.empty() || host.address == PQhostaddr(handle_));
  });
  hosts.erase(found == hosts.end() ? hosts.begin() : found);
}

// A duplicate of the socket, so that Asio's registration never outlives or outpaces libpq's descriptor.
Awaitable<void> PostgresConnection::wait_for(bool read, bool write) {
  const int socket = ::dup(PQsocket(handle_));
  if (socket < 0) fail_connection();
  asio::posix::stream_descriptor descriptor(co_await asio::this_coro::executor, socket);
  const auto what =
      write && !read ? asio::posix::stream_descriptor::wait_write : asio::posix::stream_descriptor::wait_read;
  co_await descriptor.async_wait(what, asio::use_awaitable);
}

Awaitable<bool> PostgresConnection::is_ready_within(milliseconds limit, bool read) {
  if (limit <= milliseconds{0}) co_return false;
  try {
    co_await with_timeout(limit, "connecting", wait_for(read, !read));
    co_return true;
  } catch (const WarehouseLost&) {
    throw;
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::remote_transient) throw;
    co_return false;
  }
}

// False if the host that is being tried says nothing for so long.
Awaitable<bool> PostgresConnection::poll_until_connected(milliseconds limit) {
  using std::chrono::steady_clock;
  const auto host = [this] {
    return fmt::format("{} {} {}", PQhost(handle_), PQhostaddr(handle_), PQport(handle_));
  };
  std::string tried = host();
  auto deadline = steady_clock::now() + limit;
  for (PostgresPollingStatusType status = PGRES_POLLING_WRITING; status != PGRES_POLLING_OK;
       status = PQconnectPoll(handle_)) {
    if (status == PGRES_POLLING_FAILED) fail_connection();
    if (std::string now = host(); now != tried) {
      tried = std::move(now);
      deadline = steady_clock::now() + limit;
    }
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    if (!co_await is_ready_within(left, status == PGRES_POLLING_READING)) co_return false;
  }
  co_return true;
}

Awaitable<void> PostgresConnection::flush() {
  while (true) {
    // Of a broken connection the results tell, which may have the server's own words.
    if (PQflush(handle_) <= 0) co_return;
    co_await wait_for(false, true);
  }
}

// Waits until PQgetResult would not block. A broken connection is a result, too, behind those that came
// before: the server's last words are read before its end is noticed.
Awaitable<void> PostgresConnection::fill() {
  while (PQisBusy(handle_) && PQsocket(handle_) >= 0) {
    co_await wait_for(true, false);
    if (!PQconsumeInput(handle_)) co_return;
  }
}

Awaitable<void> PostgresConnection::drain() {
  while (is_busy_) {
    co_await fill();
    const ResultHandle result = next_result(handle_);
    if (!result) is_busy_ = false;
  }
  has_leftovers_ = false;
}

Awaitable<void> PostgresConnection::execute(std::string statements) {
  co_await drain();
  if (!PQsendQuery(handle_, statements.c_str())) fail_connection();
  is_busy_ = true;
  co_await flush();
  ResultHandle failed(nullptr, &PQclear);
  while (true) {
    co_await fill();
    ResultHandle result = next_result(handle_);
    if (!result) break;
    // The first: what is behind it says only that the connection is gone.
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !failed) failed = std::move(result);
  }
  is_busy_ = false;
  if (failed) fail(failed.get(), false);
}

Awaitable<ResultSet> PostgresConnection::select(std::string statement, std::size_t max_rows,
                                                bool reads_rows) {
  co_await drain();
  if (!PQsendQueryParams(handle_, statement.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0))
    fail_connection();
  is_busy_ = true;
  // Row by row, so that an unexpectedly long result is noticed before it is all in memory.
  PQsetSingleRowMode(handle_);
  co_await flush();
  ResultSet out;
  ResultHandle failed(nullptr, &PQclear);
  while (true) {
    co_await fill();
    ResultHandle result = next_result(handle_);
    if (!result) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
      append_rows(out, result.get());
    } else if (status == PGRES_FATAL_ERROR && !failed) {
      failed = std::move(result);
    }
    if (out.rows.size() > max_rows) {
      throw Error(ErrorClass::internal, "more than " + std::to_string(max_rows) + " rows came back", place());
    }
  }
  is_busy_ = false;
  if (failed) fail(failed.get(), reads_rows);
  co_return out;
}

bool PostgresConnection::send_rollback() {
  if (is_busy_ || !is_usable()) return false;
  if (PQtransactionStatus(handle_) == PQTRANS_IDLE) return true;
  // A filter may have taken advisory locks, which outlive the transaction.
  const bool has_advisory_locks = server_version() >= 90'000;
  const char* const end =
      has_advisory_locks ? "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all()" : "ROLLBACK";
  if (!PQsendQuery(handle_, end) || PQflush(handle_) != 0) return false;
  is_busy_ = true;
  has_leftovers_ = true;
  return true;
}

bool PostgresConnection::is_usable() const { return PQstatus(handle_) == CONNECTION_OK; }

int PostgresConnection::server_version() const { return PQserverVersion(handle_); }

std::string PostgresConnection::place() const {
  const auto text = [](const char* value) { return std::string(value ? value : ""); };
  return "postgresql " + text(PQhost(handle_)) + ":" + text(PQport(handle_)) + "/" + text(PQdb(handle_));
}

void PostgresConnection::fail(const pg_result* result, bool reads_rows) const {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text ? text : "");
  };
  const char* user = PQuser(handle_);
  const std::string primary = field(PG_DIAG_MESSAGE_PRIMARY);
  const std::string severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);  // Redshift sends none
  const bool is_fatal = severity == "FATAL" || severity == "PANIC";
  const std::string state = field(PG_DIAG_SQLSTATE);
  // Redshift, as old as PostgreSQL 8, tells of no place; its functions in views raise no state of class 42.
  constexpr int kTellsPlace = 90'000;
  const bool is_of_text = !field(PG_DIAG_STATEMENT_POSITION).empty() ||
                          (server_version() < kTellsPlace && state.starts_with("42"));
  const std::string routine = field(PG_DIAG_SOURCE_FUNCTION);
  throw_postgres_error({.sqlstate = state,
                        .message = primary.empty() ? PQresultErrorMessage(result) : primary,
                        .role = user ? user : "",
                        .where = place(),
                        .ends_connection = is_fatal || !is_usable(),
                        .is_raised = routine == "exec_stmt_raise",
                        .reading = {.reads_rows = reads_rows,
                                    .is_of_text = is_of_text,
                                    .context = field(PG_DIAG_CONTEXT),
                                    .routine = routine}});
}

void PostgresConnection::fail_connection() const {
  const char* user = PQuser(handle_);
  throw_connection_error(PQerrorMessage(handle_), user ? user : "", place());
}

}  // namespace diffgate::diff
