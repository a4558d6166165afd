#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <string_view>

#include "net/async.hpp"

namespace diffgate::net {

// A connection as bytes, plain or TLS. Failures are boost::system::system_error; after one, and after a
// cancellation, the stream is of no further use. Its destructor closes the connection.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // At least one byte, or 0 when the peer ended the stream in order.
  virtual Awaitable<std::size_t> read_some(asio::mutable_buffer into) = 0;

  // All of it. The bytes must stay until it is done.
  virtual Awaitable<void> write(std::string_view bytes) = 0;

  virtual asio::ip::tcp::socket& socket() = 0;
};

std::unique_ptr<ByteStream> plain_stream(asio::ip::tcp::socket socket);

}  // namespace diffgate::net
