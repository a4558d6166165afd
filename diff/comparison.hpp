#pragma once

// What is compared with what: the columns of both sides matched, typed and chosen, before any SQL is written.
// Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "diff/column_type.hpp"
#include "diff/dialect.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {

// A column that both sides have, with the form in which its values are compared.
struct ComparedColumn {
  Identifier prod;
  Identifier pr;
  ColumnType prod_type;
  ColumnType pr_type;
  CommonType common;
  std::optional<Tolerance> tolerance;  // numbers only
  bool is_masked = false;
  std::size_t report = 0;  // index in TableDiff::columns; unused for a key
};

enum class Side { prod, pr };

struct Comparison {
  const Dialect* dialect = nullptr;
  Relation prod;
  Relation pr;
  Sql filter;  // in parentheses; empty: all rows
  std::vector<ComparedColumn> key;
  std::vector<ComparedColumn> columns;
  std::size_t samples = 0;

  // Filled in for the report:
  SchemaDiff schema;
  std::vector<ColumnDiff> report;  // all common columns but the key, in the PR's order; counts still 0
  std::size_t prod_only = 0;       // columns that only production has, for the match score; not excluded ones
  std::size_t pr_only = 0;
};

// Throws Error(configuration) for names that neither side has, naming those there are, and for a key whose
// two types have no common one.
Comparison plan_comparison(const Dialect& dialect, const TableDiffRequest& request,
                           const std::vector<Column>& prod, const std::vector<Column>& pr);

}  // namespace diffgate::diff
