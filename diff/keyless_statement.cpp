#include <utility>

#include "diff/statement_parts.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

// How many more copies of a row there are on one side.
Sql surplus(const Sql& more, const Sql& fewer) {
  return "CASE WHEN "_sql + more + " > "_sql + fewer + " THEN "_sql + more + " - "_sql + fewer + " END"_sql;
}

// In double, as the square of a count may be too large for an integer.
Sql squares(const Dialect& dialect, const Sql& count) {
  const Sql real = "CAST("_sql + count + " AS "_sql + dialect.double_type + ")"_sql;
  return real_text(dialect, "sum("_sql + real + " * "_sql + real + ")"_sql);
}

}  // namespace

Sql keyless_statement(const Comparison& comparison, KeylessOptions options) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> sides;
  const auto hashes = [&](Side side) {
    const std::vector<Sql> values =
        options.by_rules ? hashed_by_rules(comparison, side) : hashed(comparison, comparison.columns, side);
    return dialect.row_hash(values, 0) + " AS h0, "_sql + dialect.row_hash(values, 1) + " AS h1"_sql;
  };
  for (const Side side : {Side::prod, Side::pr}) {
    sides.push_back("SELECT "_sql + hashes(side) + ", "_sql +
                    wide_integer(dialect, side == Side::prod ? "1"_sql : "0"_sql) + " AS a, "_sql +
                    wide_integer(dialect, side == Side::prod ? "0"_sql : "1"_sql) + " AS b"_sql +
                    from_side(comparison, side) + where({comparison.rows(side)}));
  }
  const Sql removed = surplus("na"_sql, "nb"_sql);
  const Sql added = surplus("nb"_sql, "na"_sql);
  std::vector<Sql> counts = {"sum(na)"_sql, "sum(nb)"_sql, "sum("_sql + removed + ")"_sql,
                             "sum("_sql + added + ")"_sql};
  if (options.with_spread) {
    for (const Sql& count : {"na"_sql, "nb"_sql, removed, added}) counts.push_back(squares(dialect, count));
    for (const Sql& count : {removed, added}) counts.push_back("max("_sql + count + ")"_sql);
  }
  std::vector<Sql> head = {"'counts'"_sql, "'0'"_sql, packed(dialect, counts)};
  pad(dialect, head, comparison.columns.size() + 2);
  Sql out = "WITH "_sql + kGroups + " AS"_sql + dialect.materialized +
            " (SELECT h0, h1, sum(a) AS na, sum(b) AS nb FROM ("_sql + join(sides, " UNION ALL "_sql) +
            ") u GROUP BY h0, h1)"_sql;
  const auto rows = [&](Side side, const Sql& label, const Sql& more, const Sql& fewer) {
    std::vector<Sql> inner = {hashes(side)};
    std::vector<Sql> cells = {label, as_text(dialect, "0"_sql)};
    for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
      inner.push_back(name_in(comparison, comparison.columns[i], side) + numbered(" AS c"_sql, i));
      cells.push_back(sample_cell(comparison, comparison.columns[i], side, numbered("r.c"_sql, i)));
    }
    // Many copies of one row are shown once.
    return "SELECT "_sql + join(cells, ", "_sql) +
           " FROM (SELECT p.*, row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy FROM (SELECT "_sql +
           join(inner, ", "_sql) + from_side(comparison, side) + where({comparison.rows(side)}) +
           ") p JOIN (SELECT h0, h1 FROM "_sql + kGroups + " WHERE "_sql + more + " > "_sql + fewer +
           " ORDER BY h0, h1"_sql + dialect.limit(static_cast<std::int64_t>(comparison.samples)) +
           ") s ON s.h0 = p.h0 AND s.h1 = p.h1) r WHERE r.copy = 1"_sql;
  };
  out += " SELECT "_sql + join(head, ", "_sql) + " FROM "_sql + kGroups;
  if (comparison.samples == 0) return out;
  return out + " UNION ALL "_sql + rows(Side::prod, "'removed:prod'"_sql, "na"_sql, "nb"_sql) +
         " UNION ALL "_sql + rows(Side::pr, "'added:pr'"_sql, "nb"_sql, "na"_sql);
}

}  // namespace diffgate::diff
