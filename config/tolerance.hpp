#pragma once

#include <string>
#include <string_view>

namespace diffgate::config {

// Whether the text is a tolerance: "abs:0.01", "rel:1e-6" or "digits:6". If not, `hint` says how to write
// one.
bool is_tolerance(std::string_view text, std::string& hint);

}  // namespace diffgate::config
