#pragma once

#include <cstdint>
#include <string_view>

#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// What a wanted value must be; a value of another kind is reported and kept, since it can still be compared.
enum class Expected : std::uint8_t { any, string, list, object };

struct Wanted {
  std::string_view key;
  Field field;
  Expected expected;
};

// The wanted key of a node of any type; nullptr for the many that nobody asks for.
const Wanted* find_wanted(std::string_view key);

// By its first character, whether a value's text is of the expected kind.
bool is_kind(char first, Expected expected);

// "a list", by the first character of a value's text.
std::string_view kind_in_words(char first);

}  // namespace diffgate::dbt
