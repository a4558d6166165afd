#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diffgate::dbt {

// The columns that an SQL expression over one table reads, as far as its words tell: of `cast(a as text) ||
// '-' || b` a and b. If an expression is unique, so is the tuple of the columns in it. `documented` are the
// known columns of the table: their spelling is taken, and inside function calls only they count, since types
// and other words stand there too. Empty if no column is recognised.
std::vector<std::string> columns_of_expression(std::string_view expression,
                                               const std::vector<std::string>& documented);

}  // namespace diffgate::dbt
