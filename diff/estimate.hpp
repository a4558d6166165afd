#pragma once

#include <cstdint>

#include "diff/table_diff.hpp"

namespace diffgate::diff {

// How many there are in all if `observed` of them are among the keys of which each was taken with probability
// `share`, and the interval that holds the truth in 95 of 100 such samples: Poisson limits of the observed
// count (Byar's approximation), scaled. `most`: there can't be more; negative: not known.
Estimate estimate(std::int64_t observed, double share, std::int64_t most);

}  // namespace diffgate::diff
