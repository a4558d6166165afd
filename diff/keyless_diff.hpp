#pragma once

#include <optional>

#include "diff/running_diff.hpp"
#include "diff/whole_tables.hpp"

namespace diffgate::diff {

// Compares whole rows as a multiset, for tables without a key: by checksums alone if these are equal, else by
// the counts of each different row. `whole`: what all rows count, if only a sample is compared, from which
// the rest is estimated then.
Awaitable<void> compare_keyless(RunningDiff& run, std::optional<WholeTables> whole);

}  // namespace diffgate::diff
