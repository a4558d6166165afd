#include <boost/asio/connect.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <map>

#include "net/body_file.hpp"
#include "net/byte_stream.hpp"
#include "net/error.hpp"
#include "net/http.hpp"
#include "net/http_format.hpp"
#include "net/name_lookup.hpp"
#include "net/tls.hpp"
#include "net/url.hpp"

// One exchange is: a connection, kept or new; the request written; the answer parsed as it comes. Nothing
// here waits by itself: `send` puts one deadline around all of it.

namespace diffgate::net {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 64U << 10U;
constexpr std::size_t kFilePiece = 1U << 20U;  // of a body that is a file
constexpr std::uint32_t kMaxHeadBytes = 64U << 10U;
constexpr std::size_t kMaxUnparsed = 128U << 10U;
// An address that does not answer must leave time for the next one.
constexpr std::chrono::seconds kConnectLimit(4);
// Servers close idle connections after 5 s (Node.js) to some minutes, most after a minute.
constexpr std::chrono::seconds kMaxIdle(30);

// What belongs to one call and appears in its messages. The query is left out: it may hold a token.
struct Call {
  Request request;
  Url url;
  std::string head;
  std::string origin;
  std::string where;
  std::uint64_t body_bytes = 0;
};

// Connections that wait for their next request, the freshest last.
class IdleConnections {
 public:
  explicit IdleConnections(std::size_t per_host) : per_host_(per_host) {}

  // A connection that looks alive, or null.
  std::unique_ptr<ByteStream> take(const std::string& origin) {
    drop_old();
    const auto found = hosts_.find(origin);
    if (found == hosts_.end()) return nullptr;
    std::deque<Idle>& idle = found->second;
    while (!idle.empty()) {
      std::unique_ptr<ByteStream> stream = std::move(idle.back().stream);
      idle.pop_back();
      if (is_quiet(stream->socket())) return stream;
    }
    return nullptr;
  }

  void put(const std::string& origin, std::unique_ptr<ByteStream> stream) {
    if (per_host_ == 0) return;
    std::deque<Idle>& idle = hosts_[origin];
    if (idle.size() >= per_host_) idle.pop_front();
    idle.push_back({std::move(stream), SteadyClock::now()});
  }

  // After one was found dead the others are no better.
  void drop(const std::string& origin) { hosts_.erase(origin); }

 private:
  struct Idle {
    std::unique_ptr<ByteStream> stream;
    SteadyClock::time_point since;
  };

  // Anything to read on an idle connection, the end included, means that the peer has done with it.
  static bool is_quiet(tcp::socket& socket) {
    error_code error;
    socket.non_blocking(true, error);
    char byte = 0;
    socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
    return error == asio::error::would_block;
  }

  void drop_old() {
    const auto limit = SteadyClock::now() - kMaxIdle;
    for (auto& [origin, idle] : hosts_) {
      while (!idle.empty() && idle.front().since < limit) idle.pop_front();
    }
    std::erase_if(hosts_, [](const auto& host) { return host.second.empty(); });
  }

  std::size_t per_host_;
  std::map<std::string, std::deque<Idle>> hosts_;
};

struct State {
  explicit State(HttpClientOptions given)
      : options(std::move(given)), tls(options.extra_ca_files), idle(options.idle_connections_per_host) {}

