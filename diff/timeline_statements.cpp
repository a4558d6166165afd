#include "diff/timeline_statements.hpp"

#include <algorithm>

#include "diff/statement_parts.hpp"

namespace diffgate::diff {
namespace {

// Rows with a whole key: x, t the time, k… the key, v… the values, and how many rows have the key if that is
// asked.
Sql timed_rows(const Comparison& comparison, const ComparedColumn& time, Side side,
               const std::vector<std::size_t>& columns, bool with_copies) {
  std::vector<Sql> list = {"1 AS x"_sql, moment_of(comparison, time, side) + " AS t"_sql};
  std::vector<Sql> keys;
  for (std::size_t i = 0; i < comparison.key.size(); ++i) {
    keys.push_back(form_of(comparison, comparison.key[i], side));
    list.push_back(keys.back() + numbered(" AS k"_sql, i));
  }
  for (const std::size_t i : columns)
    list.push_back(as_carried(comparison, comparison.columns[i], side) + numbered(" AS v"_sql, i));
  if (with_copies)
    list.push_back(rows_of(*comparison.dialect) + " OVER (PARTITION BY "_sql + join(keys, ", "_sql) +
                   ") AS copies"_sql);
  return "SELECT "_sql + join(list, ", "_sql) + from_side(comparison, side) +
         where({key_is_whole(comparison, side), comparison.rows(side)});
}

// 1 if the values of a row on both sides differ.
Sql differs(const Comparison& comparison, std::size_t column) {
  const Sql a = numbered("a.v"_sql, column);
  const Sql b = numbered("b.v"_sql, column);
  const ComparedColumn& compared = comparison.columns[column];
  const Sql by_rule =
      has_rule(compared) ? " WHEN "_sql + equal_by_rule(comparison, compared, a, b) + " THEN 0"_sql : Sql();
  return "CASE WHEN NOT ("_sql + comparison.dialect->is_distinct(a, b, compared.common) + ") THEN 0"_sql +
         by_rule + " ELSE 1 END"_sql;
}

}  // namespace

Sql time_range_statement(const Comparison& comparison, const ComparedColumn& time) {
  const Dialect& dialect = *comparison.dialect;
  const auto side = [&](Side which) {
    const Sql seconds = dialect.seconds_of(moment_of(comparison, time, which));
    return "SELECT "_sql + real_text(dialect, "min("_sql + seconds + ")"_sql) + ", "_sql +
           real_text(dialect, "max("_sql + seconds + ")"_sql) + from_side(comparison, which) +
           where({comparison.rows(which)});
  };
  return side(Side::prod) + " UNION ALL "_sql + side(Side::pr);
}

Sql timeline_statement(const Comparison& comparison, const ComparedColumn& time, std::string_view unit,
                       const std::vector<std::size_t>& columns, bool with_copies) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> inner = {dialect.truncate_time("coalesce(b.t, a.t)"_sql, unit) + " AS piece"_sql,
                            "CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind"_sql};
  std::vector<Sql> flags;
  for (const std::size_t i : columns) {
    inner.push_back("CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE "_sql + differs(comparison, i) +
                    " END"_sql + numbered(" AS d"_sql, i));
    flags.push_back(numbered("d"_sql, i));
  }
  const auto count = [&](const Sql& condition) {
    return dialect.count + "(CASE WHEN "_sql + condition + " THEN 1 END)"_sql;
  };
  ColumnType timestamp;
  timestamp.family = Family::timestamp;
  std::vector<Sql> outer = {dialect.text("piece"_sql, timestamp), count("kind = 2"_sql),
                            count("kind = 1"_sql), count("kind = 0"_sql),
                            flags.empty() ? "0"_sql : count(join(flags, " + "_sql) + " > 0"_sql)};
  for (std::size_t i = 0; i < std::min(flags.size(), kTimelineColumns); ++i)
    outer.push_back(count(flags[i] + " = 1"_sql));
  const Sql select = "SELECT "_sql + join(inner, ", "_sql) + " FROM "_sql;
  const Sql prod = "("_sql + timed_rows(comparison, time, Side::prod, columns, with_copies) + ") a"_sql;
  const Sql pr = "("_sql + timed_rows(comparison, time, Side::pr, columns, with_copies) + ") b"_sql;
  const Sql on = " ON "_sql + keys_equal("a"_sql, "b"_sql, comparison.key.size(), "k"_sql);
  const Sql once = "coalesce(a.copies, 1) = 1 AND coalesce(b.copies, 1) = 1"_sql;
  const Sql where_once = with_copies ? " WHERE "_sql + once : Sql();
  const Sql joined = dialect.has_full_join
                         ? select + prod + " FULL JOIN "_sql + pr + on + where_once
                         : select + prod + " LEFT JOIN "_sql + pr + on + where_once + " UNION ALL "_sql +
                               select + pr + " LEFT JOIN "_sql + prod + on + " WHERE a.x IS NULL"_sql +
                               (with_copies ? " AND "_sql + once : Sql());
  return "SELECT "_sql + join(outer, ", "_sql) + " FROM ("_sql + joined +
         ") j GROUP BY piece ORDER BY piece"_sql;
}

}  // namespace diffgate::diff
