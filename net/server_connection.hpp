#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>

#include "net/async.hpp"
#include "net/byte_stream.hpp"
#include "net/http.hpp"

namespace diffgate::net {

struct IdleConnection {
  asio::ip::tcp::socket* socket;
  std::chrono::steady_clock::time_point since;
};

// What the connections of one server share.
struct ServerContext {
  HttpServerOptions options;
  HttpServer::PolicyOf policy;
  HttpServer::Handler handler;
  std::function<void(const std::string&)> on_error;

  // Writes bodies to files, off the event loop. Null once the server object is gone.
  BlockingPool* files = nullptr;
  // No request is begun any more; those under way are answered with "Connection: close".
  bool stopping = false;
  std::size_t connections = 0;
  // Connections between two requests, the longest idle first. They may be closed at any time.
  std::list<IdleConnection> idle;

  bool is_full() const { return connections >= options.max_connections; }
};

// Serves one connection to its end. Returns when the peer goes, is late or breaks the protocol; throws only
// cancellations and defects.
Awaitable<void> serve_connection(std::shared_ptr<ServerContext> context, std::unique_ptr<ByteStream> stream,
                                 std::string remote_address);

}  // namespace diffgate::net
