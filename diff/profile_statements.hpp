#pragma once

// The statements behind profile_columns, for any dialect. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/comparison.hpp"

namespace diffgate::diff {

inline constexpr std::int64_t kProfileSampleRows = 20'000;  // of the larger side
inline constexpr int kHistogramBars = 20;
inline constexpr int kFrequentValues = 10;

// A column to profile, on one side or both.
struct ProfileTarget {
  ComparedColumn column;  // `common` is a type of its own on either side if there is no other
  bool on_prod = false;
  bool on_pr = false;
  bool is_key = false;

  const ColumnType& type(Side side) const { return side == Side::prod ? column.prod_type : column.pr_type; }
  bool on(Side side) const { return side == Side::prod ? on_prod : on_pr; }
  // What its values are good for. Of a masked column nothing but counts leaves the warehouse.
  bool is_number() const;
  bool is_time() const;
  bool is_text() const;
  bool is_boolean() const;
};

// How a sample is taken: a share of the keys, or of all rows by what they hold if there is no key.
struct ProfileSample {
  std::int64_t parts = kSampleParts;  // of kSampleParts
};

// One row for a side: for each target that is on it, kProfileCells cells: values but null, distinct values
// twice (of a share of all values, of a share of all rows), least, greatest, mean, sum, trues, shortest,
// longest and mean length, least and greatest as a number. Absent ones are NULL.
inline constexpr std::size_t kProfileCells = 13;
Sql profile_statement(const Comparison& comparison, const std::vector<ProfileTarget>& targets, Side side,
                      const ProfileSample& sample);

// The range of a target's bars.
struct BarRange {
  double low = 0;
  double high = 0;
};

// From one sample of both sides, rows of label, target, two integers and a text:
//   "rows": side, count · "quantiles": side, 0, values separated by commas
//   "bar": side, count, number of the bar · "value": count in prod, count in the PR, the value
// `ranges` and `wants_values` say of each target whether it has bars and frequent values.
Sql sample_statement(const Comparison& comparison, const std::vector<ProfileTarget>& targets,
                     const ProfileSample& sample, const std::vector<std::optional<BarRange>>& ranges,
                     const std::vector<bool>& wants_values);

}  // namespace diffgate::diff
