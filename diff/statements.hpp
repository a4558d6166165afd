#pragma once

// The statements of a diff, written from a Comparison for any dialect. Every value that comes back is text or
// an integer, so that no connector needs to know more types. Pure.

#include <cstddef>
#include <vector>

#include "diff/comparison.hpp"
#include "diff/sql.hpp"

namespace diffgate::diff {

// One row: count of rows, count of rows with a whole key, then sums of hashes as text: of the key (only if
// there is one and the dialect does not leave it out), and of each column with the key, or, where the dialect
// says so, of the whole row.
Sql fingerprint_statement(const Comparison& comparison, Side side);

// Both sides by one statement: two rows as above, led by 0 (prod) or 1 (PR).
Sql fingerprint_statement(const Comparison& comparison);

// What happened to so many columns fits one integer.
inline constexpr std::size_t kColumnsByChange = 20;

struct JoinOptions {
  std::vector<std::size_t> columns;  // indexes in Comparison::columns to compare one by one
  // More columns, compared only as whole groups by two hashes of 64 bits each: for tables wider than a
  // statement.
  std::vector<std::vector<std::size_t>> groups = {};
  bool inner = false;  // the key sets are known to be equal
  // Groups the joined rows by what happened to them, and keeps of each group how many rows it has and its
  // smallest keys. Only of at most kColumnsByChange columns and groups, where the dialect has
  // `smallest_keys`.
  bool by_change = false;
  // Carries long values as hashes. Only where the dialect has `compact`.
  bool compact = false;
  // Keeps each joined row apart: cheaper than to group the equal ones if few are. Not with `by_change`.
  bool apart = false;
  // Joins keys with a hash of each row first, and then looks at the columns of those rows alone whose hashes
  // differ. Not with `by_change`, `apart`, `halves`, `by_address`, `without_duplicates` or groups.
  bool by_hash = false;
  // Joins the rows in two halves, by a hash of the key, which an engine can run side by side. Not with
  // `by_change` or `without_duplicates`. Only where the dialect has `key_hash`.
  bool halves = false;
  // Finds the rows of the samples by their addresses instead of their keys. Not with `by_change`. Only where
  // the dialect has a `row_address`, and of tables that have addresses.
  bool by_address = false;
  bool without_duplicates = false;  // leave out keys that occur more than once on either side
  bool with_totals = false;         // count each side's rows as well
  bool with_samples = true;
};

// Counts and samples in one pass. Rows of text: a label, a number for the order, and values.
//   "counts": one value, numbers separated by commas: rows and whole-key rows of prod, then of the PR (0
//   unless
//     with_totals), joined row count of prod, of the PR, pairs, removed, added, changed, exclusive keys seen
//     twice, then for each column changed, became null, was null, within tolerance,
//     negligible.
//   "removed:prod", "added:pr", "changed:prod", "changed:pr": key values and cells of Comparison::columns.
Sql join_statement(const Comparison& comparison, const JoinOptions& options);

// One row: how many rows with a whole key are among about `wanted` random rows of prod's `rows`, how many of
// those have their key in the PR, and how many of these differ there. A hint, no proof. Only where the
// dialect can sample.
Sql probe_statement(const Comparison& comparison, std::int64_t rows, std::int64_t wanted);

// The same of rows that both tables have at the same places, if they were built alike. Only where the dialect
// has `samples_alike` or `stretches`.
Sql probe_alike_statement(const Comparison& comparison, std::int64_t rows, std::int64_t wanted);

// One number: at most the distinct whole keys of a side, so that as many as there are rows proves them
// unique. Cheaper than key_health_statement.
Sql distinct_statement(const Comparison& comparison, Side side);

// One row: how many keys are not greater than the one stored before them, so that none proves them unique;
// then, of a key that is one integer column, the smallest and the largest, else NULLs. Only where
// `Dialect::reads_in_order`.
Sql order_statement(const Comparison& comparison, Side side);

// One number: the distinct keys of a side, which are integers from `first` to `last`. Only where the dialect
// has `count_by_bits`.
Sql bits_statement(const Comparison& comparison, Side side, std::int64_t first, std::int64_t last);

// One row for each side asked for: side, distinct whole keys, rows whose key occurs more than once.
Sql key_health_statement(const Comparison& comparison, const std::vector<Side>& sides);

// Two rows as of a fingerprint statement, over the rows alone whose key is null or repeated, less what the
// columns' rules ignore: led by 0 (prod) or 1 (PR), their number twice, the sum of their hashes.
Sql unmatched_rows_statement(const Comparison& comparison);

struct KeylessOptions {
  bool by_rules = false;     // without what the columns' rules ignore
  bool with_spread = false;  // counts how often rows are repeated as well, for a sample of them
};

// Whole rows as a multiset. Labels as in join_statement: "counts" with rows of prod, of the PR, removed,
// added, and `with_spread` of each of these four the squares' sum over the distinct rows, then of removed and
// added the most copies of one row; "removed:prod" and "added:pr" with cells.
Sql keyless_statement(const Comparison& comparison, KeylessOptions options);

// One row: count of rows, count of rows with a whole key (equal to the former if there is no key).
Sql count_statement(const Comparison& comparison, Side side);

// Both sides by one statement: two rows as above, led by 0 (prod) or 1 (PR).
Sql count_statement(const Comparison& comparison);

}  // namespace diffgate::diff
