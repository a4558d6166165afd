#pragma once

#include <string>

#include "config/description.hpp"

namespace diffgate::config {

enum class Variables { none, allowed };  // "${NAME}" in any value

// The JSON Schema (2020-12) of a file of this shape, indented.
std::string json_schema(const Shape& root, const std::string& title, Variables variables);

}  // namespace diffgate::config
