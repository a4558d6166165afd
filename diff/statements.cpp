#include "diff/statements.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "diff/statement_parts.hpp"

namespace diffgate::diff {
namespace {

// A sum over no rows is NULL; as text it must not be, or two empty tables would differ.
Sql hash_total(const Dialect& dialect, const Sql& hash) {
  return "coalesce("_sql + as_text(dialect, dialect.hash_sum(hash)) + ", '0')"_sql;
}

Sql both_sides(const Sql& prod, const Sql& pr) {
  return "SELECT 0 AS side, p.* FROM ("_sql + prod + ") p UNION ALL SELECT 1, p.* FROM ("_sql + pr +
         ") p"_sql;
}

bool is_one_column(const Comparison& comparison, Family family) {
  return comparison.key.size() == 1 && comparison.key[0].common.kind == CommonType::Kind::same &&
         comparison.key[0].common.family == family;
}

}  // namespace

Sql count_statement(const Comparison& comparison, Side side) {
  return "SELECT "_sql + count_list(comparison, side) + from_side(comparison, side) +
         where({comparison.rows(side)});
}

Sql fingerprint_statement(const Comparison& comparison, Side side) {
  std::vector<Sql> list = {count_list(comparison, side)};
  // Some engines want a name for every column of a subquery.
  const auto add_total = [&](const std::vector<ComparedColumn>& columns) {
    list.push_back(hash_total(*comparison.dialect, hash_of_row(comparison, columns, side)) +
                   numbered(" AS h"_sql, list.size()));
  };
  const std::vector<ComparedColumn>& keys = comparison.key;
  if (!keys.empty() && (comparison.dialect->fingerprint_of_keys || comparison.columns.empty()))
    add_total(keys);
  if (!keys.empty() && comparison.dialect->fingerprint_names_columns) {
    for (const ComparedColumn& column : comparison.columns) {
      std::vector<ComparedColumn> columns = keys;
      columns.push_back(column);
      add_total(columns);
    }
  } else if (!comparison.columns.empty()) {
    std::vector<ComparedColumn> columns = keys;
    columns.insert(columns.end(), comparison.columns.begin(), comparison.columns.end());
    add_total(columns);
  }
  return "SELECT "_sql + join(list, ", "_sql) + from_side(comparison, side) + where({comparison.rows(side)});
}

Sql count_statement(const Comparison& comparison) {
  return both_sides(count_statement(comparison, Side::prod), count_statement(comparison, Side::pr));
}

Sql fingerprint_statement(const Comparison& comparison) {
  return both_sides(fingerprint_statement(comparison, Side::prod),
                    fingerprint_statement(comparison, Side::pr));
}

namespace {

// What production's rows find among the PR's. The values are carried, not hashed: one table may be read
// whole, of which few rows find a match.
Sql probe(const Comparison& comparison, const SomeRows& prod, const SomeRows& pr) {
  const Dialect& dialect = *comparison.dialect;
  JoinOptions carried;
  std::vector<Sql> differs;
  for (std::size_t i = 0; i < std::min(comparison.columns.size(), dialect.max_columns); ++i) {
    carried.columns.push_back(i);
    differs.push_back(
        "("_sql +
        dialect.is_distinct(numbered("a.v"_sql, i), numbered("b.v"_sql, i), comparison.columns[i].common) +
        ")"_sql);
  }
  return "SELECT "_sql + rows_of(dialect) + ", "_sql + dialect.count + "(b.k0), "_sql + dialect.count +
         "(CASE WHEN b.k0 IS NOT NULL AND ("_sql + join(differs, " OR "_sql) + ") THEN 1 END) FROM ("_sql +
         side_select(comparison, Side::prod, carried, prod) + ") a LEFT JOIN ("_sql +
         side_select(comparison, Side::pr, carried, pr) + ") b ON "_sql +
         keys_equal("a"_sql, "b"_sql, comparison.key.size(), "k"_sql);
}

SomeRows sample_of(const Comparison& comparison, Side side, std::int64_t rows, std::int64_t wanted) {
  return {.from = comparison.from(side) + comparison.dialect->sampled(rows, wanted), .condition = {}};
}

// Stretches of the side's table, evenly apart, each with `margin` more rows at both ends.
SomeRows stretches(const Comparison& comparison, Side side, std::int64_t rows, std::int64_t wanted,
                   std::int64_t margin) {
  constexpr std::int64_t kStretches = 5;
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> parts;
  for (std::int64_t i = 0; i < kStretches; ++i) {
    const std::int64_t first = rows / kStretches * i;
    const std::int64_t last = first + wanted / kStretches - 1;
    parts.push_back("SELECT * FROM "_sql + comparison.from(side) + " WHERE "_sql +
                    dialect.stretch(first - margin, last + margin));
  }
  const Identifier name = parts_of(side == Side::prod ? comparison.prod : comparison.pr).back();
  return {.from = "("_sql + join(parts, " UNION ALL "_sql) + ") AS "_sql + quoted(dialect, name),
          .condition = {}};
}

}  // namespace

Sql probe_statement(const Comparison& comparison, std::int64_t rows, std::int64_t wanted) {
  return probe(comparison, sample_of(comparison, Side::prod, rows, wanted), SomeRows{});
}

Sql probe_alike_statement(const Comparison& comparison, std::int64_t rows, std::int64_t wanted) {
  if (comparison.dialect->stretch == nullptr) {
    return probe(comparison, sample_of(comparison, Side::prod, rows, wanted),
                 sample_of(comparison, Side::pr, rows, wanted));
  }
  // Rows that were added or removed before a stretch have moved it.
  const std::int64_t margin = std::max<std::int64_t>(2'000, rows / 500);
  return probe(comparison, stretches(comparison, Side::prod, rows, wanted, 0),
               stretches(comparison, Side::pr, rows, wanted, margin));
}

Sql order_statement(const Comparison& comparison, Side side) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> keys;
  for (const ComparedColumn& column : comparison.key) keys.push_back(form_of(comparison, column, side));
  const Sql key = keys.size() == 1 ? keys[0] : "row("_sql + join(keys, ", "_sql) + ")"_sql;
  const bool is_integer = is_one_column(comparison, Family::integer) && dialect.count_by_bits != nullptr &&
                          comparison.key[0].pr_type.precision <= 19;  // fits 64 bits
  const auto end = [&](const Sql& function) {
    return is_integer ? wide_integer(dialect, function + "(k)"_sql) : wide_integer(dialect, "NULL"_sql);
  };
  return "SELECT "_sql + dialect.count + "(CASE WHEN NOT (k > p) THEN 1 END), "_sql + end("min"_sql) +
         ", "_sql + end("max"_sql) + " FROM (SELECT "_sql + key + " AS k, lag("_sql + key +
         ") OVER () AS p"_sql + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)}) + ") o"_sql;
}

