#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include "net/error.hpp"
#include "net/http.hpp"
#include "net/server_connection.hpp"
#include "net/tls.hpp"

namespace diffgate::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;

// How long connections get to come to their end once they are cancelled.
constexpr std::chrono::seconds kCancelLimit(5);
// Between two attempts to accept when the system has no descriptors or memory left.
constexpr std::chrono::milliseconds kAcceptPause(100);
// How long a connection may wait for a request before it can be closed in favour of another.
constexpr std::chrono::milliseconds kLeastIdle(500);

// The listening socket and the connections taken from it. The connections hold it too.
struct Listener {
  Listener(const asio::any_io_executor& executor, std::shared_ptr<ServerContext> shared)
      : context(std::move(shared)),
        acceptor(executor),
        places(executor, context->options.max_connections),
        tasks(executor, [shared = context](const std::string& name, const std::exception_ptr& error) {
          shared->on_error(name + ": " + error_line(error));
        }) {}

  std::shared_ptr<ServerContext> context;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::unique_ptr<TlsServer> tls;
  Semaphore places;
  TaskGroup tasks;
};

// Counts a connection for as long as it lives.
class Counted {
 public:
  explicit Counted(std::shared_ptr<ServerContext> context) : context_(std::move(context)) {
    ++context_->connections;
  }
  ~Counted() { --context_->connections; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::shared_ptr<ServerContext> context_;
};

std::string printable(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

Awaitable<std::unique_ptr<ByteStream>> open_stream(const Listener& listener, tcp::socket socket) {
  if (!listener.tls) co_return plain_stream(std::move(socket));
  const auto limit = listener.context->options.header_timeout;
  co_return co_await with_timeout(limit, "TLS handshake", listener.tls->handshake(std::move(socket)));
}

Awaitable<void> serve_socket(std::shared_ptr<Listener> listener, tcp::socket socket,
                             Semaphore::Permit place) {
  const Counted counted(listener->context);
  std::unique_ptr<ByteStream> stream;
  std::string remote_address;
  try {
    remote_address = printable(socket.remote_endpoint().address());
    socket.set_option(tcp::no_delay(true));
    stream = co_await open_stream(*listener, std::move(socket));
  } catch (const system_error&) {  // NOLINT(bugprone-empty-catch): the client is gone or speaks no TLS
  } catch (const Error&) {         // NOLINT(bugprone-empty-catch): the handshake took too long
  }
  if (stream) co_await serve_connection(listener->context, std::move(stream), std::move(remote_address));
}

void close(const IdleConnection& connection) {
  error_code ignored;
  connection.socket->close(ignored);
}

// A place for the client that waits. When there is none, the longest idle connection must go, unless it is so
// young that its request may be on the way.
Awaitable<Semaphore::Permit> take_place(std::shared_ptr<Listener> listener) {
  const ServerContext& context = *listener->context;
  while (true) {
    const auto limit = std::chrono::steady_clock::now() - kLeastIdle;
    if (context.is_full() && !context.idle.empty() && context.idle.front().since < limit) {
      close(context.idle.front());
    }
    try {
      co_return co_await with_timeout(kLeastIdle, "a place", listener->places.acquire());
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): none yet
    }
  }
}

Awaitable<void> accept_one(std::shared_ptr<Listener> listener, error_code& error) {
  if (listener->context->is_full()) {
    co_await listener->acceptor.async_wait(tcp::acceptor::wait_read,
                                           asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
  }
  Semaphore::Permit place = co_await take_place(listener);
  tcp::socket socket(listener->acceptor.get_executor());
  co_await listener->acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  listener->tasks.spawn("HTTP connection", serve_socket(listener, std::move(socket), std::move(place)));
}

Awaitable<void> accept_connections(std::shared_ptr<Listener> listener) {
  ServerContext& context = *listener->context;
  bool failing = false;
  while (!context.stopping) {
    error_code error;
    co_await accept_one(listener, error);
    if (context.stopping) co_return;
    // A client that gave up before we came to it is no failure of ours.
    if (!error || error == asio::error::connection_aborted) {
      failing = false;
      continue;
    }
    if (!failing) context.on_error("connections can't be accepted: " + error.message());
    failing = true;
    asio::steady_timer pause(co_await asio::this_coro::executor, kAcceptPause);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

Awaitable<void> stop_listener(std::shared_ptr<Listener> listener, std::chrono::milliseconds grace) {
  listener->context->stopping = true;
  error_code ignored;
  listener->acceptor.close(ignored);
  for (const IdleConnection& connection : listener->context->idle) close(connection);
  const bool done = co_await listener->tasks.wait(grace);
  if (done) co_return;
  listener->tasks.cancel();
  co_await listener->tasks.wait(kCancelLimit);
}

class BeastServer final : public HttpServer {
 public:
  explicit BeastServer(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {
    listener_->context->files = &files_;
  }
  ~BeastServer() override {
    listener_->context->stopping = true;
    listener_->context->files = nullptr;
    error_code ignored;
    listener_->acceptor.close(ignored);
  }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  std::uint16_t port() const override { return listener_->port; }
  Awaitable<void> stop(std::chrono::milliseconds grace) override { return stop_listener(listener_, grace); }

 private:
  std::shared_ptr<Listener> listener_;
  BlockingPool files_{1};
};

[[noreturn]] void throw_not_listening(const HttpServerOptions& options, const error_code& error) {
  throw Error(ErrorClass::configuration, "can't listen: " + error.message(),
              fmt::format("{}:{}", options.host, options.port),
              "choose an address of this machine and a port that is free");
}

// Before the loop runs, so a lookup may block.
tcp::endpoint endpoint_of(const HttpServerOptions& options) {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(options.host, error);
  if (!error) return {address, options.port};
  asio::io_context context;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(options.host, std::to_string(options.port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) throw_not_listening(options, error);
  return found.begin()->endpoint();
}

void listen(Listener& listener, const HttpServerOptions& options) {
  const tcp::endpoint endpoint = endpoint_of(options);
  try {
    listener.acceptor.open(endpoint.protocol());
    listener.acceptor.set_option(tcp::acceptor::reuse_address(true));
    listener.acceptor.bind(endpoint);
    listener.acceptor.listen(tcp::acceptor::max_listen_connections);
    listener.port = listener.acceptor.local_endpoint().port();
  } catch (const system_error& error) {
    throw_not_listening(options, error.code());
  }
}

}  // namespace

std::unique_ptr<HttpServer> start_http_server(const asio::any_io_executor& executor,
                                              HttpServerOptions options, HttpServer::PolicyOf policy,
                                              HttpServer::Handler handler,
                                              std::function<void(const std::string&)> on_error) {
  auto context = std::make_shared<ServerContext>();
  context->options = std::move(options);
  context->policy = std::move(policy);
  context->handler = std::move(handler);
  context->on_error = std::move(on_error);
  auto listener = std::make_shared<Listener>(executor, context);
  if (!context->options.tls_certificate_file.empty()) {
    listener->tls =
        std::make_unique<TlsServer>(context->options.tls_certificate_file, context->options.tls_key_file);
  }
  listen(*listener, context->options);
  listener->tasks.spawn("HTTP server", accept_connections(listener));
  return std::make_unique<BeastServer>(std::move(listener));
}

}  // namespace diffgate::net
