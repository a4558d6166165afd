#include "vcs/download.hpp"

#include "net/error.hpp"
#include "net/retry.hpp"
#include "net/url.hpp"

namespace diffgate::vcs {
namespace {

constexpr int kMaxRedirects = 3;
constexpr std::chrono::minutes kTimeout{10};

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// A storage is another host by nature, but never less protected than what led to it.
std::string checked_target(const net::Response& response, const std::string& from, const std::string& where) {
  std::string target(response.headers.get("Location").value_or(""));
  const auto source = net::parse_url(from);
  if (target.starts_with('/') && !target.starts_with("//") && source) {
    target = from.substr(0, from.find('/', from.find("://") + 3)) + target;
  }
  const auto url = net::parse_url(target);
  const bool is_protected = url && (url->scheme == "https" || (source && source->scheme == "http"));
  if (!is_protected) {
    throw Error(ErrorClass::remote_final, "redirected to something that is no https URL", where);
  }
  return target;
}

}  // namespace

std::optional<std::string> storage_url(const ApiCall& call, const std::string& api_url,
                                       const net::Response& response) {
  if (!is_redirect(response.status)) return std::nullopt;
  return checked_target(response, api_url, name_of(call));
}

Awaitable<int> download(net::HttpClient& client, Clock& clock, std::string url, std::string into_file,
                        std::size_t max_bytes) {
  net::Request request;
  request.url = std::move(url);
  request.timeout = kTimeout;
  request.max_response_bytes = max_bytes;
  request.response_file = std::move(into_file);
  for (int redirects = 0;; ++redirects) {
    const net::Response response =
        co_await net::send_with_retries(client, clock, net::RetryPolicy{}, request);
    if (!is_redirect(response.status)) co_return response.status;
    if (redirects == kMaxRedirects) {
      throw Error(ErrorClass::remote_final, "redirected too often", "download of a CI artifact");
    }
    request.url = checked_target(response, request.url, "download of a CI artifact");
  }
}

}  // namespace diffgate::vcs
