#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "net/async.hpp"

namespace diffgate::net {

// Finds the addresses of a host. Asio's own lookup can't be cancelled and has one thread for all names, so
// that one dead name server would hold up every call; here a caller that is cancelled leaves the lookup
// behind. Its destructor waits for lookups under way and must run before the event loop goes.
class NameLookup {
 public:
  explicit NameLookup(std::size_t threads) : pool_(threads) {}

  // At least one address; throws system_error if there is none.
  Awaitable<std::vector<asio::ip::tcp::endpoint>> find(std::string host, std::uint16_t port);

 private:
  BlockingPool pool_;
};

}  // namespace diffgate::net
