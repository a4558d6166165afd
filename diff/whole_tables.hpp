#pragma once

#include "diff/table_diff.hpp"

namespace diffgate::diff {

// What was counted of all rows where only a sample of them is compared.
struct WholeTables {
  RowCounts rows;
  KeyHealth prod_key;
  KeyHealth pr_key;
};

// Turns the counts of the sample into estimates for the whole tables. `diff.sampled` is set; if keyless, with
// its estimates. Pure.
void estimate_whole(TableDiff& diff, const WholeTables& whole);

}  // namespace diffgate::diff
