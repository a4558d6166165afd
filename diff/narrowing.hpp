#pragma once

// Looking at a part of both tables: the keys of a sample, the time that both cover. Pure.

#include <optional>

#include "diff/comparison.hpp"

namespace diffgate::diff {

// Leaves only the keys whose hash falls into the share, or without a key the rows whose hash does, less what
// the columns' rules ignore: the same on both sides, and all copies of a row or none. Returns the share that
// the hash can express.
double take_sample(Comparison& comparison, double share);

// The column `name` of the request's tables, by either name if it is renamed, with which the time that both
// sides cover is found. Throws Error(configuration) if either side lacks it, or if its values have no order
// to speak of.
ComparedColumn overlap_column(const Dialect& dialect, const TableDiffRequest& request, const Identifier& name,
                              const std::vector<Column>& prod, const std::vector<Column>& pr);

// One row: the later first value and the earlier last value as text, and whether the one is not behind the
// other (1 or 0; NULL if a side has no value).
Sql overlap_statement(const Comparison& comparison, const ComparedColumn& column);

// Both sides in one statement: side, rows before, rows behind, rows without a value.
Sql outside_statement(const Comparison& comparison, const ComparedColumn& column, const OverlapFacts& facts);

// Leaves only the rows from `facts.from` to `facts.to`.
void keep_overlap(Comparison& comparison, const ComparedColumn& column, const OverlapFacts& facts);

}  // namespace diffgate::diff
