#include "diff/warehouse.hpp"

#include <fmt/format.h>

#include <charconv>

#include "diff/connectors.hpp"
#include "diff/dialect.hpp"
#include "diff/results.hpp"
#include "net/error.hpp"
#include "net/url.hpp"

namespace diffgate::diff {
namespace {

[[noreturn]] void refuse_url(const std::string& what) {
  throw Error(ErrorClass::caller, what, "warehouse URL",
              "write postgresql://user:password@host:5432/database or duckdb:///path/file.duckdb");
}

std::string decoded(std::string_view text) {
  const auto out = net::decode_percent(text);
  if (!out || out->find('\0') != std::string::npos) refuse_url("a percent escape is broken");
  return *out;
}

// What stands before `mark` is taken off `text`; all of it, if there is no mark.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  const std::string_view out = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + mark.size());
  return out;
}

struct HostAndPort {
  std::string host;
  std::string port;
};

HostAndPort read_host_and_port(std::string_view address) {
  std::string_view host = address;
  std::string_view port;
  const std::size_t bracket = address.rfind(']');
  const std::size_t colon = address.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = address.substr(0, colon);
    port = address.substr(colon + 1);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (port.find_first_not_of("0123456789") != std::string_view::npos) refuse_url("the port is not a number");
  return {.host = decoded(host), .port = std::string(port)};
}

// "first:5432,second:5433": libpq's lists, of which a port may be empty.
void add_hosts_and_ports(PostgresOptions& options, std::string_view addresses) {
  std::string hosts;
  std::string ports;
  for (bool is_first = true; is_first || !addresses.empty(); is_first = false) {
    const HostAndPort one = read_host_and_port(take_until(addresses, ","));
    hosts += (is_first ? "" : ",") + one.host;
    ports += (is_first ? "" : ",") + one.port;
  }
  if (!hosts.empty()) options.parameters.emplace_back("host", hosts);
  if (ports.find_first_not_of(',') != std::string::npos) options.parameters.emplace_back("port", ports);
}

std::size_t read_concurrency(const std::string& value) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < 1 || number > 64)
    refuse_url("concurrency is a number from 1 to 64");
  return number;
}

// "500ms", "30s" or "5min".
std::chrono::milliseconds read_duration(const std::string& key, const std::string& value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const std::string unit(end, value.data() + value.size());
  const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1'000 : unit == "min" ? 60'000 : 0;
  if (error != std::errc() || factor == 0 || number < 0 || number > 86'400'000)
    refuse_url(key + " is a time such as 500ms, 30s or 5min");
  return std::chrono::milliseconds(number * factor);
}

// As in libpq, where 0 asks for no limit: here the usual one holds.
void read_connect_timeout(PostgresOptions& options, const std::string& value) {
  constexpr int kLongest = 3'600;
  int seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size() || seconds < 0 || seconds > kLongest)
    refuse_url("connect_timeout is a number of seconds from 1 to 3600");
  if (seconds > 0) options.connect_timeout = std::chrono::seconds(seconds);
}

// The options that are ours, not libpq's.
bool read_own_option(PostgresOptions& options, const std::string& key, const std::string& value) {
  if (key == "password") {
    options.password = Secret(value);
  } else if (key == "work_mem") {
    options.work_mem = value;
  } else if (key == "lock_timeout") {
    options.lock_timeout = read_duration(key, value);
  } else if (key == "connect_timeout") {
    read_connect_timeout(options, value);
  } else if (key == "concurrency") {
    options.concurrency = read_concurrency(value);
  } else {
    return false;
  }
  return true;
}

// postgresql://user:password@host:port/database?key=value (libpq's manual, "Connection URIs"). Taken apart
// here so that the password is a Secret from the start.
PostgresOptions parse_postgres(std::string_view rest) {
  PostgresOptions options;
  std::string_view query;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  std::string_view authority = take_until(rest, "/");
  // It would be taken for a database's name, and shown in errors.
  if (rest.find('@') != std::string_view::npos)
    refuse_url("a '/' or '@' in a user's name, a password or a database's name is written %2F or %40");
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    std::string_view user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const std::string_view name = take_until(user, ":");
    if (!name.empty()) options.parameters.emplace_back("user", decoded(name));
    if (!user.empty()) options.password = Secret(decoded(user));
  }
  add_hosts_and_ports(options, authority);
  if (!rest.empty()) options.parameters.emplace_back("dbname", decoded(rest));
  const auto pairs = net::parse_query(query);
  if (!pairs) refuse_url("the part after '?' can't be read");
  for (const auto& [key, value] : *pairs) {
    if (key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos)
      refuse_url("what is behind '?' has no option's name; a '?' in a password is written %3F");
    if (!read_own_option(options, key, value)) options.parameters.emplace_back(key, value);
  }
  return options;
}

