#pragma once

// One diff under way: where its statements run, what they compare, and the result as it grows. The steps of a
// diff are functions over it: `scope`, `keyed_diff` with `survey`, `key_health` and `row_join`,
// `keyless_diff`.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "diff/comparison.hpp"
#include "diff/results.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {

struct RunningDiff {
  const Dialect& dialect;
  std::unique_ptr<Session> session;
  TableDiffRequest request;
  Comparison comparison = {};
  TableDiff out = {};
  bool has_row_counts = false;  // in `out`, of the rows that are compared

  // Runs a statement, which is called `name` in TableDiff::plan. Throws what Session does, and
  // Error(configuration) if it is longer than the warehouse takes.
  Awaitable<ResultSet> query(std::string name, Sql sql);

  // The columns of both relations, production's first.
  Awaitable<std::vector<std::vector<Column>>> look_up_columns(std::string name);

  // Runs a count or fingerprint statement of both sides; production's first.
  Awaitable<std::vector<Fingerprint>> both_sides(std::string name, Sql statement);

  // Both fingerprints: by two statements where that lets each run in parallel, else by one.
  Awaitable<std::vector<Fingerprint>> fingerprints();

  // Into `out`: rows, and those with a null key.
  void set_row_counts(const Fingerprint& prod, const Fingerprint& pr);

  // Whether the tables are worth more statements to save work. Once the rows are counted.
  bool is_large() const;
};

}  // namespace diffgate::diff
