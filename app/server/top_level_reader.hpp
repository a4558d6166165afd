#pragma once

#include <istream>
#include <optional>
#include <string>

namespace diffgate::app {

// What a JSON text has under one key of its outermost object.
enum class TopLevel { nothing, array, object, other };

// Reads the text to its end without keeping it: it may be hundreds of megabytes. Of a key that is there twice
// the last counts. Nullopt if the text is no JSON object.
std::optional<TopLevel> find_top_level(std::istream& text, std::string key);

}  // namespace diffgate::app
