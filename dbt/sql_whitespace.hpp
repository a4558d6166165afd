#pragma once

#include <string>
#include <string_view>

namespace diffgate::dbt {

// The code with each run of white space as one blank and none at its ends: two texts with the same result
// differ in white space alone. What stands in quotes stays as it is, and so does the line end that a comment
// after "--" needs. A quote that never closes keeps everything after it.
std::string collapsed_sql(std::string_view code);

}  // namespace diffgate::dbt