  HttpClientOptions options;
  TlsClient tls;
  NameLookup names{2};
  IdleConnections idle;
  BlockingPool files{1};  // reads and writes bodies that are files
};

// How an attempt on one connection ended.
struct Attempt {
  std::optional<Response> response;
  std::exception_ptr error;
  bool answered = false;  // at least one byte came back
  bool reusable = false;  // the connection may carry another request
};

using ResponseParser = http::response_parser<http::string_body>;

[[noreturn]] void throw_parse_error(const error_code& error, const Call& call) {
  if (error == http::error::body_limit) {
    throw Error(ErrorClass::remote_final,
                "the answer is larger than " + std::to_string(call.request.max_response_bytes) + " bytes",
                call.where);
  }
  if (error == http::error::header_limit) {
    throw Error(ErrorClass::remote_final, "the answer's head is too large", call.where);
  }
  if (error == http::error::partial_message) {
    throw Error(ErrorClass::remote_transient, "the answer broke off before its end", call.where);
  }
  throw Error(ErrorClass::remote_transient, "the answer is not valid HTTP: " + error.message(), call.where);
}

// Where the body of a 2xx answer goes if the caller wants it in a file.
struct BodySink {
  BlockingPool& pool;
  std::optional<BodyFileWriter> file = {};
};

bool goes_to_file(const ResponseParser& parser, const Call& call) {
  return !call.request.response_file.empty() && parser.is_header_done() &&
         parser.get().result_int() / 100 == 2;
}

// Writes what has been parsed of the body, once it is a good piece or all.
Awaitable<void> drain_to_file(ResponseParser& parser, const Call& call, BodySink& sink) {
  std::string& body = parser.get().body();
  if (body.size() < kFilePiece && !parser.is_done()) co_return;
  auto write = [&sink, &call, bytes = std::exchange(body, {})] {
    if (!sink.file) sink.file.emplace(call.request.response_file);
    sink.file->write(bytes);
  };
  co_await run_blocking(sink.pool, std::move(write));
}

// Parses one message from the stream; what was read beyond it stays in the buffer.
Awaitable<void> read_message(ByteStream& stream, boost::beast::flat_buffer& buffer, ResponseParser& parser,
                             const Call& call, Attempt& attempt, BodySink& sink) {
  parser.eager(true);
  parser.header_limit(kMaxHeadBytes);
  parser.body_limit(call.request.max_response_bytes);
  parser.skip(call.request.method == "HEAD");
  while (!parser.is_done()) {
    if (buffer.size() > 0) {
      error_code error;
      buffer.consume(parser.put(buffer.data(), error));
      if (error && error != http::error::need_more) throw_parse_error(error, call);
      if (goes_to_file(parser, call)) co_await drain_to_file(parser, call, sink);
      if (parser.is_done()) break;
      // Only a head or a chunk's line can wait for more than it has.
      if (buffer.size() > kMaxUnparsed) throw_parse_error(http::error::header_limit, call);
    }
    const std::size_t size = co_await stream.read_some(buffer.prepare(kReadSize));
    buffer.commit(size);
    if (size > 0) {
      attempt.answered = true;
      continue;
    }
    if (!attempt.answered) throw system_error(asio::error::eof);
    error_code error = http::error::partial_message;
    if (parser.got_some()) parser.put_eof(error);
    if (error) throw_parse_error(error, call);
    if (goes_to_file(parser, call)) co_await drain_to_file(parser, call, sink);
  }
}

Response to_response(ResponseParser& parser) {
  Response response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    response.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(parser.get().body());
  return response;
}

Awaitable<void> write_file(State& state, ByteStream& stream, const Call& call) {
  co_await stream.write(call.head);
  std::optional<BodyFileReader> file;
  std::uint64_t left = call.body_bytes;
  while (left > 0) {
    auto read = [&file, &call, most = std::min<std::uint64_t>(left, kFilePiece)] {
      if (!file) file.emplace(call.request.body_file);
      return file->read(static_cast<std::size_t>(most));
    };
    const std::string piece = co_await run_blocking(state.files, std::move(read));
    if (piece.empty()) {
      throw Error(ErrorClass::caller, "the file became shorter while it was sent", call.request.body_file);
    }
    co_await stream.write(piece);
    left -= piece.size();
  }
}

Awaitable<void> write_request(State& state, ByteStream& stream, const Call& call) {
  if (!call.request.body_file.empty()) co_return co_await write_file(state, stream, call);
  // One packet for what fits in one.
  if (call.request.body.size() < kReadSize) {
    const std::string all = call.head + call.request.body;
    co_await stream.write(all);
  } else {
    co_await stream.write(call.head);
    co_await stream.write(call.request.body);
  }
}

Awaitable<void> read_response(State& state, ByteStream& stream, const Call& call, Attempt& attempt) {
  boost::beast::flat_buffer buffer;
  BodySink sink{state.files};
  while (true) {
    ResponseParser parser;
    co_await read_message(stream, buffer, parser, call, attempt, sink);
    const unsigned status = parser.get().result_int();
    // Interim answers, such as 103 Early Hints, come before the real one.
    if (status < 200 && status != 101) continue;
    attempt.reusable = parser.keep_alive() && buffer.size() == 0 && status != 101;
    attempt.response = to_response(parser);
    co_return;
  }
}

bool is_connection_failure(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const system_error& known) {
    return known.code() != asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

Awaitable<Attempt> attempt_on(State& state, ByteStream& stream, const Call& call) {
  Attempt attempt;
  std::exception_ptr write_error;
  try {
    co_await write_request(state, stream, call);
  } catch (...) {
    write_error = std::current_exception();
  }
  // A server that refuses a large body answers and closes while we still write: its answer counts.
  if (!write_error || is_connection_failure(write_error)) {
    try {
      co_await read_response(state, stream, call, attempt);
    } catch (...) {
      attempt.error = std::current_exception();
    }
  }
  if (write_error) {
    attempt.reusable = false;
    if (!attempt.response) attempt.error = write_error;
  }
  co_return attempt;
}

[[noreturn]] void throw_unreachable(const std::string& what, const error_code& error, const Call& call) {
  throw RequestNotSent(what + ": " + error.message(), call.where);
}

Awaitable<tcp::socket> connect_to(std::vector<tcp::endpoint> endpoints, const Call& call) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  std::exception_ptr error;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    tcp::socket socket(executor);
    try {
      auto connecting = socket.async_connect(endpoints[i], asio::use_awaitable);
      if (i + 1 < endpoints.size()) {
        co_await with_timeout(kConnectLimit, "connecting", std::move(connecting));
      } else {
        co_await std::move(connecting);
      }
      socket.set_option(tcp::no_delay(true));
      co_return socket;
    } catch (...) {
      error = std::current_exception();
    }
    if (is_cancellation(error)) break;
  }
  try {
    std::rethrow_exception(error);
  } catch (const system_error& known) {
    if (known.code() == asio::error::operation_aborted) throw;
    throw_unreachable("can't connect", known.code(), call);
  }
}

