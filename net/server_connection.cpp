#include "net/server_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "net/error.hpp"
#include "net/http_format.hpp"
#include "net/temporary_file.hpp"

// One connection: wait for a request, read its head, ask the policy, read its body, ask the handler, answer,
// again. Each phase that waits for the peer has a limit of its own, so that a peer that sends a byte now and
// then holds a place no longer than the head's and the body's limits together.

namespace diffgate::net {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using boost::system::system_error;

constexpr std::size_t kReadSize = 64U << 10U;
constexpr std::size_t kFileChunk = 256U << 10U;
constexpr std::size_t kWriteChunk = 256U << 10U;
// The longest line between two chunks of a body, and the longest trailer behind the last.
constexpr std::size_t kMaxChunkLine = 16U << 10U;
// How long a refused peer may go on sending before the connection is cut. A connection that is closed with
// unread bytes is reset, and the peer may lose the answer.
constexpr std::chrono::seconds kLingerLimit(5);

// The body's bytes as they come out of the parser; taken from here when they go to a file.
struct CollectedBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& error) {
      error = {};
      std::size_t size = 0;
      for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(buffer.data()), buffer.size());
        size += buffer.size();
      }
      return size;
    }

    void finish(error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
};

using Parser = http::request_parser<CollectedBody>;

// A request that gets no further: the answer to it, and the end of the connection.
struct Refusal {
  int status;
  std::string text;
};

const Refusal kLateRequest{408, "the request did not arrive in time"};

Refusal refusal_for(const error_code& error, std::size_t max_header_bytes, std::size_t max_body_bytes) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {431, fmt::format("the request's head is larger than {} bytes", max_header_bytes)};
  }
  if (error == http::error::body_limit) {
    return {413, fmt::format("the request's body is larger than {} bytes", max_body_bytes)};
  }
  return {400, "the request is not valid HTTP/1.1: " + error.message()};
}

// In the list of idle connections for as long as it lives.
class IdleMark {
 public:
  IdleMark(std::list<IdleConnection>& list, tcp::socket& socket)
      : list_(list), at_(list.insert(list.end(), {&socket, std::chrono::steady_clock::now()})) {}
  ~IdleMark() { list_.erase(at_); }
  IdleMark(const IdleMark&) = delete;
  IdleMark& operator=(const IdleMark&) = delete;

 private:
  std::list<IdleConnection>& list_;
  std::list<IdleConnection>::iterator at_;
};

// Whether the operation ended within its limit; its own errors pass.
Awaitable<bool> in_time(std::chrono::milliseconds limit, Awaitable<void> operation) {
  try {
    co_await with_timeout(limit, "peer", std::move(operation));
  } catch (const Error&) {
    co_return false;
  }
  co_return true;
}

Headers copy_headers(const Parser& parser) {
  Headers headers;
  for (const auto& field : parser.get()) {
    headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  return headers;
}

// What Beast leaves to its user (RFC 9112, 3.2 and 6.1; RFC 9110, 10.1.1).
std::optional<Refusal> check_head(const Parser& parser, const Headers& headers) {
  const bool http_1_1 = parser.get().version() == 11;
  if (http_1_1 && parser.get().count(http::field::host) != 1) {
    return Refusal{400, "a request must have one Host header"};
  }
  if (const auto coding = headers.get("Transfer-Encoding")) {
    // Any other coding would leave a body that is taken for the next request.
    if (!boost::beast::iequals(*coding, "chunked") || !parser.chunked() || !http_1_1) {
      return Refusal{501, "the only transfer coding understood is chunked, in HTTP/1.1"};
    }
  }
  if (const auto expected = headers.get("Expect")) {
    if (!boost::beast::iequals(*expected, "100-continue")) {
      return Refusal{417, "the only expectation understood is 100-continue"};
    }
  }
  return std::nullopt;
}

// "http://host/path" is the form that proxies get; only the path is meant for us (RFC 9112, 3.2.2).
std::string origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    const std::size_t path = target.find_first_of("/?", scheme.size());
    if (path == std::string_view::npos) return "/";
    return (target[path] == '?' ? "/" : "") + std::string(target.substr(path));
  }
  return std::string(target);
}

class Connection {
 public:
  Connection(std::shared_ptr<ServerContext> context, std::unique_ptr<ByteStream> stream,
             std::string remote_address)
      : context_(std::move(context)),
        stream_(std::move(stream)),
        remote_address_(std::move(remote_address)) {}

  Awaitable<void> run() {
    while (co_await wait_for_request()) {
      const bool again = co_await serve_request();
      if (!again) break;
    }
  }

