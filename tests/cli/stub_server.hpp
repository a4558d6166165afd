#pragma once

// A server on loopback that answers by a function and remembers what came, on a thread of its own.

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/http.hpp"

namespace diffgate::test {

class StubServer {
 public:
  using Answer = std::function<net::ServerResponse(const net::ServerRequest&)>;

  explicit StubServer(Answer answer) : answer_(std::move(answer)) {
    server_ = net::start_http_server(
        context_.get_executor(), {}, [](auto&&...) { return net::BodyPolicy{.max_bytes = 64U << 20U}; },
        [this](net::ServerRequest request) -> Awaitable<net::ServerResponse> {
          received_.push_back(request);
          co_return answer_(request);
        },
        [](const std::string&) {});
    thread_ = std::thread([this] { context_.run(); });
  }
  ~StubServer() {
    context_.stop();
    thread_.join();
  }
  StubServer(const StubServer&) = delete;
  StubServer& operator=(const StubServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  // To be read only while no request is under way.
  const std::vector<net::ServerRequest>& received() const { return received_; }

 private:
  Answer answer_;
  std::vector<net::ServerRequest> received_;
  boost::asio::io_context context_{1};
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
};

inline net::ServerResponse stub_answer(int status, std::string body) {
  net::ServerResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace diffgate::test
