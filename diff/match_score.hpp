#pragma once

#include <cstdint>

namespace diffgate::diff {

struct MatchScoreInput {
  std::int64_t prod_rows = 0;
  std::int64_t pr_rows = 0;
  std::int64_t shared_columns = 0;  // keys and compared columns
  std::int64_t prod_only_columns = 0;
  std::int64_t pr_only_columns = 0;
  std::int64_t exclusive_rows = 0;  // added and removed
  std::int64_t changed_values = 0;
};

// The part of all cells of both tables that match, 0 to 1. Tables without a cell match by 0, as the reference
// product has it.
double match_score(const MatchScoreInput& input);

}  // namespace diffgate::diff
