#pragma once

// One forge's REST API: a base URL from the server file, and nothing outside of its origin. Redirects and
// links to next pages are followed there only, so that authorization never reaches another host.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"
#include "net/http.hpp"
#include "net/retry.hpp"

namespace diffgate::vcs {

struct ApiCall {
  std::string method = "GET";
  std::string path =
      {};  // from the API's root ("/repos/acme/dbt/pulls/7?…"), or the absolute URL of a next page
  std::string body = {};           // JSON, or empty
  std::string accept = {};         // another media type than the usual one
  std::string permission = {};     // what the call needs, for the hint of an error: "checks: write"
  bool keeps_redirect = false;     // a redirect is the answer, for the caller to follow without authorization
  std::string response_file = {};  // where the body of a 2xx answer goes
  std::size_t max_response_bytes = 32U << 20U;
};

// "GET /repos/acme/dbt/pulls/7": the place that errors name.
std::string name_of(const ApiCall& call);

class Rest {
 public:
  // `client` and `clock` must outlive it. `base_url` has no slash at its end.
  Rest(net::HttpClient& client, Clock& clock, std::string base_url, std::chrono::milliseconds timeout);

  // The answer after bounded retries and at most five redirects on the same origin (a renamed repository is a
  // 301); method and body stay the same over a redirect. Any other status is the caller's.
  // `on_response`, if given, sees each answer on the way, those that are tried again too.
  Awaitable<net::Response> send(ApiCall call, net::Headers headers,
                                std::function<void(const net::Response&)> on_response = {});

  // The URL of the next page, or nullopt after the last. Throws Error(remote_final) if it is on another
  // origin.
  std::optional<std::string> next_page(const ApiCall& call, const net::Response& response) const;

 private:
  std::string url_of(const ApiCall& call) const;
  std::string redirect_target(const ApiCall& call, const net::Response& response) const;

  net::HttpClient& client_;
  Clock& clock_;
  std::string base_url_;
  std::string origin_;
  std::chrono::milliseconds timeout_;
};

// Whether a wait may help: 429, 5xx, or a 403 that speaks of a rate limit.
bool is_transient(const net::Response& response);

// The server's `message` (or `error`) as one short line; empty if there is none.
std::string server_message(const net::Response& response);

}  // namespace diffgate::vcs
