#include "diff/join_masks.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace diffgate::diff {
namespace {

constexpr std::size_t kBitsPerColumn = 3;
constexpr std::size_t kColumnsPerMask = kColumnsByChange;

// What happened to a cell, as kBitsPerColumn bits of a mask. All but `within` are changes and have one of the
// two lower bits set. `negligible`: floats that differ no more than those do that were summed in another
// order.
enum class Change : std::int64_t {
  none = 0,
  changed = 1,
  became_null = 2,
  was_null = 3,
  within = 4,
  negligible = 5,
};
constexpr std::int64_t kAnyChange = 3;
constexpr std::int64_t kAllBits = 7;

// What the first mask of a row says instead that only one side has.
constexpr std::int64_t kOnlyProd = -1;
constexpr std::int64_t kOnlyPr = -2;

// Not for a column with a tolerance of its own.
Sql negligible_case(const Comparison& comparison, const ComparedColumn& column, const Sql& a, const Sql& b) {
  constexpr Tolerance kNegligible{.absolute = 0, .relative = 1e-9, .significant_digits = 0};
  const bool is_floating =
      column.prod_type.family == Family::floating || column.pr_type.family == Family::floating;
  if (!is_floating || has_rule(column)) return {};
  return " WHEN "_sql + comparison.dialect->is_within(a, b, std::nullopt, kNegligible) + " THEN 5"_sql;
}

Sql cell_change(const Comparison& comparison, std::size_t column) {
  const Sql a = numbered("a.v"_sql, column);
  const Sql b = numbered("b.v"_sql, column);
  const ComparedColumn& compared = comparison.columns[column];
  // Before the nulls: to a rule, null may equal an empty text.
  const Sql by_rule =
      has_rule(compared) ? " WHEN "_sql + equal_by_rule(comparison, compared, a, b) + " THEN 4"_sql : Sql();
  return "CASE WHEN NOT ("_sql + comparison.dialect->is_distinct(a, b, compared.common) + ") THEN 0"_sql +
         by_rule + " WHEN "_sql + b + " IS NULL THEN 2 WHEN "_sql + a + " IS NULL THEN 3"_sql +
         negligible_case(comparison, compared, a, b) + " ELSE 1 END"_sql;
}

std::int64_t at_column(std::int64_t bits, std::size_t position) {
  return bits << static_cast<std::int64_t>((position % kColumnsPerMask) * kBitsPerColumn);
}

Sql group_change(const Comparison& comparison, std::size_t group) {
  const Dialect& dialect = *comparison.dialect;
  const auto differs = [&](const Sql& name) {
    return "("_sql + dialect.is_distinct("a."_sql + name, "b."_sql + name, kHash) + ")"_sql;
  };
  return "CASE WHEN "_sql + differs(numbered("p"_sql, group)) + " OR "_sql +
         differs(numbered("q"_sql, group)) + " THEN 1 ELSE 0 END"_sql;
}

// Columns first, then groups: each has a position in the masks.
std::size_t position_count(const JoinOptions& options) {
  return options.columns.size() + options.groups.size();
}

std::size_t mask_end(const JoinOptions& options, std::size_t mask) {
  return std::min(position_count(options), (mask + 1) * kColumnsPerMask);
}

// What happened at up to kColumnsPerMask positions as one integer, NULL if nothing did. Most rows are equal:
// whether anything differs is asked first, and what it is only of the others.
Sql mask_expression(const Comparison& comparison, const JoinOptions& options, std::size_t mask) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> terms;
  std::vector<Sql> differs;
  const auto add_difference = [&](const Sql& name, const CommonType& common) {
    differs.push_back("("_sql + dialect.is_distinct("a."_sql + name, "b."_sql + name, common) + ")"_sql);
  };
  for (std::size_t i = mask * kColumnsPerMask; i < mask_end(options, mask); ++i) {
    const bool is_column = i < options.columns.size();
    const std::size_t group = i - options.columns.size();
    const Sql change =
        is_column ? cell_change(comparison, options.columns[i]) : group_change(comparison, group);
    terms.push_back(wide_integer(dialect, change) + " * "_sql + wide_integer(dialect, at_column(1, i)));
    if (is_column) {
      const std::size_t column = options.columns[i];
      add_difference(numbered("v"_sql, column), comparison.columns[column].common);
    } else {
      add_difference(numbered("p"_sql, group), kHash);
      add_difference(numbered("q"_sql, group), kHash);
    }
  }
  if (terms.empty()) return wide_integer(dialect, "NULL"_sql);
  return "CASE WHEN "_sql + join(differs, " OR "_sql) + " THEN "_sql + join(terms, " + "_sql) + " END"_sql;
}

}  // namespace

