#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "net/async.hpp"

namespace diffgate::diff {

using PostgresParameters = std::vector<std::pair<std::string, std::string>>;

// One place where the server may be, as libpq's host, hostaddr and port say it.
struct PostgresHost {
  std::string name;
  std::string address;  // of the name; empty for a folder with a socket
  std::string port;

  bool operator==(const PostgresHost&) const = default;
};

struct PostgresHosts {
  std::vector<PostgresHost> list;  // in the order in which they are tried
  PostgresParameters others;       // the parameters that are not about hosts
};

// Takes libpq's lists of hosts, addresses and ports apart, and makes an entry of each address of a name:
// PQconnectStart would look names up and block, with addresses given it does not. Where no host is named, or
// the lists do not match, which libpq refuses, the list is empty and all parameters are in `others`. A name
// that can't be resolved within `limit` is left out; throws WarehouseLost if that leaves none.
Awaitable<PostgresHosts> find_hosts(PostgresParameters parameters, std::chrono::milliseconds limit);

// The opposite: parameters for libpq.
PostgresParameters with_hosts(const PostgresHosts& hosts);

}  // namespace diffgate::diff
