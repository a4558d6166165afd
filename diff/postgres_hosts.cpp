#include "diff/postgres_hosts.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "diff/warehouse.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out(1);
  for (const char c : list) {
    if (c == ',') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

// The last of a keyword counts, as with libpq.
std::string value_of(const PostgresParameters& parameters, const std::string& key) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (name == key) out = value;
  }
  return out;
}

bool is_about_hosts(const std::string& key) { return key == "host" || key == "hostaddr" || key == "port"; }

// Empty if the lists do not match.
std::vector<PostgresHost> entries(const PostgresParameters& parameters) {
  const std::string hosts = value_of(parameters, "host");
  const std::string hostaddrs = value_of(parameters, "hostaddr");
  if (hosts.empty() && hostaddrs.empty()) return {};
  const std::vector<std::string> names = split(hosts);
  const std::vector<std::string> addresses = split(hostaddrs);
  const std::vector<std::string> ports = split(value_of(parameters, "port"));
  const std::size_t count = hosts.empty() ? addresses.size() : names.size();
  if (!hostaddrs.empty() && addresses.size() != count) return {};
  if (ports.size() != 1 && ports.size() != count) return {};
  std::vector<PostgresHost> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back({.name = hosts.empty() ? std::string() : names[i],
                   .address = hostaddrs.empty() ? std::string() : addresses[i],
                   .port = ports[ports.size() == 1 ? 0 : i]});
  }
  return out;
}

bool has_name(const PostgresHost& host) {
  const bool is_socket = host.name.starts_with('/') || host.name.starts_with('@');
  return host.address.empty() && !host.name.empty() && !is_socket;
}

Awaitable<void> resolve(PostgresHost host, std::vector<PostgresHost>& out, std::string& problem) {
  asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
  boost::system::error_code error;
  const auto found =
      co_await resolver.async_resolve(host.name, "", asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) problem = error.message();
  for (const auto& entry : found)
    out.push_back({.name = host.name, .address = entry.endpoint().address().to_string(), .port = host.port});
}

}  // namespace

Awaitable<PostgresHosts> find_hosts(PostgresParameters parameters, std::chrono::milliseconds limit) {
  const std::vector<PostgresHost> asked = entries(parameters);
  PostgresHosts out;
  if (asked.empty()) {
    out.others = std::move(parameters);
    co_return out;
  }
  for (auto& parameter : parameters) {
    if (!is_about_hosts(parameter.first)) out.others.push_back(std::move(parameter));
  }
  std::string problem;
  std::string unknown;
  for (const PostgresHost& host : asked) {
    if (!has_name(host)) {
      out.list.push_back(host);
      continue;
    }
    const std::size_t before = out.list.size();
    try {
      co_await with_timeout(limit, "the name service", resolve(host, out.list, problem));
    } catch (const Error& error) {
      problem = error.problem();
    }
    if (out.list.size() == before) unknown += (unknown.empty() ? "" : ", ") + host.name;
  }
  if (out.list.empty()) {
    throw WarehouseLost("the host's name can't be resolved: " + problem, unknown,
                        "check the host of the warehouse");
  }
  co_return out;
}

PostgresParameters with_hosts(const PostgresHosts& hosts) {
  PostgresParameters out = hosts.others;
  const std::pair<const char*, std::string PostgresHost::*> all[] = {
      {"host", &PostgresHost::name}, {"hostaddr", &PostgresHost::address}, {"port", &PostgresHost::port}};
  for (const auto& [key, member] : all) {
    std::string list;
    bool is_given = false;
    for (const PostgresHost& host : hosts.list) {
      list += (&host == hosts.list.data() ? "" : ",") + host.*member;
      is_given = is_given || !(host.*member).empty();
    }
    if (is_given) out.emplace_back(key, list);
  }
  return out;
}

}  // namespace diffgate::diff
