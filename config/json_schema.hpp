#pragma once

#include <string>

#include "config/description.hpp"

namespace diffgate::config {

// The JSON Schema (2020-12) of a file of this shape, indented.
std::string json_schema(const Shape& root, const std::string& title);

}  // namespace diffgate::config
