#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "net/http.hpp"

namespace diffgate::test {

inline net::Response answer(int status, std::string body = {}, net::Headers headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

// The wire of a test: answers from a script and remembers what was asked.
//
//   FakeHttp http;
//   http.once("GET", "https://api.github.com/app", answer(200, R"({"slug":"diffgate"})"));
//   …
//   CHECK(http.requests().at(0).headers.get("Accept") == …);
//
// A request that the script does not know throws std::logic_error, so that no call goes unnoticed.
class FakeHttp final : public net::HttpClient {
 public:
  using Handler = std::function<net::Response(const net::Request&)>;

  // Answers one request of that method and URL. Several of the same kind are used up in order.
  void once(std::string method, std::string url, net::Response response) {
    script_.push_back({std::move(method), std::move(url),
                       [response = std::move(response)](const net::Request&) { return response; }, false});
  }

  // Answers every further one, after the `once` of the same kind.
  void always(std::string method, std::string url, net::Response response) {
    always_by(std::move(method), std::move(url),
              [response = std::move(response)](const net::Request&) { return response; });
  }
  void always_by(std::string method, std::string url, Handler handler) {
    script_.push_back({std::move(method), std::move(url), std::move(handler), true});
  }

  Awaitable<net::Response> send(net::Request request) override {
    requests_.push_back(request);
    // An answer never comes at once: others run meanwhile.
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    net::Response response = take(request);
    if (!request.response_file.empty() && response.status / 100 == 2) {
      std::ofstream(request.response_file, std::ios::binary) << std::exchange(response.body, {});
    }
    co_return response;
  }

  const std::vector<net::Request>& requests() const { return requests_; }

  // "POST https://…" of every request, in order.
  std::vector<std::string> calls() const {
    std::vector<std::string> calls;
    for (const net::Request& request : requests_) calls.push_back(request.method + " " + request.url);
    return calls;
  }

  // The requests of that method and URL, in order.
  std::vector<net::Request> requests_of(const std::string& method, const std::string& url) const {
    std::vector<net::Request> found;
    for (const net::Request& request : requests_) {
      if (request.method == method && request.url == url) found.push_back(request);
    }
    return found;
  }

 private:
  struct Step {
    std::string method;
    std::string url;
    Handler handler;
    bool is_repeated;
  };

  net::Response take(const net::Request& request) {
    for (auto step = script_.begin(); step != script_.end(); ++step) {
      if (step->method != request.method || step->url != request.url) continue;
      net::Response response = step->handler(request);
      if (!step->is_repeated) script_.erase(step);
      return response;
    }
    throw std::logic_error("not in the script: " + request.method + " " + request.url);
  }

  std::list<Step> script_;
  std::vector<net::Request> requests_;
};

}  // namespace diffgate::test
