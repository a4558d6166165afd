#include <fmt/format.h>

#include <algorithm>

#include "diff/column_profile.hpp"
#include "diff/narrowing.hpp"
#include "diff/results.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kColumnsShown = 50;
constexpr std::size_t kColumnsCompared = 400;

Sql numbered(const Sql& prefix, std::size_t i) { return prefix + Sql::number(static_cast<std::int64_t>(i)); }

// So that a timeline has some ten to some hundred points.
std::string_view unit_for(double seconds) {
  constexpr double day = 86'400;
  if (seconds <= 3 * day) return "hour";
  if (seconds <= 90 * day) return "day";
  if (seconds <= 700 * day) return "week";
  if (seconds <= 3'650 * day) return "month";
  return "year";
}

Sql moment(const Comparison& comparison, const ComparedColumn& time, Side side) {
  return comparison.dialect->typed(name_in(comparison, time, side), Family::timestamp);
}

Sql range_statement(const Comparison& comparison, const ComparedColumn& time) {
  const Dialect& dialect = *comparison.dialect;
  const auto side = [&](Side which) {
    const Sql& rows = comparison.rows(which);
    const Sql seconds = dialect.seconds_of(moment(comparison, time, which));
    return "SELECT "_sql + as_text(dialect, "min("_sql + seconds + ")"_sql) + ", "_sql +
           as_text(dialect, "max("_sql + seconds + ")"_sql) + " FROM "_sql + comparison.from(which) +
           (rows.empty() ? Sql() : " WHERE "_sql + rows);
  };
  return side(Side::prod) + " UNION ALL "_sql + side(Side::pr);
}

// Rows with a whole key: x, t the time, k… the key, v… the values, and how many rows have the key if that is
// asked.
Sql side_select(const Comparison& comparison, const ComparedColumn& time, Side side,
                const std::vector<std::size_t>& columns, bool with_copies) {
  std::vector<Sql> list = {"1 AS x"_sql, moment(comparison, time, side) + " AS t"_sql};
  std::vector<Sql> whole;
  std::vector<Sql> keys;
  for (std::size_t i = 0; i < comparison.key.size(); ++i) {
    keys.push_back(form_of(comparison, comparison.key[i], side));
    list.push_back(keys.back() + numbered(" AS k"_sql, i));
    whole.push_back(name_in(comparison, comparison.key[i], side) + " IS NOT NULL"_sql);
  }
  for (const std::size_t i : columns)
    list.push_back(form_of(comparison, comparison.columns[i], side) + numbered(" AS v"_sql, i));
  if (with_copies)
    list.push_back(comparison.dialect->count + "(*) OVER (PARTITION BY "_sql + join(keys, ", "_sql) +
                   ") AS copies"_sql);
  if (!comparison.rows(side).empty()) whole.push_back(comparison.rows(side));
  return "SELECT "_sql + join(list, ", "_sql) + " FROM "_sql + comparison.from(side) + " WHERE "_sql +
         join(whole, " AND "_sql);
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

// Rows of time, added, removed, matched, changed, and changed values of the columns.
Sql timeline_statement(const Comparison& comparison, const ComparedColumn& time, std::string_view unit,
                       const std::vector<std::size_t>& columns, bool with_copies) {
  const Dialect& dialect = *comparison.dialect;
  std::vector<Sql> equal;
  for (std::size_t i = 0; i < comparison.key.size(); ++i)
    equal.push_back(numbered("a.k"_sql, i) + " = "_sql + numbered("b.k"_sql, i));
  std::vector<Sql> inner = {dialect.truncate_time("coalesce(b.t, a.t)"_sql, unit) + " AS start"_sql,
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
  std::vector<Sql> outer = {dialect.text("start"_sql, timestamp), count("kind = 2"_sql),
                            count("kind = 1"_sql), count("kind = 0"_sql),
                            flags.empty() ? "0"_sql : count(join(flags, " + "_sql) + " > 0"_sql)};
  for (std::size_t i = 0; i < std::min(flags.size(), kColumnsShown); ++i)
    outer.push_back(count(flags[i] + " = 1"_sql));
  const Sql select = "SELECT "_sql + join(inner, ", "_sql) + " FROM "_sql;
  const Sql prod = "("_sql + side_select(comparison, time, Side::prod, columns, with_copies) + ") a"_sql;
  const Sql pr = "("_sql + side_select(comparison, time, Side::pr, columns, with_copies) + ") b"_sql;
  const Sql on = " ON "_sql + join(equal, " AND "_sql);
  const Sql once = "coalesce(a.copies, 1) = 1 AND coalesce(b.copies, 1) = 1"_sql;
  const Sql where_once = with_copies ? " WHERE "_sql + once : Sql();
  const Sql joined = dialect.has_full_join
                         ? select + prod + " FULL JOIN "_sql + pr + on + where_once
                         : select + prod + " LEFT JOIN "_sql + pr + on + where_once + " UNION ALL "_sql +
                               select + pr + " LEFT JOIN "_sql + prod + on + " WHERE a.x IS NULL"_sql +
                               (with_copies ? " AND "_sql + once : Sql());
  return "SELECT "_sql + join(outer, ", "_sql) + " FROM ("_sql + joined +
         ") j GROUP BY start ORDER BY start"_sql;
}

// Those that differ, most first.
std::vector<std::size_t> differing(const Comparison& comparison, const TableDiff& found) {
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    for (const ColumnDiff& column : found.columns) {
      if (column.name == comparison.columns[i].pr && column.changed > 0)
        order.emplace_back(-column.changed, i);
    }
  }
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> out;
  for (const auto& [changed, index] : order) {
    if (out.size() < kColumnsCompared) out.push_back(index);
  }
  return out;
}

double seconds_between(const ResultSet& range) {
  std::optional<double> low;
  std::optional<double> high;
  for (const auto& row : range.rows) {
    if (std::holds_alternative<std::monostate>(row.at(0))) continue;
    const double first = std::strtod(text_of(row[0]).c_str(), nullptr);
    const double last = std::strtod(text_of(row[1]).c_str(), nullptr);
    low = low ? std::min(*low, first) : first;
    high = high ? std::max(*high, last) : last;
  }
  return low && high ? *high - *low : 0;
}

}  // namespace

double TimelinePoint::match_rate() const {
  const std::int64_t matched = changed + unchanged;
  return matched == 0 ? 1 : static_cast<double>(unchanged) / static_cast<double>(matched);
}

Awaitable<Timeline> match_timeline(Warehouse& warehouse, TableDiffRequest request, Identifier column,
                                   const TableDiff& found) {
  if (request.key.empty()) {
    throw Error(ErrorClass::configuration, "a timeline needs a key, which says what rows belong together",
                request.pr.sql, "name the primary key");
  }
  const std::unique_ptr<Session> session = co_await warehouse.open_session(request.tag);
  Timeline out;
  const auto query = [&](std::string name, Sql sql) -> Awaitable<ResultSet> {
    out.plan.push_back(std::move(name));
    Statement statement;
    statement.sql = (sql + warehouse.dialect().settings).text();
    statement.tag = request.tag;
    statement.timeout = request.timeout;
    return session->query(std::move(statement));
  };
  out.plan.emplace_back("columns");
  std::vector<Relation> relations = {request.prod, request.pr};
  const auto columns =
      co_await describe(*session, warehouse.dialect(), std::move(relations), request.tag, request.timeout);
  const Comparison comparison = plan_comparison(warehouse.dialect(), request, columns[0], columns[1]);
  const ComparedColumn time = overlap_column(comparison, column, columns[0], columns[1]);
  if (time.common.family == Family::integer) {
    throw Error(ErrorClass::configuration,
                fmt::format("column '{}' holds no time: its type is {}", column.value(), time.pr_type.name),
                request.pr.sql, "name a column of dates or timestamps");
  }
  const ResultSet range = co_await query("time range", range_statement(comparison, time));
  out.column = time.pr;
  out.unit = unit_for(seconds_between(range));
  const std::vector<std::size_t> changed = differing(comparison, found);
  for (std::size_t i = 0; i < std::min(changed.size(), kColumnsShown); ++i)
    out.columns.push_back(comparison.columns[changed[i]].pr);
  const bool has_copies = found.prod_key.duplicate_rows > 0 || found.pr_key.duplicate_rows > 0;
  const ResultSet result =
      co_await query("timeline", timeline_statement(comparison, time, out.unit, changed, has_copies));
  for (const auto& row : result.rows) {
    TimelinePoint point;
    if (!std::holds_alternative<std::monostate>(row.at(0))) point.start = text_of(row[0]);
    point.added = integer_of(row.at(1));
    point.removed = integer_of(row.at(2));
    point.changed = integer_of(row.at(4));
    point.unchanged = integer_of(row.at(3)) - point.changed;
    for (std::size_t i = 5; i < row.size(); ++i) point.columns.push_back(integer_of(row[i]));
    out.points.push_back(std::move(point));
  }
  co_return out;
}

}  // namespace diffgate::diff
