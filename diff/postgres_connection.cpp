#include "diff/postgres_connection.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "diff/postgres_errors.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;
using ResultHandle = std::unique_ptr<PGresult, decltype(&PQclear)>;

ResultHandle next_result(PGconn* handle) { return {PQgetResult(handle), &PQclear}; }

const std::string* find(const Parameters& parameters, const std::string& key) {
  for (const auto& [name, value] : parameters) {
    if (name == key) return &value;
  }
  return nullptr;
}

// PQconnectStart would look the host's name up and block; with addresses given it does not. Lists of hosts
// and sockets are left to libpq.
Awaitable<void> resolve_host(Parameters& parameters) {
  const std::string* host = find(parameters, "host");
  if (!host || host->empty() || find(parameters, "hostaddr") ||
      host->find_first_of("/@,") != std::string::npos)
    co_return;
  const std::string name = *host;
  asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
  boost::system::error_code error;
  const auto found =
      co_await resolver.async_resolve(name, "", asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) {
    throw WarehouseLost("the host's name can't be resolved: " + error.message(), name,
                        "check the host of the warehouse");
  }
  std::string hosts;
  std::string addresses;
  for (const auto& entry : found) {
    hosts += (hosts.empty() ? "" : ",") + name;
    addresses += (addresses.empty() ? "" : ",") + entry.endpoint().address().to_string();
  }
  for (auto& [key, value] : parameters) {
    if (key == "host") value = hosts;
  }
  parameters.emplace_back("hostaddr", addresses);
}

// Debian's libpq is older than 16, where "system" is understood.
std::string root_certificates(const std::string& asked) {
  if (asked != "system" || PQlibVersion() >= 160'000) return asked;
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"}) {
    if (::access(file, R_OK) == 0) return file;
  }
  return asked;
}

// A server that vanished without a word (a power cut, a firewall that forgot the connection) is noticed after
// a minute rather than after libpq's two hours.
void add_keepalives(Parameters& parameters) {
  for (const auto& [key, value] : {std::pair("keepalives_idle", "30"), std::pair("keepalives_interval", "10"),
                                   std::pair("keepalives_count", "3")}) {
    if (!find(parameters, key)) parameters.emplace_back(key, value);
  }
}

PGconn* start_connection(const PostgresOptions& options, const Parameters& parameters) {
  std::vector<const char*> keys;
  std::vector<const char*> values;
  const auto add = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  for (const auto& [key, value] : parameters) add(key.c_str(), value.c_str());
  if (!options.password.empty()) add("password", options.password.expose().c_str());
  if (!find(parameters, "application_name")) add("application_name", options.application_name.c_str());
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
  Parameters parameters = options.parameters;
  co_await resolve_host(parameters);
  add_keepalives(parameters);
  for (auto& [key, value] : parameters) {
    if (key == "sslrootcert") value = root_certificates(value);
  }
  PGconn* handle = start_connection(options, parameters);
  if (!handle) throw Error(ErrorClass::internal, "libpq has no memory for a connection");
  auto connection = std::make_unique<PostgresConnection>(std::move(cancels), handle);
  // A refused login has no result to ask for its SQL state; verbose, it stands in the text.
  PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
  if (PQstatus(handle) == CONNECTION_BAD) connection->fail_connection();
  co_await connection->poll_until_connected();
  PQsetErrorVerbosity(handle, PQERRORS_DEFAULT);
  PQsetnonblocking(handle, 1);
  co_return connection;
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

Awaitable<void> PostgresConnection::poll_until_connected() {
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED) fail_connection();
    co_await wait_for(status == PGRES_POLLING_READING, status == PGRES_POLLING_WRITING);
    status = PQconnectPoll(handle_);
  }
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
  if (failed) fail(failed.get());
}

Awaitable<ResultSet> PostgresConnection::select(std::string statement, std::size_t max_rows) {
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
  if (failed) fail(failed.get());
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

void PostgresConnection::fail(const pg_result* result) const {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text ? text : "");
  };
  const char* user = PQuser(handle_);
  const std::string primary = field(PG_DIAG_MESSAGE_PRIMARY);
  const std::string severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);  // Redshift sends none
  const bool is_fatal = severity == "FATAL" || severity == "PANIC";
  throw_postgres_error({.sqlstate = field(PG_DIAG_SQLSTATE),
                        .message = primary.empty() ? PQresultErrorMessage(result) : primary,
                        .role = user ? user : "",
                        .where = place(),
                        .ends_connection = is_fatal || !is_usable(),
                        .is_raised = field(PG_DIAG_SOURCE_FUNCTION) == "exec_stmt_raise"});
}

void PostgresConnection::fail_connection() const {
  const char* user = PQuser(handle_);
  throw_connection_error(PQerrorMessage(handle_), user ? user : "", place());
}

}  // namespace diffgate::diff
