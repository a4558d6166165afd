#pragma once

#include <optional>
#include <string_view>

#include "net/clock.hpp"

namespace diffgate::vcs {

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that servers send (RFC 9110, 5.6.7); nullopt for anything
// else.
std::optional<UtcTime> parse_http_date(std::string_view text);

}  // namespace diffgate::vcs
