#pragma once

// What is compared with what: the columns of both sides matched, typed and chosen, before any SQL is written.
// Pure.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
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
  std::optional<Tolerance> tolerance;      // numbers only
  TextRule text;                           // texts only
  std::optional<int> timestamp_precision;  // timestamps only
  bool is_masked = false;
  std::size_t report = 0;  // index in TableDiff::columns; unused for a key
};

enum class Side { prod, pr };

struct Comparison {
  const Dialect* dialect = nullptr;
  Relation prod;
  Relation pr;
  Sql prod_from;  // the relation, at the moment asked for
  Sql pr_from;
  Sql prod_rows;  // the condition that a row must meet to be looked at; empty: all rows
  Sql pr_rows;
  std::vector<ComparedColumn> key;
  std::vector<ComparedColumn> columns;
  std::vector<ComparedColumn> apart;  // on both sides, but of types that can't be compared
  std::size_t samples = 0;

  // Filled in for the report:
  SchemaDiff schema;
  std::vector<ColumnDiff> report;  // all common columns but the key, in the PR's order; counts still 0
  std::size_t prod_only = 0;       // columns that only production has, for the match score; not excluded ones
  std::size_t pr_only = 0;
  std::vector<Identifier> masked;  // of either side, as the catalog spells them
  std::vector<std::string> notes;  // what was asked for and can't be done

  const Sql& rows(Side side) const { return side == Side::prod ? prod_rows : pr_rows; }
  // Whether values of this column, on either side, must not be shown.
  bool is_masked(const Identifier& name) const {
    return std::find(masked.begin(), masked.end(), name) != masked.end();
  }
  // What stands after FROM.
  const Sql& from(Side side) const { return side == Side::prod ? prod_from : pr_from; }
};

// The column's name in SQL, as it stands in the side's table.
Sql name_in(const Comparison& comparison, const ComparedColumn& column, Side side);

// Its values in the form that is compared, hashed and joined on.
Sql form_of(const Comparison& comparison, const ComparedColumn& column, Side side);

// A date, timestamp or instant as a timestamp in UTC.
Sql moment_of(const Comparison& comparison, const ComparedColumn& column, Side side);

// Whether a rule takes some different values of the column for equal: a tolerance, a text rule, a precision.
bool has_rule(const ComparedColumn& column);

// Whether two different forms `a` and `b` are equal by the column's rules: true, or false or NULL. Only for a
// column that has a rule.
Sql equal_by_rule(const Comparison& comparison, const ComparedColumn& column, const Sql& a, const Sql& b);

// The form with everything taken off that the column's rules ignore, for whole rows; a tolerance can't be.
Sql loose_form(const Comparison& comparison, const ComparedColumn& column, Side side);

// What the common table expressions of a diff's statements begin with.
inline constexpr std::string_view kOurPrefix = "dg__";

// Throws Error(configuration) for names that neither side has, naming the nearest and those there are, and
// for a key whose two types have no common one; Error(caller) for a table without schema whose name begins
// with kOurPrefix.
Comparison plan_comparison(const Dialect& dialect, const TableDiffRequest& request,
                           const std::vector<Column>& prod, const std::vector<Column>& pr);

}  // namespace diffgate::diff
