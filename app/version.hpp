#pragma once

#include <string_view>

namespace diffgate::app {

// "0.1.0"
std::string_view version();

}  // namespace diffgate::app
