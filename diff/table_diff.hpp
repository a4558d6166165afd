#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "diff/relation.hpp"
#include "diff/tolerance.hpp"
#include "diff/warehouse.hpp"
#include "net/clock.hpp"

namespace diffgate::diff {

// What of a text does not count.
struct TextRule {
  bool ignore_case = false;
  bool trim = false;               // blanks at either end
  bool null_equals_empty = false;  // after `trim`

  bool is_exact() const { return !ignore_case && !trim && !null_equals_empty; }
};

// A column whose name differs: by case alone, or because the caller says that it was renamed.
struct ColumnPair {
  Identifier prod;
  Identifier pr;
};

// A share of the keys instead of all: the same keys on both sides, picked by a hash of the key; without a
// key, of the distinct rows, picked by a hash of the whole row.
struct Sampling {
  double share = 0;            // of the keys, 0 to 1; or
  std::int64_t rows = 0;       // about so many rows of the larger table
  std::int64_t from_rows = 0;  // tables with fewer rows than that are compared whole
};

// What to compare and how.
struct TableDiffRequest {
  Relation prod;
  Relation pr;
  std::vector<Identifier> key;  // empty: keyless, whole rows as a multiset
  std::vector<Identifier> include_columns;
  std::vector<Identifier> exclude_columns;  // keys are never dropped
  // Whether the rules leave this column out; empty: none. Keys are never dropped.
  std::function<bool(const Identifier&)> ignore_column;
  std::vector<ColumnPair> renames;  // columns that are the same under another name
  std::string filter;               // one SQL expression, applied to both sides; untrusted
  std::string prod_filter;          // more conditions, for one side alone; untrusted
  std::string pr_filter;
  std::string prod_time_travel;  // as parse_moment reads it; empty: now
  std::string pr_time_travel;
  UtcTime asked_at = std::chrono::system_clock::now();  // what an offset of time travel counts from
  // Compare only rows between the later first and the earlier last value of this column, so that a table of
  // which only the last days were built is not seen as having lost the others.
  std::optional<Identifier> overlap_column;
  std::optional<Sampling> sampling;
  std::map<std::string, Tolerance> tolerance;  // by column; "" is the default for floating-point columns
  std::optional<Tolerance> number_tolerance;   // the default for all numbers, before that for floating-point
  std::map<std::string, TextRule> text;        // by column; "" is the default for all texts
  // Names in these maps, masked, renamed or of the overlap, that the tables need not have.
  std::set<std::string> if_present;
  std::optional<int> timestamp_precision;      // digits of a second that count, 0 to 6
  std::map<std::string, int> precision;        // the same by column, before the one for all
  std::size_t samples = 20;                    // rows of each kind (added, removed, changed); 0: none
  std::vector<Identifier> masked_columns;      // values of these never leave the warehouse
  std::string tag;                             // goes into the query comment
  std::chrono::milliseconds timeout{600'000};  // for each statement
  bool may_skip_join = true;                   // false: never trust the checksum tier
};

// A count for the whole table, estimated from the sample.
struct Estimate {
  std::int64_t observed = 0;  // in the sample
  std::int64_t value = 0;
  std::int64_t low = 0;  // the interval that holds the true count with the stated confidence
  std::int64_t high = 0;
};

// Only if the diff looked at a sample: the counts of TableDiff are estimates then, but for the rows of either
// side and those with a null key.
struct SampleFacts {
  double share = 0;  // of the keys, or of the distinct rows if keyless
  double confidence = 0.95;
  std::int64_t prod_rows = 0;  // in the sample
  std::int64_t pr_rows = 0;
  Estimate added;
  Estimate removed;
  std::optional<Estimate> changed;  // absent if keyless
  Estimate unchanged;
};

// Only if the diff looked at the time that both sides share; rows outside were counted and left out.
struct OverlapFacts {
  Identifier column;
  std::string from;  // the first and the last value compared; both empty if the column is masked
  std::string to;
  struct Outside {
    std::int64_t before = 0;
    std::int64_t after = 0;
    std::int64_t without_time = 0;  // null in the column
  };
  Outside prod;
  Outside pr;
};

enum class Result { identical, different, bad_pks, missing_pks, empty };

struct RowCounts {
  std::int64_t prod = 0;
  std::int64_t pr = 0;
  std::int64_t added = 0;  // keyless: rows of the multiset difference
  std::int64_t removed = 0;
  std::optional<std::int64_t> changed;    // absent if keyless
  std::optional<std::int64_t> unchanged;  // keyless: rows that both multisets have
};

// `null`: rows with a null in any part of the key. `duplicate`: rows whose non-null key occurs more than once
// on that side. Both kinds, on either side, are in none of added, removed, changed, unchanged.
struct KeyHealth {
  std::int64_t null_rows = 0;
  std::int64_t duplicate_rows = 0;
  std::int64_t distinct = 0;  // distinct non-null keys
  bool is_estimate = false;   // `duplicate_rows` and `distinct`, from a sample

