#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace diffgate::config {

// The text of a regular file; nullopt if it can't be read or is larger than `most` bytes, and `error` says
// why.
std::optional<std::string> read_text_file(const std::string& path, std::size_t most, std::string& error);

}  // namespace diffgate::config
