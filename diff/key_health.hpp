#pragma once

// Keys that occur more than once: counted where they do, and proved absent by the cheapest means that there
// are.

#include <cstdint>
#include <vector>

#include "diff/running_diff.hpp"

namespace diffgate::diff {

// Counts distinct keys, and rows whose key is repeated, on the sides asked for.
Awaitable<void> measure_keys(RunningDiff& run, std::vector<Side> sides);

// The counts of tables that hold the same, with so many whole keys each. `has_unique_key`: the catalog says
// so.
Awaitable<void> count_identical(RunningDiff& run, std::int64_t whole_keys, bool has_unique_key);

// Once the keys are measured: whether rows without a usable key differ, if a reader would else take both
// tables for equal.
Awaitable<void> compare_unmatched_rows(RunningDiff& run);

}  // namespace diffgate::diff
