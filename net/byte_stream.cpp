#include "net/byte_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

namespace diffgate::net {
namespace {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  Awaitable<std::size_t> read_some(asio::mutable_buffer into) override {
    boost::system::error_code error;
    const std::size_t size =
        co_await socket_.async_read_some(into, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::eof) co_return 0;
    if (error) throw boost::system::system_error(error);
    co_return size;
  }

  Awaitable<void> write(std::string_view bytes) override {
    co_await asio::async_write(socket_, asio::buffer(bytes), asio::use_awaitable);
  }

  asio::ip::tcp::socket& socket() override { return socket_; }

 private:
  asio::ip::tcp::socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> plain_stream(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace diffgate::net
