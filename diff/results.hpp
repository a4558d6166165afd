#pragma once

// Reads what the statements of statements.hpp bring back. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "diff/comparison.hpp"
#include "diff/warehouse.hpp"

namespace diffgate::diff {

struct Fingerprint {
  std::int64_t rows = 0;
  std::int64_t whole_keys = 0;
  std::vector<std::string> sums;  // the key's first if there is a key

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// One row of a fingerprint statement, from cell `first` on.
Fingerprint read_fingerprint(const std::vector<Value>& row, std::size_t first);

struct JoinCounts {
  std::int64_t prod_rows = 0;
  std::int64_t prod_whole_keys = 0;
  std::int64_t pr_rows = 0;
  std::int64_t pr_whole_keys = 0;
  std::int64_t prod_joined = 0;
  std::int64_t pr_joined = 0;
  std::int64_t pairs = 0;
  std::int64_t removed = 0;
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t exclusive_twice = 0;
  struct Column {
    std::int64_t changed = 0;
    std::int64_t became_null = 0;
    std::int64_t was_null = 0;
    std::int64_t within_tolerance = 0;
    std::int64_t negligible = 0;
  };
  std::vector<Column> columns;  // in the order of JoinOptions::columns
};

JoinCounts read_join_counts(const ResultSet& result);

struct KeylessCounts {
  std::int64_t prod_rows = 0;
  std::int64_t pr_rows = 0;
  std::int64_t removed = 0;
  std::int64_t added = 0;
  // With KeylessOptions::with_spread, else 0. Sums over the distinct rows of squared counts:
  double prod_squares = 0;
  double pr_squares = 0;
  double removed_squares = 0;
  double added_squares = 0;
  std::int64_t removed_most = 0;  // copies of one row
  std::int64_t added_most = 0;
};

KeylessCounts read_keyless_counts(const ResultSet& result);

// The sample rows of a join or keyless statement.
Samples read_samples(const ResultSet& result, const Comparison& comparison);

std::int64_t integer_of(const Value& value);
bool flag_of(const Value& value);
std::string text_of(const Value& value);

}  // namespace diffgate::diff
