#pragma once

// What a sample of whole rows says of all rows of two tables without a key.
//
// A row is in the sample with all its copies or not at all, so that many copies of one row are one
// observation: the sample is one of clusters. What differs of each distinct row is added up, and the interval
// is that of a sum of such sizes. Of a differing row that the sample has not met it is assumed that it has no
// more copies than the largest that differs in the sample, or than the average row of the sample.
//
// The rows of both tables are counted exactly, so that added less removed is known, and so is unchanged once
// either is: one number is to be estimated, from what both sides show of it.

#include <cstdint>

#include "diff/results.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {

struct KeylessEstimate {
  Estimate removed;
  Estimate added;
  Estimate unchanged;
};

// `sample`: counts of the sample, with their spread, of which each distinct row is a part with probability
// `share`. `prod_rows`, `pr_rows`: of the whole tables.
KeylessEstimate estimate_keyless(const KeylessCounts& sample, double share, std::int64_t prod_rows,
                                 std::int64_t pr_rows);

}  // namespace diffgate::diff
