#pragma once

#include <cstdint>

#include "diff/table_diff.hpp"

namespace diffgate::diff {

struct Limits {
  double low = 0;
  double high = 0;
};

// The interval that holds the mean of a sum of independent rare events in 95 of 100 cases: each counts for
// its size, `squares` is the sum of the squared sizes, and `largest` the size that one which was not met may
// have. With sizes of 1 these are Byar's limits of a Poisson count, else those of Fay and Feuer ("Confidence
// intervals for directly standardized rates: a method based on the gamma distribution", Statistics in
// Medicine 16, 1997).
Limits limits_of_sum(double sum, double squares, double largest);

// How many there are in all if `observed` of them are among the keys of which each was taken with probability
// `share`, and the interval that holds the truth in 95 of 100 such samples, in more if the share is large.
// `most`: there can't be more; negative: not known.
Estimate estimate(std::int64_t observed, double share, std::int64_t most);

}  // namespace diffgate::diff
