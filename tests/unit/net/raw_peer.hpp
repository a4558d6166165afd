#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "net/async.hpp"

namespace diffgate::test {

// A TCP peer that says exactly what a test wants.
class RawPeer {
 public:
  explicit RawPeer(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  static Awaitable<RawPeer> connect(std::uint16_t port) {
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect({asio::ip::make_address("127.0.0.1"), port}, asio::use_awaitable);
    co_return RawPeer(std::move(socket));
  }

  Awaitable<void> send(std::string text) {
    co_await asio::async_write(socket_, asio::buffer(text), asio::use_awaitable);
  }

  // Reads until the text ends with `end`, or the stream does.
  Awaitable<std::string> read_until(std::string end) {
    std::string text;
    while (!text.ends_with(end)) {
      char byte = 0;
      boost::system::error_code error;
      co_await socket_.async_read_some(asio::buffer(&byte, 1),
                                       asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      text += byte;
    }
    co_return text;
  }

  // Reads to the end of the stream, orderly or not.
  Awaitable<std::string> read_all() {
    std::string text;
    boost::system::error_code error;
    while (!error) {
      char chunk[4096];
      const std::size_t size = co_await socket_.async_read_some(
          asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, error));
      text.append(chunk, size);
    }
    co_return text;
  }

  asio::ip::tcp::socket& socket() { return socket_; }

 private:
  asio::ip::tcp::socket socket_;
};

}  // namespace diffgate::test
