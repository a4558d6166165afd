#pragma once

#include "diff/running_diff.hpp"

namespace diffgate::diff {

// Compares rows by their key, by as few and as cheap statements as what is known of the tables allows: by
// checksums alone if these are equal, else by a join. Then looks for columns that were renamed.
Awaitable<void> compare_keyed(RunningDiff& run);

}  // namespace diffgate::diff
