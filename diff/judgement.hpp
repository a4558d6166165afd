#pragma once

#include "diff/table_diff.hpp"

namespace diffgate::diff {

// Sets the result and its reason from what was counted: one sentence, which also says what of the tables was
// looked at if not all. Pure.
void judge(TableDiff& diff);

}  // namespace diffgate::diff
