#pragma once

// What the deliveries of both forges have in common.

#include <optional>
#include <string_view>
#include <vector>

#include "net/secret.hpp"

namespace diffgate::vcs {

// Whether any secret is set: an empty one proves nothing.
bool has_secret(const std::vector<Secret>& secrets);

// Whether a Content-Type header says application/json, with or without parameters.
bool is_json(std::optional<std::string_view> content_type);

// Whether a header can serve as an id or a name: there, printable and at most 200 bytes long.
bool is_usable(std::optional<std::string_view> header);

}  // namespace diffgate::vcs