std::size_t mask_count(const JoinOptions& options) {
  return std::max<std::size_t>(1, (position_count(options) + kColumnsPerMask - 1) / kColumnsPerMask);
}

Sql found_mask(const Comparison& comparison, const JoinOptions& options, std::size_t mask) {
  const Sql differs = mask_expression(comparison, options, mask);
  if (options.inner) return differs;
  const Dialect& dialect = *comparison.dialect;
  const auto exclusive = [&](std::int64_t side) {
    return wide_integer(dialect, mask == 0 ? Sql::number(side) : "NULL"_sql);
  };
  return "CASE WHEN b.k0 IS NULL THEN "_sql + exclusive(kOnlyProd) + " WHEN a.k0 IS NULL THEN "_sql +
         exclusive(kOnlyPr) + " ELSE "_sql + differs + " END"_sql;
}

Sql kind_of(const JoinOptions& options) {
  if (options.inner) return "0"_sql;
  return "CASE f0 WHEN "_sql + Sql::number(kOnlyProd) + " THEN 1 WHEN "_sql + Sql::number(kOnlyPr) +
         " THEN 2 ELSE 0 END"_sql;
}

Sql is_changed(const Dialect& dialect, const JoinOptions& options) {
  std::vector<Sql> parts;
  for (std::size_t mask = 0; mask < mask_count(options); ++mask) {
    std::int64_t bits = 0;
    for (std::size_t i = mask * kColumnsPerMask; i < mask_end(options, mask); ++i)
      bits |= at_column(kAnyChange, i);
    parts.push_back(dialect.bit_and(numbered("m"_sql, mask), wide_integer(dialect, bits)) + " <> 0"_sql);
  }
  return parts.empty() ? "1 = 0"_sql : "("_sql + join(parts, " OR "_sql) + ")"_sql;
}

Sql sum_where(const Sql& condition) { return "sum(CASE WHEN "_sql + condition + " THEN total END)"_sql; }

std::vector<Sql> column_counts(const Dialect& dialect, const JoinOptions& options, std::size_t mask) {
  std::vector<Sql> out;
  const std::size_t end = std::min(mask_end(options, mask), options.columns.size());
  for (std::size_t i = mask * kColumnsPerMask; i < end; ++i) {
    const auto bits_of = [&](std::int64_t bits) {
      return dialect.bit_and(numbered("m"_sql, mask), wide_integer(dialect, at_column(bits, i)));
    };
    const auto has = [&](std::int64_t bits, Change change) {
      return bits_of(bits) + " = "_sql +
             wide_integer(dialect, at_column(static_cast<std::int64_t>(change), i));
    };
    out.push_back(sum_where(bits_of(kAnyChange) + " <> 0"_sql));
    out.push_back(sum_where(has(kAllBits, Change::became_null)));
    out.push_back(sum_where(has(kAllBits, Change::was_null)));
    out.push_back(sum_where(has(kAllBits, Change::within)));
    out.push_back(sum_where(has(kAllBits, Change::negligible)));
  }
  return out;
}

}  // namespace diffgate::diff
