#pragma once

// Columns of both sides side by side: what they hold rather than which rows differ. On request only. Whole
// tables are read once a side for the counts; everything that needs an order (quantiles, bars, frequent
// values) comes from a sample of the keys, so that no statement is run per column.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/table_diff.hpp"

namespace diffgate::diff {

// One side of a column. What a type has no sense of is absent; so is everything but the counts of a masked
// one.
struct ColumnProfile {
  std::int64_t rows = 0;
  std::int64_t nulls = 0;
  std::optional<std::int64_t> distinct;  // values but null, approximately
  std::optional<std::string> min;        // as text, cut to 100 characters
  std::optional<std::string> max;
  std::optional<double> mean;  // of numbers; of finite ones if they are floats
  std::optional<double> sum;
  std::optional<std::int64_t> trues;       // of a boolean
  std::optional<std::int64_t> min_length;  // of a text, in characters
  std::optional<std::int64_t> max_length;
  std::optional<double> mean_length;
  std::vector<std::optional<double>> quantiles;  // numbers: kQuantiles of the sample
};

inline constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};

// How many values of the sample fall into each of the bars from `low` to `high`, all of one width.
struct Histogram {
  double low = 0;  // numbers as they are; dates and timestamps in seconds since 1970
  double high = 0;
  std::vector<std::int64_t> prod;
  std::vector<std::int64_t> pr;
};

struct FrequentValue {
  std::optional<std::string> value;  // as text, cut to 100 characters; absent: null
  std::int64_t prod = 0;             // in the sample
  std::int64_t pr = 0;
};

// A column of either side or both.
struct ProfiledColumn {
  Identifier name;
  std::string prod_type;  // empty: only the PR has it
  std::string pr_type;    // empty: only production has it
  bool is_masked = false;
  std::optional<ColumnProfile> prod;
  std::optional<ColumnProfile> pr;
  std::optional<Histogram> histogram;
  std::vector<FrequentValue> frequent;  // most frequent first; empty for keys, masked and mostly unique ones
};

struct TableProfiles {
  std::vector<ProfiledColumn> columns;  // the PR's order, then those of production alone
  std::int64_t prod_sampled = 0;        // rows in the sample
  std::int64_t pr_sampled = 0;
  std::vector<std::string> plan;
};

// Throws Error as diff_tables does. Honours the request's filters, time travel, sampling of rows aside, and
// which columns it leaves out or masks.
Awaitable<TableProfiles> profile_columns(Warehouse& warehouse, TableDiffRequest request);

// A piece of time and how the rows of that time compare.
struct TimelinePoint {
  std::string start;  // of the piece: "2024-05-01 00:00:00"; empty: rows without a time
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::vector<std::int64_t> columns;  // changed values of Timeline::columns

  // The part of the rows with a key on both sides that are equal, 0 to 1; 1 if there are none.
  double match_rate() const;
};

struct Timeline {
  Identifier column;
  std::string unit;                   // "hour", "day", "week", "month", "year"
  std::vector<Identifier> columns;    // those that differ somewhere, at most 50
  std::vector<TimelinePoint> points;  // in order of time
  std::vector<std::string> plan;
};

// How the match changes over a date or timestamp column: the PR's value of it, production's for removed rows.
// Rows whose key is null or repeated are left out, as everywhere. Needs a key. `found` is the diff of the
// same request. Throws Error(configuration) for a column that is not there or holds no time.
Awaitable<Timeline> match_timeline(Warehouse& warehouse, TableDiffRequest request, Identifier column,
                                   const TableDiff& found);

}  // namespace diffgate::diff
