#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace diffgate::app {

// Columns aligned by blanks, two apart; names from outside are cleaned of control characters. `right` lists
// the columns that hold numbers. Every line ends without trailing blanks.
std::string text_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows,
                       const std::vector<std::size_t>& right = {});

}  // namespace diffgate::app
