#pragma once

// Column names as people write them on a command line.

#include <string>
#include <utility>
#include <vector>

#include "diff/relation.hpp"

namespace diffgate::app {

// "id, day" or "\"a,b\",id": names separated by commas; one in double quotes may hold commas and blanks, and
// "" in it is a quote. Each text adds its names. Throws Error(caller) for an empty name or an open quote.
std::vector<diff::Identifier> parse_columns(const std::vector<std::string>& texts);

// "old=new" with the same quotes, and what stands on either side. Throws Error(caller).
std::pair<diff::Identifier, diff::Identifier> parse_rename(const std::string& text);

}  // namespace diffgate::app
