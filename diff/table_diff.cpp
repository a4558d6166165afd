#include "diff/table_diff.hpp"

#include "diff/comparison.hpp"
#include "diff/dialect.hpp"
#include "diff/diff_run.hpp"
#include "diff/results.hpp"
#include "diff/statements.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using std::chrono::steady_clock;

// Once more, from the beginning, if the warehouse is lost on the way: all reads, so that nothing is done
// twice, and of one snapshot, so that no part can be kept.
template <class T>
Awaitable<T> again_if_lost(Awaitable<T> (*read)(Warehouse&, TableDiffRequest), Warehouse& warehouse,
                           TableDiffRequest request) {
  try {
    co_return co_await read(warehouse, request);
  } catch (const WarehouseLost&) {
    // co_await may not stand here.
  }
  co_return co_await read(warehouse, std::move(request));
}

// What PostgreSQL's errors advise, with a table's name in quotes before `behind`.
struct Advice {
  std::string_view before;
  std::string_view behind;
  std::string_view between;  // two tables
};

// PostgreSQL names the table that may not be read without its schema. Here it is known, but for whether it is
// production's or the PR's if they have one name: then both are named.
void throw_with_schema(const Error& error, const TableDiffRequest& request) {
  static constexpr Advice kAdvice[] = {{"GRANT SELECT ON ", " TO ", ", "},
                                       {"REFRESH MATERIALIZED VIEW ", "", " or "}};
  for (const Advice& advice : kAdvice) {
    const std::string& hint = error.hint();
    const std::size_t begin = advice.before.size() + 1;
    if (!hint.starts_with(std::string(advice.before) + "\"")) continue;
    const std::size_t end = hint.rfind("\"" + std::string(advice.behind));
    if (end == std::string::npos || end < begin) continue;
    const std::string table = hint.substr(begin, end - begin);
    std::string relations;
    for (const Relation* relation : {&request.prod, &request.pr}) {
      if (parts_of(*relation).back().value() != table) continue;
      relations += (relations.empty() ? "" : std::string(advice.between)) + relation->sql;
    }
    if (relations.empty()) continue;
    throw Error(error.error_class(), error.problem(), error.where(),
                std::string(advice.before) + relations + hint.substr(end + 1));
  }
}

Awaitable<TableDiff> diff_once(Warehouse& warehouse, TableDiffRequest request) {
  constexpr int kAttempts = 2;
  const auto start = steady_clock::now();
  for (int attempt = 1;; ++attempt) {
    std::unique_ptr<Session> session = co_await warehouse.open_session(request.tag);
    try {
      TableDiff out = co_await run_diff(warehouse.dialect(), std::move(session), request);
      out.duration = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
      co_return out;
    } catch (const TableReplaced&) {
      if (attempt == kAttempts) throw;
    } catch (const Error& error) {
      throw_with_schema(error, request);
      throw;
    }
  }
}

Awaitable<TableProfile> profile_once(Warehouse& warehouse, TableDiffRequest request) {
  const auto start = steady_clock::now();
  const std::unique_ptr<Session> session = co_await warehouse.open_session(request.tag);
  std::vector<Relation> relations = {request.pr};
  TableProfile out;
  out.plan.emplace_back("columns");
  const auto columns =
      co_await describe(*session, warehouse.dialect(), std::move(relations), request.tag, request.timeout);
  out.columns = columns.at(0);
  request.prod = request.pr;
  request.prod_time_travel = request.pr_time_travel;
  request.renames.clear();
  const Comparison comparison = plan_comparison(warehouse.dialect(), request, columns[0], columns[0]);
  Statement counting;
  counting.sql = (count_statement(comparison, Side::pr) + warehouse.dialect().settings).text();
  counting.tag = request.tag;
  counting.timeout = request.timeout;
  out.plan.emplace_back("count");
  const ResultSet counts = co_await session->query(counting);
  out.rows = integer_of(counts.rows.at(0).at(0));
  out.key.null_rows = out.rows - integer_of(counts.rows.at(0).at(1));
  if (!comparison.key.empty()) {
    counting.sql = (key_health_statement(comparison, {Side::pr}) + warehouse.dialect().settings).text();
    out.plan.emplace_back("keys");
    const ResultSet keys = co_await session->query(counting);
    out.key.distinct = integer_of(keys.rows.at(0).at(1));
    out.key.duplicate_rows = integer_of(keys.rows.at(0).at(2));
  }
  out.duration = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
  co_return out;
}

}  // namespace

Awaitable<TableDiff> diff_tables(Warehouse& warehouse, TableDiffRequest request) {
  return again_if_lost(diff_once, warehouse, std::move(request));
}

Awaitable<TableProfile> profile_table(Warehouse& warehouse, TableDiffRequest request) {
  return again_if_lost(profile_once, warehouse, std::move(request));
}

}  // namespace diffgate::diff
