#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diffgate::diff {

struct Dialect;

// Why a query inside a filter may not read the relation of these parts, as the rest of "it …"; nothing if it
// may. Files and paths, the engine's own tables and other servers are refused.
std::string_view why_not_in_from(const std::vector<std::string>& path, const Dialect& dialect);

// Whether a function after FROM only makes rows of its arguments. Any other may read what it likes.
bool may_be_read_from(std::string_view function);

}  // namespace diffgate::diff
