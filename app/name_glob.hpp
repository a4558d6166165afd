#pragma once

#include <string_view>

namespace diffgate::app {

// Whether a name fits a shell's pattern of '*' and '?'. Case counts.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace diffgate::app
