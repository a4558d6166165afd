#pragma once

#include <string>
#include <string_view>

namespace diffgate::config {

// A text from outside in single quotes, fit for one line of a message: control characters become spaces, and
// what is longer than 80 bytes is cut at a character and ends in "…".
std::string in_quotes(std::string_view text);

}  // namespace diffgate::config