// What is attached may come with a token, which is not repeated.
void refuse_remote(const std::string& path) {
  if (is_remote_duckdb(path)) refuse_url("it is not a local DuckDB file: only files are supported");
}

DuckDbOptions parse_duckdb(std::string_view rest) {
  DuckDbOptions options;
  options.path = decoded(take_until(rest, "?"));
  if (options.path.empty() || options.path == ":memory:") refuse_url("a DuckDB file is needed");
  refuse_remote(options.path);
  const auto pairs = net::parse_query(rest);
  if (!pairs) refuse_url("the part after '?' can't be read");
  for (const auto& [key, value] : *pairs) {
    if (key == "memory_limit") {
      options.memory_limit = value;
    } else if (key == "concurrency") {
      options.concurrency = read_concurrency(value);
    } else if (key == "allow") {
      options.allowed_directories.push_back(value);
    } else if (key.starts_with("attach.")) {
      refuse_remote(value);
      options.attach.push_back({value, key.substr(7)});
    } else {
      refuse_url(fmt::format(
          "unknown option '{}' (there are memory_limit, concurrency, allow and attach.ALIAS)", key));
    }
  }
  return options;
}

}  // namespace

bool is_remote_duckdb(const std::string& path) {
  return path.find("://") != std::string::npos || path.starts_with("md:") ||
         path.starts_with("motherduck:") || path.starts_with("ducklake:");
}

WarehouseOptions parse_warehouse_url(const std::string& url) {
  std::string_view rest = url;
  const std::string_view scheme = take_until(rest, "://");
  if (scheme == "postgresql" || scheme == "postgres") return parse_postgres(rest);
  if (scheme == "redshift") {
    PostgresOptions options = parse_postgres(rest);
    options.engine = PostgresOptions::Engine::redshift;
    return options;
  }
  if (scheme == "duckdb") return parse_duckdb(rest);
  refuse_url("not a warehouse URL");
}

std::unique_ptr<Warehouse> create_warehouse(const asio::any_io_executor& executor, BlockingPool& pool,
                                            WarehouseOptions options) {
  if (auto* postgres = std::get_if<PostgresOptions>(&options)) {
    return create_postgres_warehouse(executor, pool, std::move(*postgres));
  }
  return create_duckdb_warehouse(executor, pool, std::get<DuckDbOptions>(std::move(options)));
}

Awaitable<ResultSet> Warehouse::query(Statement statement) {
  const std::unique_ptr<Session> session = co_await open_session(statement.tag);
  co_return co_await session->query(std::move(statement));
}

Awaitable<std::vector<Column>> Warehouse::columns(Relation relation) {
  const std::unique_ptr<Session> session = co_await open_session({});
  std::vector<Relation> relations = {std::move(relation)};
  auto found =
      co_await describe(*session, dialect(), std::move(relations), {}, std::chrono::milliseconds(60'000));
  co_return std::move(found.at(0));
}

Awaitable<std::vector<std::vector<Column>>> describe(Session& session, const Dialect& dialect,
                                                     std::vector<Relation> relations, std::string tag,
                                                     std::chrono::milliseconds timeout) {
  Statement statement;
  statement.sql = dialect.describe(relations).text();
  statement.tag = std::move(tag);
  statement.timeout = timeout;
  statement.is_lookup = true;
  const ResultSet result = co_await session.query(std::move(statement));
  std::vector<std::vector<Column>> out(relations.size());
  for (const auto& row : result.rows) {
    Column column;
    column.name = Identifier(text_of(row.at(1)));
    column.type = text_of(row.at(2));
    if (!std::holds_alternative<std::monostate>(row.at(3))) column.storage = text_of(row.at(3));
    const std::string nullable = text_of(row.at(4));
    column.is_nullable = nullable == "true" || nullable == "YES" || nullable == "1";
    out.at(static_cast<std::size_t>(integer_of(row.at(0)))).push_back(std::move(column));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].empty()) continue;
    throw Error(ErrorClass::configuration, "no such relation, or it has no column", relations[i].sql,
                "build the model, or check database, schema and the grants on them");
  }
  co_return out;
}

}  // namespace diffgate::diff
