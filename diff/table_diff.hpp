#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diff/relation.hpp"
#include "diff/warehouse.hpp"

namespace diffgate::diff {

// How far apart two numbers may be and still count as equal. The larger allowance wins if several are given.
struct Tolerance {
  double absolute = 0;
  double relative = 0;         // of the larger magnitude
  int significant_digits = 0;  // 0: not used
};

// "abs:0.01", "rel:1e-6", "digits:6"; throws Error(caller).
Tolerance parse_tolerance(const std::string& text);

// What to compare and how.
struct TableDiffRequest {
  Relation prod;
  Relation pr;
  std::vector<Identifier> key;  // empty: keyless, whole rows as a multiset
  std::vector<Identifier> include_columns;
  std::vector<Identifier> exclude_columns;  // keys are never dropped
  // Whether the rules leave this column out; empty: none. Keys are never dropped.
  std::function<bool(const Identifier&)> ignore_column;
  std::string filter;                          // one SQL expression, applied to both sides; untrusted
  std::map<std::string, Tolerance> tolerance;  // by column; "" is the default for floating-point columns
  std::optional<int> timestamp_precision;      // digits of a second kept, 0 to 6
  std::size_t samples = 20;                    // rows of each kind (added, removed, changed); 0: none
  std::vector<Identifier> masked_columns;      // values of these never leave the warehouse
  std::string tag;                             // goes into the query comment
  std::chrono::milliseconds timeout{600'000};  // for each statement
  bool may_skip_join = true;                   // false: never trust the checksum tier
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
};

struct ColumnDiff {
  Identifier name;
  std::int64_t changed = 0;           // matched rows whose value differs
  std::int64_t became_null = 0;       // value in prod, null in the PR
  std::int64_t was_null = 0;          // null in prod, value in the PR
  std::int64_t within_tolerance = 0;  // differ exactly, equal by tolerance
  std::string not_compared;           // why not; empty if compared
};

struct RetypedColumn {
  Identifier name;
  std::string prod;
  std::string pr;
};

// A column matched although the two sides spell its name in different cases.
struct RecasedColumn {
  Identifier prod;
  Identifier pr;
};

struct SchemaDiff {
  std::vector<Column> added;
  std::vector<Column> removed;
  std::vector<RetypedColumn> retyped;
  std::vector<RecasedColumn> recased;
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
  SchemaDiff schema;
  std::vector<ColumnDiff> columns;  // common columns but the key, in the PR's order
  double match_score = 1;           // 0 to 1
  Samples samples;
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