  bool is_sound() const { return null_rows == 0 && duplicate_rows == 0; }
};

struct ColumnDiff {
  Identifier name;
  std::int64_t changed = 0;           // matched rows whose value differs
  std::int64_t became_null = 0;       // value in prod, null in the PR
  std::int64_t was_null = 0;          // null in prod, value in the PR
  std::int64_t within_tolerance = 0;  // differ exactly, equal by a tolerance or another rule
  std::string rule;                   // that rule: "abs:0.01", "case ignored"; empty if there is none
  std::int64_t negligible = 0;        // of `changed`: floats that differ by less than 1e-9 of their size
  std::optional<Estimate> sampled;    // of `changed`
  std::string not_compared;           // why not; empty if compared
};

struct RetypedColumn {
  Identifier name;
  std::string prod;
  std::string pr;
};

// A removed and an added column that hold the same: of `compared` rows, `equal` have the same value.
struct LikelyRename {
  ColumnPair columns;
  std::int64_t compared = 0;  // matched rows with a value on either side
  std::int64_t equal = 0;
};

struct SchemaDiff {
  std::vector<Column> added;
  std::vector<Column> removed;
  std::vector<RetypedColumn> retyped;
  std::vector<ColumnPair> recased;  // matched although the two sides spell the name in different cases
  std::vector<ColumnPair> renamed;  // matched because the request says so
  std::vector<LikelyRename> likely_renames;
  bool reordered = false;  // common columns stand in another order

  bool is_same() const { return added.empty() && removed.empty() && retyped.empty() && !reordered; }
};

// A differing row: its key and, per compared column, both values as text; null is nullopt. Masked values are
// "***".
struct SampleRow {
  std::vector<std::optional<std::string>> key;
  std::vector<std::optional<std::string>> prod;  // empty if added
  std::vector<std::optional<std::string>> pr;    // empty if removed
};

struct Samples {
  std::vector<Identifier> columns;  // of `prod` and `pr` in SampleRow
  std::vector<SampleRow> changed;   // smallest keys first
  std::vector<SampleRow> added;
  std::vector<SampleRow> removed;
};

struct TableDiff {
  Result result = Result::identical;
  std::string reason;  // one sentence for a person
  RowCounts rows;
  std::vector<Identifier> key;
  KeyHealth prod_key;
  KeyHealth pr_key;
  // Whether the rows whose key is null or repeated differ between the sides, taken together: one by one they
  // can't be compared. Absent if there are none, or if nobody looked.
  std::optional<bool> unmatched_rows_differ;
  SchemaDiff schema;
  std::vector<ColumnDiff> columns;  // common columns but the key, in the PR's order
  // Columns that differ in nearly every matched row and look like load times or run ids; and the changed rows
  // without them, if there are such columns.
  std::vector<Identifier> volatile_columns;
  std::optional<std::int64_t> changed_without_volatile;
  std::optional<SampleFacts> sampled;
  std::optional<OverlapFacts> overlap;
  double match_score = 1;  // 0 to 1
  Samples samples;
  std::vector<std::string> notes;  // what a reader should know besides, such as a rule that was not used
  std::vector<std::string>
      plan;  // names of the statements run, in order: "columns", "fingerprint", "join", …
  std::chrono::milliseconds duration{0};
};

// Compares two tables in the warehouse that both live in. Throws Error as Warehouse does; a wrong `key` or
// column name is Error(configuration) that lists the columns there are.
Awaitable<TableDiff> diff_tables(Warehouse& warehouse, TableDiffRequest request);

// One side only, for a new model: rows, schema and key health.
struct TableProfile {
  std::int64_t rows = 0;
  std::vector<Column> columns;
  KeyHealth key;
  std::vector<std::string> plan;
  std::chrono::milliseconds duration{0};
};
Awaitable<TableProfile> profile_table(Warehouse& warehouse, TableDiffRequest request);  // looks at `pr` alone

}  // namespace diffgate::diff
