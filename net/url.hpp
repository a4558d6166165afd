#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diffgate::net {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case, without brackets
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"
};

// An absolute http or https URL; nullopt for anything else. A user or password in it is refused.
std::optional<Url> parse_url(std::string_view text);

// Percent-encodes everything but unreserved characters (RFC 3986, 2.3), "/" included: safe as one path
// segment.
std::string encode_path_segment(std::string_view text);
// The same but keeps "/".
std::string encode_path(std::string_view text);
// nullopt on a broken escape.
std::optional<std::string> decode_percent(std::string_view text);

// "a=1&b=x%20y" to pairs, decoded as browsers' forms encode them ("+" is a space); broken escapes make
// nullopt.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

// The target of rel="next" in a Link header (RFC 8288), or nullopt.
std::optional<std::string> next_link(std::string_view link_header);

// Whether two URLs have the same scheme, host and port.
bool same_origin(std::string_view a, std::string_view b);

}  // namespace diffgate::net
