#include "diff/diff_run.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "diff/comparison.hpp"
#include "diff/dialect.hpp"
#include "diff/judgement.hpp"
#include "diff/keyed_diff.hpp"
#include "diff/keyless_diff.hpp"
#include "diff/match_score.hpp"
#include "diff/running_diff.hpp"
#include "diff/scope.hpp"
#include "diff/whole_tables.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

Awaitable<void> plan(RunningDiff& run) {
  const auto columns = co_await run.look_up_columns("columns");
  run.comparison = plan_comparison(run.dialect, run.request, columns[0], columns[1]);
  const Comparison& comparison = run.comparison;
  if (comparison.key.empty() && comparison.columns.empty()) {
    throw Error(ErrorClass::configuration, "no column to compare",
                run.request.prod.sql + " and " + run.request.pr.sql,
                "the two tables have no comparable column in common");
  }
  run.out.schema = comparison.schema;
  run.out.columns = comparison.report;
  run.out.notes = comparison.notes;
  for (const ComparedColumn& column : comparison.key) run.out.key.push_back(column.pr);
  if (run.request.overlap_column) co_await narrow_to_overlap(run, columns[0], columns[1]);
}

// Once a statement has read a table, nobody can replace it before the session ends; until then somebody may.
Awaitable<void> look_again(RunningDiff& run) {
  try {
    co_await run.look_up_columns("columns again");
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::configuration) throw TableReplaced(run.request);
    throw;
  }
}

double score_of(const RunningDiff& run) {
  const TableDiff& out = run.out;
  const Comparison& comparison = run.comparison;
  std::int64_t changed_values = 0;
  for (const ColumnDiff& column : out.columns) changed_values += column.changed;
  return match_score(
      {.prod_rows = out.rows.prod,
       .pr_rows = out.rows.pr,
       .shared_columns = static_cast<std::int64_t>(comparison.key.size() + comparison.columns.size()),
       .prod_only_columns = static_cast<std::int64_t>(comparison.prod_only),
       .pr_only_columns = static_cast<std::int64_t>(comparison.pr_only),
       .exclusive_rows = out.rows.added + out.rows.removed,
       .changed_values = changed_values});
}

Awaitable<void> compare(RunningDiff& run, std::optional<WholeTables> whole) {
  if (run.request.key.empty()) {
    co_await compare_keyless(run, whole);
  } else {
    co_await compare_keyed(run);
  }
}

// The sample that the request asks for, or all rows if it asks for none or none is in it: few rows, or all
// with one key. Returns what was counted of all rows beside a sample.
Awaitable<std::optional<WholeTables>> compare_sample_or_all(RunningDiff& run) {
  const Comparison all = run.comparison;
  std::optional<WholeTables> whole = co_await narrow_to_sample(run);
  const TableDiff before = run.out;
  co_await compare(run, whole);
  const bool is_sampled = run.out.rows.prod > 0 || run.out.rows.pr > 0;
  if (!whole || is_sampled || (whole->rows.prod == 0 && whole->rows.pr == 0)) co_return whole;
  std::vector<std::string> statements = std::move(run.out.plan);
  run.out = before;
  run.out.plan = std::move(statements);
  run.out.sampled.reset();
  run.has_row_counts = false;
  run.out.notes.emplace_back("every row was compared: the sample held none");
  run.comparison = all;
  co_await compare(run, std::nullopt);
  co_return std::nullopt;
}

}  // namespace

Awaitable<TableDiff> run_diff(const Dialect& dialect, std::unique_ptr<Session> session,
                              TableDiffRequest request) {
  RunningDiff run{.dialect = dialect, .session = std::move(session), .request = std::move(request)};
  co_await plan(run);
  const std::optional<WholeTables> whole = co_await compare_sample_or_all(run);
  if (dialect.new_tables_look_empty) co_await look_again(run);
  run.out.match_score = score_of(run);
  if (whole) estimate_whole(run.out, *whole);
  judge(run.out);
  co_return std::move(run.out);
}

}  // namespace diffgate::diff
