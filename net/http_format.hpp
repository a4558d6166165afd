#pragma once

// HTTP/1.1 heads as text: what both our client and our server write.

#include <string>
#include <string_view>

#include "net/http.hpp"
#include "net/url.hpp"

namespace diffgate::net {

// Whether sending it twice does the same as sending it once (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

// The request line and fields of `request`, up to and with the empty line. Host, Content-Length and
// Connection are ours. Throws Error(internal) if a name or value could break out of its line.
std::string request_head(const Request& request, const Url& url, std::string_view user_agent);

// The status line and fields of `response`. Content-Length, Connection and Date are ours.
// Throws Error(internal) as above.
std::string response_head(const Response& response, bool keep_alive);

}  // namespace diffgate::net
