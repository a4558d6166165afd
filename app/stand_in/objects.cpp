#include "app/stand_in/objects.hpp"

#include <utility>

namespace diffgate::app::stand_in {

Awaitable<int> deliver(net::HttpClient& client, std::string url, Hook hook) {
  net::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = hook.headers;
  request.body = hook.body;
  const net::Response response = co_await client.send(std::move(request));
  co_return response.status;
}

}  // namespace diffgate::app::stand_in
