#pragma once

// HTTP as plain values. Beast and TLS are seen by http_client.cpp and http_server.cpp alone.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/async.hpp"
#include "net/error.hpp"

namespace diffgate::net {

// Header fields in order of appearance; names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void set(std::string_view name, std::string value);  // replaces every field of that name
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }

  // The first field of that name, or nullopt. An empty value is a value.
  std::optional<std::string_view> get(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method = "GET";
  std::string url;  // absolute, http or https
  Headers headers;
  std::string body;
  std::string body_file;                      // path: sent instead of `body`, a piece at a time
  std::chrono::milliseconds timeout{30'000};  // for the whole exchange, name lookup included
  std::size_t max_response_bytes = 32U << 20U;
  std::string response_file;  // path: takes the body of a 2xx answer, whose `body` then is empty
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
};

// The peer was not reached, so that nothing of the request can have had an effect: safe to send again.
class RequestNotSent : public Error {
 public:
  RequestNotSent(std::string what, std::string where)
      : Error(ErrorClass::remote_transient, std::move(what), std::move(where)) {}
};

// Sends requests. Redirects are answers like others: the caller decides, because authorization must not
// follow them to another host. Used from the event loop only.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Throws Error(remote_transient) when the peer can't be reached, breaks off or is late, Error(remote_final)
  // when its certificate is refused or its answer exceeds `max_response_bytes`, Error(configuration) for a
  // URL that is none, or if `response_file` can't be written, Error(caller) if `body_file` can't be read. Any
  // status is a Response. Messages name the URL without its query.
  virtual Awaitable<Response> send(Request request) = 0;
};

struct HttpClientOptions {
  std::string user_agent = "diffgate";
  std::vector<std::string> extra_ca_files;  // PEM, beside the system's store
  std::size_t idle_connections_per_host = 4;
};

// The client on Beast: TLS 1.2 or newer with host name verification, keep-alive connections per host,
// HTTPS_PROXY/NO_PROXY are not read. Throws Error(configuration) naming a CA file that can't be read. It must
// outlive its calls and go before the event loop does.
std::unique_ptr<HttpClient> create_http_client(const asio::any_io_executor& executor,
                                               HttpClientOptions options);

// A request as it reached our server.
struct ServerRequest {
  std::string method;
  std::string target;  // path and query as sent, still percent-encoded
  Headers headers;
  std::string body;  // empty if the body was streamed to a file
  std::string
      body_file;  // path of the file that holds the body; removed when the handler returns unless moved away
  std::string remote_address;

  std::string_view path() const;   // target up to '?'
  std::string_view query() const;  // target after '?', or empty
};

using ServerResponse = Response;

// What the server may read of a request before a handler sees it, decided from its head alone.
struct BodyPolicy {
  std::size_t max_bytes = 1U << 20U;          // more is answered 413 without reading on
  bool to_file = false;                       // stream to a temporary file instead of memory
  std::chrono::milliseconds timeout{30'000};  // for the whole body
  // Not 0: answered with this status at once, and the connection ends; nothing of the body is read.
  int refused_status = 0;
  std::string refused_reason = {};
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;            // 0: any free port
  std::string tls_certificate_file;  // PEM chain; empty: plain HTTP
  std::string tls_key_file;          // PEM
  std::string body_directory;        // for bodies streamed to files
  std::size_t max_connections = 1024;
  std::size_t max_header_bytes = 32U << 10U;
  std::chrono::milliseconds header_timeout{15'000};
  std::chrono::milliseconds idle_timeout{60'000};
};

// Serves HTTP/1.1 on one address. A request that is too large, too late or not one is answered here (400,
// 408, 413, 417, 431, 501) and never reaches the handler. Bodies in files are not synced to the disk. When
// `max_connections` is reached, the longest idle connection is closed for the next client. The handler runs
// on the event loop; an exception that leaves it is logged through `on_error` and answered 500 without
// details. Call `stop` before its handler's world goes.
class HttpServer {
 public:
  using Handler = std::function<Awaitable<ServerResponse>(ServerRequest)>;
  using PolicyOf = std::function<BodyPolicy(std::string_view method, std::string_view path, const Headers&)>;

  virtual ~HttpServer() = default;

  // The port in use once started.
  virtual std::uint16_t port() const = 0;

  // Stops accepting, lets requests under way finish for up to `grace`, then closes all. Idempotent.
  virtual Awaitable<void> stop(std::chrono::milliseconds grace) = 0;
};

// Binds and listens before it returns; throws Error(configuration) naming the address or the TLS file.
std::unique_ptr<HttpServer> start_http_server(const asio::any_io_executor& executor,
                                              HttpServerOptions options, HttpServer::PolicyOf policy,
                                              HttpServer::Handler handler,
                                              std::function<void(const std::string&)> on_error);

}  // namespace diffgate::net