Sql bits_statement(const Comparison& comparison, Side side, std::int64_t first, std::int64_t last) {
  const Sql key = form_of(comparison, comparison.key.at(0), side);
  return "SELECT "_sql + comparison.dialect->count_by_bits(key, first, last) + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)});
}

Sql distinct_statement(const Comparison& comparison, Side side) {
  const Dialect& dialect = *comparison.dialect;
  // A key of one column is counted as it is unless that is slow; else its hash. If the hashes are distinct,
  // the keys are.
  const bool is_plain = is_one_column(comparison, Family::integer) || is_one_column(comparison, Family::date);
  const Sql key = is_plain ? form_of(comparison, comparison.key[0], side)
                           : dialect.row_hash(hashed(comparison, comparison.key, side), 0);
  return "SELECT "_sql + dialect.count + "(DISTINCT "_sql + key + ")"_sql + from_side(comparison, side) +
         where({comparison.rows(side), key_is_whole(comparison, side)});
}

Sql key_health_statement(const Comparison& comparison, const std::vector<Side>& sides) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> parts;
  const Sql keys = join(names("k"_sql, comparison.key.size()), ", "_sql);
  for (const Side side : sides) {
    parts.push_back("SELECT "_sql + integer(side == Side::prod ? 0 : 1) + " AS side, "_sql +
                    rows_of(dialect) + " AS distinct_keys, coalesce("_sql +
                    wide_integer(dialect, "sum(CASE WHEN n > 1 THEN n END)"_sql) +
                    ", 0) AS duplicate_rows FROM (SELECT "_sql + rows_of(dialect) + " AS n FROM ("_sql +
                    side_select(comparison, side, JoinOptions{}) + ") r GROUP BY "_sql + keys + ") h"_sql);
  }
  return join(parts, " UNION ALL "_sql);
}

Sql unmatched_rows_statement(const Comparison& comparison) {
  const Dialect& dialect = *comparison.dialect;
  const auto side = [&](Side which) {
    std::vector<Sql> keys;
    for (const ComparedColumn& column : comparison.key) keys.push_back(form_of(comparison, column, which));
    std::vector<Sql> values = hashed(comparison, comparison.key, which);
    for (Sql& value : hashed_by_rules(comparison, which)) values.push_back(std::move(value));
    const Sql rows = "SELECT "_sql + dialect.row_hash(values, 0) + " AS h, CASE WHEN "_sql +
                     key_is_whole(comparison, which) + " THEN 1 ELSE 0 END AS whole, "_sql +
                     rows_of(dialect) + " OVER (PARTITION BY "_sql + join(keys, ", "_sql) +
                     ") AS copies"_sql + from_side(comparison, which) + where({comparison.rows(which)});
    return "SELECT "_sql + rows_of(dialect) + " AS n, "_sql + rows_of(dialect) + " AS nk, "_sql +
           hash_total(dialect, "h"_sql) + " AS h0 FROM ("_sql + rows +
           ") r WHERE whole = 0 OR copies > 1"_sql;
  };
  return both_sides(side(Side::prod), side(Side::pr));
}

}  // namespace diffgate::diff
