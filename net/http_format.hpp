#pragma once

// HTTP/1.1 heads as text: what both our client and our server write.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.hpp"
#include "net/url.hpp"

namespace diffgate::net {

// "Mon, 04 May 2026 01:14:52 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);

// The same read; nullopt for the forms that are obsolete and for everything else.
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

// Whether sending it twice does the same as sending it once (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

// The request line and fields of `request`, up to and with the empty line, for a body of that many bytes.
// Host, Content-Length and Connection are ours. Throws Error(internal) if a name or value could break out of
// its line.
std::string request_head(const Request& request, const Url& url, std::string_view user_agent,
                         std::uint64_t body_bytes);

// The status line and fields of `response`. Content-Length, Connection and Date are ours.
// Throws Error(internal) as above.
std::string response_head(const Response& response, bool keep_alive);

}  // namespace diffgate::net
