#pragma once

#include <string_view>

#include "net/http.hpp"
#include "net/secret.hpp"

namespace diffgate::vcs {

// The headers of every REST call: authorization, the API version, the media type (`accept`, or GitHub's
// JSON).
net::Headers github_headers(const Secret& token, std::string_view accept);

}  // namespace diffgate::vcs
