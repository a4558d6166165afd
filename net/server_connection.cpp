#include "net/server_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "net/error.hpp"
#include "net/http_format.hpp"
#include "net/server_request.hpp"
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

const Refusal kLateRequest{408, "the request did not arrive in time"};

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
    RequestParser parser;
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
    const bool again = written && stays;
    co_return again;
  }

  Awaitable<std::optional<Refusal>> read_head(RequestParser& parser) {
    std::optional<Refusal> refusal = parse_head(parser);
    if (refusal || parser.is_header_done()) co_return refusal;
    const bool came = co_await in_time(context_->options.header_timeout, read_rest_of_head(parser, refusal));
    if (!came) co_return kLateRequest;
    co_return refusal;
  }

  Awaitable<void> read_rest_of_head(RequestParser& parser, std::optional<Refusal>& refusal) {
    while (!ended_ && !refusal && !parser.is_header_done()) {
      co_await read_more(4U << 10U);
      refusal = parse_head(parser);
    }
  }

  // Parses what has come. Unless it refuses, the head is done or needs more.
  std::optional<Refusal> parse_head(RequestParser& parser) {
    const std::size_t limit = context_->options.max_header_bytes;
    error_code error;
    head_bytes_ += parse(parser, error);
    if (error && error != http::error::need_more) return refusal_for(error, limit, 0);
    // Beast's limit counts from the last field that it has taken, this one from the start.
    const std::size_t waiting = parser.is_header_done() ? 0 : buffer_.size();
    if (head_bytes_ + waiting > limit) return refusal_for(http::error::header_limit, limit, 0);
    return std::nullopt;
  }

  Awaitable<std::optional<Refusal>> take_body(RequestParser& parser, ServerRequest& request,
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

  Awaitable<std::optional<Refusal>> read_body(RequestParser& parser, BodyPolicy policy,
                                              std::shared_ptr<TemporaryFile> file) {
    if (policy.refused_status != 0) co_return Refusal{policy.refused_status, policy.refused_reason};
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

  Awaitable<void> read_rest_of_body(RequestParser& parser, std::shared_ptr<TemporaryFile> file,
                                    error_code& error) {
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

  std::size_t parse(RequestParser& parser, error_code& error) {
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