 private:
  // False when no request comes: the peer is gone or idle for too long, or the server stops.
  Awaitable<bool> wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    if (context_->stopping) co_return false;
    // A waiting connection should cost little: there may be many.
    buffer_.shrink_to_fit();
    const IdleMark mark(context_->idle, stream_->socket());
    const auto limit = first_ ? context_->options.header_timeout : context_->options.idle_timeout;
    first_ = false;
    const bool came = co_await in_time(limit, read_more(4U << 10U));
    co_return came && !ended_;
  }

  // False when the connection must end.
  Awaitable<bool> serve_request() {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(context_->options.max_header_bytes));
    parser.body_limit(boost::none);
    head_bytes_ = 0;
    ServerRequest request;
    std::shared_ptr<TemporaryFile> file;
    std::optional<Refusal> refusal = co_await read_head(parser);
    if (ended_) co_return false;
    if (!refusal) {
      request.method = std::string(parser.get().method_string());
      request.target = origin_form(parser.get().target());
      request.headers = copy_headers(parser);
      request.remote_address = remote_address_;
      refusal = check_head(parser, request.headers);
    }
    if (!refusal) refusal = co_await take_body(parser, request, file);
    if (ended_) co_return false;
    if (refusal) {
      file.reset();
      co_await refuse(*refusal);
      co_return false;
    }
    const bool head_only = request.method == "HEAD";
    const bool may_stay = parser.keep_alive();
    ServerResponse response = co_await ask_handler(std::move(request));
    file.reset();
    const bool stays = may_stay && !context_->stopping && !context_->is_full();
    const bool written = co_await write_response(std::move(response), stays, head_only);
    if (written && !stays) co_await linger_if_unread();
    co_return written&& stays;
  }

  Awaitable<std::optional<Refusal>> read_head(Parser& parser) {
    std::optional<Refusal> refusal = parse_head(parser);
    if (refusal || parser.is_header_done()) co_return refusal;
    const bool came = co_await in_time(context_->options.header_timeout, read_rest_of_head(parser, refusal));
    if (!came) co_return kLateRequest;
    co_return refusal;
  }

  Awaitable<void> read_rest_of_head(Parser& parser, std::optional<Refusal>& refusal) {
    while (!ended_ && !refusal && !parser.is_header_done()) {
      co_await read_more(4U << 10U);
      refusal = parse_head(parser);
    }
  }

  // Parses what has come. Unless it refuses, the head is done or needs more.
  std::optional<Refusal> parse_head(Parser& parser) {
    const std::size_t limit = context_->options.max_header_bytes;
    error_code error;
    head_bytes_ += parse(parser, error);
    if (error && error != http::error::need_more) return refusal_for(error, limit, 0);
    // Beast's limit counts from the last field that it has taken, this one from the start.
    const std::size_t waiting = parser.is_header_done() ? 0 : buffer_.size();
    if (head_bytes_ + waiting > limit) return refusal_for(http::error::header_limit, limit, 0);
    return std::nullopt;
  }

  Awaitable<std::optional<Refusal>> take_body(Parser& parser, ServerRequest& request,
                                              std::shared_ptr<TemporaryFile>& file) {
    std::optional<Refusal> refusal;
    std::exception_ptr failure;
    try {
      const BodyPolicy policy = context_->policy(request.method, request.path(), request.headers);
      if (policy.to_file) file = std::make_shared<TemporaryFile>(context_->options.body_directory);
      refusal = co_await read_body(parser, policy, file);
    } catch (const system_error&) {
      throw;  // the peer's or a cancellation
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure) {
      report(request, failure);
      co_return Refusal{500, "internal error"};
    }
    if (file) {
      request.body_file = file->path();
    } else {
      request.body = std::move(parser.get().body());
    }
    co_return refusal;
  }

  Awaitable<std::optional<Refusal>> read_body(Parser& parser, BodyPolicy policy,
                                              std::shared_ptr<TemporaryFile> file) {
    if (parser.is_done()) co_return std::nullopt;
    const auto length = parser.content_length();
    if (length && *length > policy.max_bytes)
      co_return refusal_for(http::error::body_limit, 0, policy.max_bytes);
    parser.body_limit(policy.max_bytes);
    parser.eager(true);
    error_code error;
    const bool came = co_await in_time(policy.timeout, read_rest_of_body(parser, file, error));
    if (!came) co_return kLateRequest;
    if (error) co_return refusal_for(error, context_->options.max_header_bytes, policy.max_bytes);
    co_return std::nullopt;
  }

  Awaitable<void> read_rest_of_body(Parser& parser, std::shared_ptr<TemporaryFile> file, error_code& error) {
    if (parser.get().count(http::field::expect) > 0 && buffer_.size() == 0) {
      co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    while (true) {
      parse(parser, error);
      if (error == http::error::need_more) error = {};
      if (!error && buffer_.size() > kMaxChunkLine && !parser.is_done()) error = http::error::bad_chunk;
      if (error) co_return;
      if (file && (parser.is_done() || parser.get().body().size() >= kFileChunk)) {
        auto write = [file, bytes = std::exchange(parser.get().body(), {})] { file->write(bytes); };
        if (context_->files == nullptr) throw system_error(asio::error::operation_aborted);
        co_await run_blocking(*context_->files, std::move(write));
      }
      if (parser.is_done()) co_return;
      co_await read_more(kReadSize);
      if (ended_) co_return;
    }
  }

  std::size_t parse(Parser& parser, error_code& error) {
    if (buffer_.size() == 0) return 0;
    const std::size_t size = parser.put(buffer_.data(), error);
    buffer_.consume(size);
    return size;
  }

  Awaitable<void> read_more(std::size_t most) {
    const std::size_t size = co_await stream_->read_some(buffer_.prepare(most));
    buffer_.commit(size);
    ended_ = size == 0;
  }

  Awaitable<ServerResponse> ask_handler(ServerRequest request) {
    ServerRequest seen;
    seen.method = request.method;
    seen.target = request.target;
    std::exception_ptr failure;
    try {
      co_return co_await context_->handler(std::move(request));
    } catch (...) {
      failure = std::current_exception();
    }
    if (is_cancellation(failure)) std::rethrow_exception(failure);
    report(seen, failure);
    co_return plain_text({500, "internal error"});
  }

  // False when the peer does not take the answer.
  Awaitable<bool> write_response(ServerResponse response, bool stays, bool head_only) {
    const std::string head = head_of(response, stays);
    if (head_only || response.status == 204 || response.status == 304) response.body.clear();
    const auto limit = context_->options.idle_timeout;
    if (response.body.size() < kWriteChunk) {
      // One packet for what fits in one.
      const std::string all = head + response.body;
      co_return co_await in_time(limit, stream_->write(all));
    }
    bool written = co_await in_time(limit, stream_->write(head));
    std::string_view rest = response.body;
    while (written && !rest.empty()) {
      const std::string_view chunk = rest.substr(0, kWriteChunk);
      written = co_await in_time(limit, stream_->write(chunk));
      rest.remove_prefix(chunk.size());
    }
    co_return written;
  }

  // The head; of an answer that can't be written as one, that of an internal error, which it then becomes.
  std::string head_of(ServerResponse& response, bool stays) {
    try {
      return response_head(response, stays);
    } catch (const Error& error) {
      context_->on_error(error_line(error));
    }
    response = plain_text({500, "internal error"});
    return response_head(response, stays);
  }

  Awaitable<void> refuse(Refusal refusal) {
    const bool written = co_await write_response(plain_text(refusal), false, false);
    if (written) co_await linger();
  }

  Awaitable<void> linger_if_unread() {
    error_code error;
    if (buffer_.size() > 0 || stream_->socket().available(error) > 0) co_await linger();
  }

  // Ends our side and takes what the peer still sends, so that it can read the answer in peace.
  Awaitable<void> linger() {
    tcp::socket& socket = stream_->socket();
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    const IdleMark mark(context_->idle, socket);
    co_await in_time(kLingerLimit, drain(socket));
  }

  // Bytes below TLS: nobody looks at them any more. Ends with system_error (eof).
  Awaitable<void> drain(tcp::socket& socket) {
    buffer_.clear();
    const auto space = buffer_.prepare(kReadSize);
    while (true) co_await socket.async_read_some(space, asio::use_awaitable);
  }

  static ServerResponse plain_text(const Refusal& refusal) {
    ServerResponse response;
    response.status = refusal.status;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = refusal.text + "\n";
    return response;
  }

  void report(const ServerRequest& request, const std::exception_ptr& error) {
    context_->on_error(fmt::format("{} {}: {}", request.method, request.path(), error_line(error)));
  }

  std::shared_ptr<ServerContext> context_;
  std::unique_ptr<ByteStream> stream_;
  std::string remote_address_;
  boost::beast::flat_buffer buffer_;
  std::size_t head_bytes_ = 0;
  bool first_ = true;
  bool ended_ = false;  // the peer sends no more
};

}  // namespace

Awaitable<void> serve_connection(std::shared_ptr<ServerContext> context, std::unique_ptr<ByteStream> stream,
                                 std::string remote_address) {
  Connection connection(std::move(context), std::move(stream), std::move(remote_address));
  try {
    co_await connection.run();
  } catch (const system_error&) {  // NOLINT(bugprone-empty-catch): the peer is gone or we were told to stop
  }
}

}  // namespace diffgate::net
