#pragma once

// The rows of both tables joined by their key: which were added, removed and changed, in which columns.
// Tables wider than a statement take several, keys that repeat one more, and so do load times that differ
// everywhere.

#include <cstddef>
#include <vector>

#include "diff/running_diff.hpp"
#include "diff/survey.hpp"

namespace diffgate::diff {

struct RowJoin {
  std::vector<std::size_t> columns;  // indexes in Comparison::columns; the others are known to be equal
  bool same_keys = false;            // known of the key sets
};

// Counts and samples what differs. What is known decides how the join is written.
Awaitable<void> join_rows(RunningDiff& run, RowJoin join, Survey known);

}  // namespace diffgate::diff
