#pragma once

#include "diff/running_diff.hpp"

namespace diffgate::diff {

// Compares whole rows as a multiset, for tables without a key: by checksums alone if these are equal, else by
// the counts of each different row.
Awaitable<void> compare_keyless(RunningDiff& run);

}  // namespace diffgate::diff
