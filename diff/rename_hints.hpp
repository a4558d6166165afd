#pragma once

// Columns that only one side has may be one column under two names. Pairs of one type are compared row by
// row, on a sample of the keys: a hint needs no more. Pure.

#include <cstdint>
#include <vector>

#include "diff/comparison.hpp"
#include "diff/warehouse.hpp"

namespace diffgate::diff {

// The comparison of `whole` with nothing but pairs of a removed and an added column of one type, at most six:
// those with the most alike names. No columns if there is no pair, or no key to find rows by. `rows`: of the
// larger side.
Comparison rename_candidates(const Comparison& whole, std::int64_t rows);

// One row: for each pair, matched rows with a value on either side, those with the same value on both, and
// how many different values these are.
Sql rename_statement(const Comparison& candidates);

// The pairs that hold the same in 95 of 100 rows, each column at most once, the surest first. Columns that
// hold a single value say nothing.
std::vector<LikelyRename> read_renames(const Comparison& candidates, const ResultSet& result);

}  // namespace diffgate::diff
