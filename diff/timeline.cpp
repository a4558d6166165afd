#include <fmt/format.h>

#include <algorithm>

#include "diff/column_profile.hpp"
#include "diff/narrowing.hpp"
#include "diff/results.hpp"
#include "diff/timeline_statements.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kColumnsCompared = 400;

// So that a timeline has some ten to some hundred points.
std::string_view unit_for(double seconds) {
  constexpr double day = 86'400;
  if (seconds <= 3 * day) return "hour";
  if (seconds <= 90 * day) return "day";
  if (seconds <= 700 * day) return "week";
  if (seconds <= 3'650 * day) return "month";
  return "year";
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

// Some engines write a fraction of a second, though there is none at the beginning of a piece.
std::string whole_seconds(const std::string& start) { return start.substr(0, start.find('.')); }

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
  const ComparedColumn time = overlap_column(warehouse.dialect(), request, column, columns[0], columns[1]);
  if (time.is_masked) {
    throw Error(ErrorClass::configuration,
                fmt::format("column '{}' is masked, and a timeline would show its values", column.value()),
                request.pr.sql, "name another column of dates or timestamps");
  }
  if (time.common.family == Family::integer) {
    throw Error(ErrorClass::configuration,
                fmt::format("column '{}' holds no time: its type is {}", column.value(), time.pr_type.name),
                request.pr.sql, "name a column of dates or timestamps");
  }
  const ResultSet range = co_await query("time range", time_range_statement(comparison, time));
  out.column = time.pr;
  out.unit = unit_for(seconds_between(range));
  const std::vector<std::size_t> changed = differing(comparison, found);
  for (std::size_t i = 0; i < std::min(changed.size(), kTimelineColumns); ++i)
    out.columns.push_back(comparison.columns[changed[i]].pr);
  const bool has_copies = found.prod_key.duplicate_rows > 0 || found.pr_key.duplicate_rows > 0;
  const ResultSet result =
      co_await query("timeline", timeline_statement(comparison, time, out.unit, changed, has_copies));
  for (const auto& row : result.rows) {
    TimelinePoint point;
    if (!std::holds_alternative<std::monostate>(row.at(0))) point.start = whole_seconds(text_of(row[0]));
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
