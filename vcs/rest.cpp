#include "vcs/rest.hpp"

#include <fmt/format.h>

#include <utility>

#include "net/url.hpp"
#include "vcs/json.hpp"
#include "vcs/text_limits.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxRedirects = 5;
constexpr std::chrono::minutes kFileTimeout{10};

// "https://host:port" of an absolute URL.
std::string origin_of(const std::string& url) {
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return url;
  return url.substr(0, url.find('/', host + 3));
}

bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }

}  // namespace

std::string name_of(const ApiCall& call) {
  std::string_view path = call.path;
  if (!path.starts_with('/')) {
    const std::size_t host = path.find("://");
    const std::size_t slash = host == std::string_view::npos ? host : path.find('/', host + 3);
    path = slash == std::string_view::npos ? "/" : path.substr(slash);
  }
  return fmt::format("{} {}", call.method, path.substr(0, path.find('?')));
}

Rest::Rest(net::HttpClient& client, Clock& clock, std::string base_url, std::chrono::milliseconds timeout)
    : client_(client), clock_(clock), base_url_(std::move(base_url)), timeout_(timeout) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
  origin_ = origin_of(base_url_);
}

std::string Rest::url_of(const ApiCall& call) const {
  if (call.path.starts_with('/')) return base_url_ + call.path;
  if (net::same_origin(call.path, base_url_)) return call.path;
  throw Error(ErrorClass::internal, "a call outside of " + origin_, name_of(call));
}

std::string Rest::redirect_target(const ApiCall& call, const net::Response& response) const {
  const std::string location(response.headers.get("Location").value_or(""));
  if (location.starts_with('/') && !location.starts_with("//")) return origin_ + location;
  if (net::same_origin(location, base_url_)) return location;
  throw Error(ErrorClass::remote_final, "redirected to another host than " + origin_, name_of(call),
              "set the API's URL to where it is now");
}

Awaitable<net::Response> Rest::send(ApiCall call, net::Headers headers,
                                    std::function<void(const net::Response&)> on_response) {
  net::Request request;
  request.method = call.method;
  request.url = url_of(call);
  request.headers = std::move(headers);
  if (!call.body.empty()) request.headers.set("Content-Type", "application/json");
  request.body = call.body;
  request.timeout = call.response_file.empty() ? timeout_ : kFileTimeout;
  request.response_file = call.response_file;
  request.max_response_bytes = call.max_response_bytes;
  for (int redirects = 0;; ++redirects) {
    net::Response response =
        co_await net::send_with_retries(client_, clock_, net::RetryPolicy{}, request, on_response);
    if (!is_redirect(response.status) || call.keeps_redirect) co_return response;
    if (redirects == kMaxRedirects) {
      throw Error(ErrorClass::remote_final, "redirected more than five times", name_of(call));
    }
    request.url = redirect_target(call, response);
  }
}

std::optional<std::string> Rest::next_page(const ApiCall& call, const net::Response& response) const {
  const auto link = response.headers.get("Link");
  if (!link) return std::nullopt;
  std::optional<std::string> next = net::next_link(*link);
  if (next && !net::same_origin(*next, base_url_)) {
    throw Error(ErrorClass::remote_final, "the next page is on another host than " + origin_, name_of(call));
  }
  return next;
}

bool is_transient(const net::Response& response) {
  if (response.status == 429 || response.status >= 500) return true;
  if (response.status != 403) return false;
  if (response.headers.get("Retry-After")) return true;
  if (response.headers.get("x-ratelimit-remaining") == "0") return true;
  return server_message(response).find("rate limit") != std::string::npos;
}

std::string server_message(const net::Response& response) {
  std::string message = message_of(response.body, "message");
  if (message.empty()) message = message_of(response.body, "error");
  return cut_characters(std::move(message), 300);
}

}  // namespace diffgate::vcs
