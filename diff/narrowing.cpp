#include "diff/narrowing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "diff/statement_parts.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr int kSampleSeed = 2;  // fingerprints and groups of columns use 0 and 1

void add_condition(Sql& rows, const Sql& condition) {
  rows = rows.empty() ? condition : rows + " AND "_sql + condition;
}

bool has_order(Family family) {
  return family == Family::date || family == Family::timestamp || family == Family::timestamp_tz ||
         family == Family::integer;
}

constexpr std::size_t kMicroseconds = 6;  // digits

bool is_sorted_apart(const Dialect& dialect, const ComparedColumn& column) {
  return dialect.sortable != nullptr && column.common.kind == CommonType::Kind::timestamp;
}

Sql limit(const Comparison& comparison, const ComparedColumn& column, const std::string& text) {
  const Dialect& dialect = *comparison.dialect;
  const Sql value = literal(dialect, text);
  if (is_sorted_apart(dialect, column)) return dialect.sortable(value);
  const std::size_t point = text.find('.');
  const bool is_finer = point != std::string::npos && text.size() - point - 1 > kMicroseconds;
  if (is_finer && column.common.family == Family::timestamp && !dialect.nanosecond_type.empty())
    return "CAST("_sql + value + " AS "_sql + dialect.nanosecond_type + ")"_sql;
  return typed(dialect, value, column.common.family);
}

// What is compared with a limit.
Sql limited(const Comparison& comparison, const ComparedColumn& column, Side side) {
  if (!is_sorted_apart(*comparison.dialect, column)) return name_in(comparison, column, side);
  return comparison.dialect->sortable(form_of(comparison, column, side));
}

Sql where_clause(const Sql& rows) { return rows.empty() ? Sql() : " WHERE "_sql + rows; }

}  // namespace

double take_sample(Comparison& comparison, double share) {
  const Dialect& dialect = *comparison.dialect;
  const auto whole = static_cast<double>(kSampleParts);
  const auto parts = std::clamp<std::int64_t>(std::llround(share * whole), 1, kSampleParts);
  for (const Side side : {Side::prod, Side::pr}) {
    const std::vector<Sql> values =
        comparison.key.empty() ? hashed_by_rules(comparison, side) : hashed(comparison, comparison.key, side);
    add_condition(side == Side::prod ? comparison.prod_rows : comparison.pr_rows,
                  in_sample(dialect, dialect.row_hash(values, kSampleSeed), parts));
  }
  return static_cast<double>(parts) / whole;
}

ComparedColumn overlap_column(const Dialect& dialect, const TableDiffRequest& request, const Identifier& name,
                              const std::vector<Column>& prod, const std::vector<Column>& pr) {
  TableDiffRequest alone;
  alone.prod = request.prod;
  alone.pr = request.pr;
  alone.key = {name};  // to be found on both sides, by any spelling, with a common type
  alone.renames = request.renames;
  alone.masked_columns = request.masked_columns;
  alone.if_present = request.if_present;
  ComparedColumn column = plan_comparison(dialect, alone, prod, pr).key.at(0);
  if (!has_order(column.common.family)) {
    throw Error(ErrorClass::configuration,
                fmt::format("column '{}' has no time to compare by: its type is {}", name.value(),
                            column.pr_type.name),
                request.pr.sql, "name a column of dates, timestamps or whole numbers");
  }
  return column;
}

Sql overlap_statement(const Comparison& comparison, const ComparedColumn& column) {
  const Dialect& dialect = *comparison.dialect;
  const auto range = [&](Side side) {
    const Sql form = form_of(comparison, column, side);
    const Sql value = is_sorted_apart(dialect, column) ? dialect.sortable(form) : form;
    return "(SELECT min("_sql + value + ") AS lo, max("_sql + value + ") AS hi FROM "_sql +
           comparison.from(side) + where_clause(comparison.rows(side)) + ")"_sql;
  };
  // A form need not have the column's own type any more.
  ColumnType type;
  type.family = column.common.family;
  const auto shown = [&](const Sql& value) {
    return is_sorted_apart(dialect, column) ? dialect.unsorted(value) : dialect.text(value, type);
  };
  const Sql lo = "CASE WHEN a.lo > b.lo THEN a.lo ELSE b.lo END"_sql;
  const Sql hi = "CASE WHEN a.hi < b.hi THEN a.hi ELSE b.hi END"_sql;
  return "SELECT "_sql + shown("w.lo"_sql) + ", "_sql + shown("w.hi"_sql) +
         ", CASE WHEN w.known = 0 THEN NULL WHEN w.lo <= w.hi THEN 1 ELSE 0 END FROM (SELECT "_sql + lo +
         " AS lo, "_sql + hi +
         " AS hi, CASE WHEN a.lo IS NULL OR b.lo IS NULL THEN 0 ELSE 1 END AS known FROM "_sql +
         range(Side::prod) + " a, "_sql + range(Side::pr) + " b) w"_sql;
}

Sql outside_statement(const Comparison& comparison, const ComparedColumn& column, const OverlapFacts& facts) {
  const Sql lo = limit(comparison, column, facts.from);
  const Sql hi = limit(comparison, column, facts.to);
  const auto count = [&](const Sql& condition) {
    return comparison.dialect->count + "(CASE WHEN "_sql + condition + " THEN 1 END)"_sql;
  };
  const auto counts = [&](Side side) {
    const Sql value = limited(comparison, column, side);
    return count(value + " < "_sql + lo) + ", "_sql + count(value + " > "_sql + hi) + ", "_sql +
           count(value + " IS NULL"_sql) + " FROM "_sql + comparison.from(side) +
           where_clause(comparison.rows(side));
  };
  return "SELECT 0 AS side, "_sql + counts(Side::prod) + " UNION ALL SELECT 1, "_sql + counts(Side::pr);
}

void keep_overlap(Comparison& comparison, const ComparedColumn& column, const OverlapFacts& facts) {
  const Sql lo = limit(comparison, column, facts.from);
  const Sql hi = limit(comparison, column, facts.to);
  for (const Side side : {Side::prod, Side::pr}) {
    const Sql value = limited(comparison, column, side);
    add_condition(side == Side::prod ? comparison.prod_rows : comparison.pr_rows,
                  "("_sql + value + " >= "_sql + lo + " AND "_sql + value + " <= "_sql + hi + ")"_sql);
  }
}

}  // namespace diffgate::diff
