#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace diffgate::config {

// Whether the text is safe to give to the YAML parser: size, UTF-8, no control characters, no tabs as
// indentation, and not more brackets than the parser can bear (it queues every open one). Adds a problem for
// each thing that is not.
bool check_yaml_text(std::string_view text, const std::string& file, std::vector<Problem>& problems);

// The length in bytes of the UTF-8 character at the text's start; 0 if it is not valid.
std::size_t utf8_length(std::string_view text);

}  // namespace diffgate::config