Awaitable<std::vector<tcp::endpoint>> addresses_of(State& state, const Call& call) {
  try {
    co_return co_await state.names.find(call.url.host, call.url.port);
  } catch (const system_error& known) {
    if (known.code() == asio::error::operation_aborted) throw;
    throw_unreachable("the host name can't be resolved", known.code(), call);
  }
}

Awaitable<std::unique_ptr<ByteStream>> connect(State& state, const Call& call) {
  std::vector<tcp::endpoint> endpoints = co_await addresses_of(state, call);
  tcp::socket socket = co_await connect_to(std::move(endpoints), call);
  if (call.url.scheme == "http") co_return plain_stream(std::move(socket));
  try {
    co_return co_await state.tls.handshake(std::move(socket), call.url.host, call.where);
  } catch (const system_error& known) {
    if (known.code() == asio::error::operation_aborted) throw;
    throw_unreachable("the connection broke off while TLS was agreed on", known.code(), call);
  }
}

[[noreturn]] void throw_failure(const Attempt& attempt, const Call& call) {
  if (!is_connection_failure(attempt.error)) std::rethrow_exception(attempt.error);
  try {
    std::rethrow_exception(attempt.error);
  } catch (const system_error& known) {
    const char* when =
        attempt.answered ? "the answer broke off" : "the connection broke off before an answer came";
    throw Error(ErrorClass::remote_transient, std::string(when) + ": " + known.code().message(), call.where);
  }
}

Awaitable<Response> exchange(State& state, const Call& call) {
  std::unique_ptr<ByteStream> stream = state.idle.take(call.origin);
  if (stream) {
    Attempt attempt = co_await attempt_on(state, *stream, call);
    if (attempt.response) {
      if (attempt.reusable) state.idle.put(call.origin, std::move(stream));
      co_return std::move(*attempt.response);
    }
    const bool was_stale = !attempt.answered && is_connection_failure(attempt.error);
    if (!was_stale || !is_idempotent(call.request.method)) throw_failure(attempt, call);
    state.idle.drop(call.origin);
  }
  stream = co_await connect(state, call);
  Attempt attempt = co_await attempt_on(state, *stream, call);
  if (!attempt.response) throw_failure(attempt, call);
  if (attempt.reusable) state.idle.put(call.origin, std::move(stream));
  co_return std::move(*attempt.response);
}

// As much of a text that is no URL as may be shown: neither a query nor a password before the host.
std::string shown(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t at = url.rfind('@');
  if (at != std::string_view::npos) url.remove_prefix(at + 1);
  return std::string(url.substr(0, 200));
}

Call make_call(const State& state, Request request) {
  const std::optional<Url> url = parse_url(request.url);
  if (!url) {
    throw Error(ErrorClass::configuration, "not an absolute http or https URL without a user",
                shown(request.url));
  }
  Call call;
  call.url = *url;
  // Opening it blocks for no longer than a look into the file system.
  call.body_bytes =
      request.body_file.empty() ? request.body.size() : BodyFileReader(request.body_file).size();
  call.head = request_head(request, *url, state.options.user_agent, call.body_bytes);
  call.origin = url->scheme + "://" + url->host + ":" + std::to_string(url->port);
  call.where = request.method + " " + shown(request.url);
  call.request = std::move(request);
  return call;
}

class BeastClient final : public HttpClient {
 public:
  explicit BeastClient(HttpClientOptions options) : state_(std::move(options)) {}

  Awaitable<Response> send(Request request) override {
    const Call call = make_call(state_, std::move(request));
    co_return co_await with_timeout(call.request.timeout, call.where, exchange(state_, call));
  }

 private:
  State state_;
};

}  // namespace

std::unique_ptr<HttpClient> create_http_client(const asio::any_io_executor&, HttpClientOptions options) {
  return std::make_unique<BeastClient>(std::move(options));
}

}  // namespace diffgate::net
