#pragma once

// What --fail-on-difference counts as a difference.

#include "diff/table_diff.hpp"

namespace diffgate::app {

// Whether rows, their values, the columns or their types differ, or keys on either side are null or not
// unique, so that rows were left out. The order of columns does not count, nor does the want of a key.
bool has_difference(const diff::TableDiff& diff);

}  // namespace diffgate::app
