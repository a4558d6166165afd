#include "net/server_request.hpp"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace diffgate::net {

namespace http = boost::beast::http;

Refusal refusal_for(const boost::beast::error_code& error, std::size_t max_header_bytes,
                    std::size_t max_body_bytes) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {431, fmt::format("the request's head is larger than {} bytes", max_header_bytes)};
  }
  if (error == http::error::body_limit) {
    return {413, fmt::format("the request's body is larger than {} bytes", max_body_bytes)};
  }
  return {400, "the request is not valid HTTP/1.1: " + error.message()};
}

std::optional<Refusal> check_head(const RequestParser& parser, const Headers& headers) {
  const bool http_1_1 = parser.get().version() == 11;
  if (http_1_1 && parser.get().count(http::field::host) != 1) {
    return Refusal{400, "a request must have one Host header"};
  }
  if (const auto coding = headers.get("Transfer-Encoding")) {
    // Any other coding would leave a body that is taken for the next request.
    if (!boost::beast::iequals(*coding, "chunked") || !parser.chunked() || !http_1_1) {
      return Refusal{501, "the only transfer coding understood is chunked, in HTTP/1.1"};
    }
  }
  if (const auto expected = headers.get("Expect")) {
    if (!boost::beast::iequals(*expected, "100-continue")) {
      return Refusal{417, "the only expectation understood is 100-continue"};
    }
  }
  return std::nullopt;
}

Headers copy_headers(const RequestParser& parser) {
  Headers headers;
  for (const auto& field : parser.get()) {
    headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  return headers;
}

std::string origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    const std::size_t path = target.find_first_of("/?", scheme.size());
    if (path == std::string_view::npos) return "/";
    return (target[path] == '?' ? "/" : "") + std::string(target.substr(path));
  }
  return std::string(target);
}

}  // namespace diffgate::net
