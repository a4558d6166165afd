#include "diff/match_score.hpp"

#include <algorithm>

namespace diffgate::diff {

double match_score(const MatchScoreInput& in) {
  // Doubles, because rows times columns may exceed 64 bits.
  const auto product = [](std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) * static_cast<double>(b);
  };
  const double cells = product(in.prod_rows, in.shared_columns + in.prod_only_columns) +
                       product(in.pr_rows, in.shared_columns + in.pr_only_columns);
  if (cells <= 0) return 0;
  const double apart = 2 * static_cast<double>(in.changed_values) +
                       product(in.exclusive_rows, in.shared_columns) +
                       product(in.prod_only_columns, in.prod_rows) + product(in.pr_only_columns, in.pr_rows);
  return std::max(0.0, cells - apart) / cells;
}

}  // namespace diffgate::diff
