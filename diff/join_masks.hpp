#pragma once

// What happened to the cells of joined rows, as bits of integers: a row of a join has one mask for each
// kColumnsByChange columns and groups compared. Joined rows have their sides as a and b, with keys k0… and
// values as `side_select` names them.

#include <cstddef>
#include <vector>

#include "diff/statement_parts.hpp"

namespace diffgate::diff {

// At least one, which tells rows that only one side has.
std::size_t mask_count(const JoinOptions& options);

// A mask as it is found in a joined row: NULL if nothing differs, and negative in the first mask of a row
// that only one side has.
Sql found_mask(const Comparison& comparison, const JoinOptions& options, std::size_t mask);

// Of rows with the masks found as f0…: 0 if both sides have the key, 1 if only production, 2 if only the PR.
Sql kind_of(const JoinOptions& options);

// A condition on rows with masks m0…, 0 for those found to be NULL or negative: whether any holds a change.
Sql is_changed(const Dialect& dialect, const JoinOptions& options);

// The sum of `total` over the rows that meet a condition.
Sql sum_where(const Sql& condition);

// For each column of a mask m0…, such sums of what its bits there say: changed, became null, was null, within
// tolerance, negligible. Empty if the mask is of groups alone.
std::vector<Sql> column_counts(const Dialect& dialect, const JoinOptions& options, std::size_t mask);

}  // namespace diffgate::diff
