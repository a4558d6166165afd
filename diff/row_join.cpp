#include "diff/row_join.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "diff/dialect.hpp"
#include "diff/key_health.hpp"
#include "diff/statements.hpp"
#include "diff/volatile_columns.hpp"

namespace diffgate::diff {
namespace {

// Splits what is too wide for one statement: a first join tells the rows by groups of columns, further ones,
// in compare_chunks, the columns.
JoinOptions split(const RunningDiff& run, std::vector<std::size_t> columns) {
  JoinOptions options;
  const std::size_t limit = std::max<std::size_t>(run.dialect.max_columns, 1);
  if (columns.size() <= limit) {
    options.columns = std::move(columns);
    return options;
  }
  std::vector<std::size_t> exact;
  for (const std::size_t column : columns) {
    // A hash can't be near another.
    (has_rule(run.comparison.columns[column]) ? options.columns : exact).push_back(column);
  }
  const auto chunk = [&](std::size_t first) {
    const auto begin = exact.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<std::size_t>(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(limit, exact.size() - first)));
  };
  for (std::size_t first = 0; first < exact.size(); first += limit) options.groups.push_back(chunk(first));
  return options;
}

JoinOptions options_for(const RunningDiff& run, std::vector<std::size_t> columns) {
  JoinOptions options = split(run, std::move(columns));
  options.by_change = run.dialect.smallest_keys != nullptr &&
                      options.columns.size() + options.groups.size() <= kColumnsByChange;
  options.compact = run.dialect.compact != nullptr && run.request.may_skip_join;
  return options;
}

constexpr double kMany = 0.25;  // of the rows

// Whether to join by hashes pays where few rows differ. It makes the forms of the keys twice.
bool is_wide(const RunningDiff& run, const JoinOptions& options) {
  const std::optional<std::size_t> limit = run.dialect.wide_table;
  const auto& key = run.comparison.key;
  return run.request.may_skip_join && limit && options.columns.size() > *limit && options.groups.empty() &&
         std::none_of(key.begin(), key.end(),
                      [&](const ComparedColumn& column) { return is_late(run.dialect, column.common); });
}

JoinOptions options_for(const RunningDiff& run, RowJoin join, const Survey& known) {
  JoinOptions options = options_for(run, std::move(join.columns));
  options.inner = join.same_keys;
  options.with_totals = !run.has_row_counts;
  options.by_hash = is_wide(run, options) && known.share_that_differs.value_or(1) < kMany;
  if (options.by_hash) {
    options.by_change = false;
    return options;
  }
  options.apart = !options.by_change && known.share_that_differs.value_or(0) >= kMany;
  options.by_address = known.has_addresses && !run.dialect.row_address.empty();
  options.halves = known.runs_in_parallel && run.is_large() && run.dialect.key_hash != nullptr;
  return options;
}

void take_column_counts(RunningDiff& run, const JoinCounts& counts, const std::vector<std::size_t>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    ColumnDiff& report = run.out.columns[run.comparison.columns[columns[i]].report];
    report.changed = counts.columns[i].changed;
    report.became_null = counts.columns[i].became_null;
    report.was_null = counts.columns[i].was_null;
    report.within_tolerance = counts.columns[i].within_tolerance;
    report.negligible = counts.columns[i].negligible;
  }
}

void take_counts(RunningDiff& run, const JoinCounts& counts, const std::vector<std::size_t>& columns) {
  RowCounts& rows = run.out.rows;
  rows.added = counts.added;
  rows.removed = counts.removed;
  rows.changed = counts.changed;
  rows.unchanged = counts.pairs - counts.changed;
  take_column_counts(run, counts, columns);
}

Awaitable<void> compare_chunks(RunningDiff& run, JoinOptions rows) {
  const auto changed = static_cast<double>(*run.out.rows.changed);
  if (changed == 0) co_return;
  const double matched = changed + static_cast<double>(*run.out.rows.unchanged);
  for (std::vector<std::size_t>& group : rows.groups) {
    JoinOptions options;
    options.columns = std::move(group);
    options.inner = true;
    options.without_duplicates = rows.without_duplicates;
    options.with_samples = false;
    options.by_hash = !rows.without_duplicates && changed < kMany * matched && is_wide(run, options);
    const ResultSet result =
        co_await run.query("columns of the join", join_statement(run.comparison, options));
    take_column_counts(run, read_join_counts(result), options.columns);
  }
}

// Load times and run ids make every row a changed one. Where there are such columns, the rows that have
// changed without them are counted as well.
Awaitable<void> count_without_volatile(RunningDiff& run, bool has_duplicates) {
  constexpr std::int64_t kEnoughRows = 10;
  constexpr double kNearlyAll = 0.99;
  TableDiff& out = run.out;
  const std::int64_t matched = *out.rows.changed + *out.rows.unchanged;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < run.comparison.columns.size(); ++i) {
    const ComparedColumn& column = run.comparison.columns[i];
    const std::int64_t changed = out.columns[column.report].changed;
    if (matched >= kEnoughRows && static_cast<double>(changed) >= kNearlyAll * static_cast<double>(matched) &&
        looks_volatile(column.pr, column.pr_type)) {
      out.volatile_columns.push_back(column.pr);
    } else if (changed > 0) {
      others.push_back(i);
    }
  }
  if (out.volatile_columns.empty()) co_return;
  out.changed_without_volatile = 0;
  if (others.empty()) co_return;
  JoinOptions options = options_for(run, std::move(others));
  options.inner = !has_duplicates;
  options.without_duplicates = has_duplicates;
  options.with_samples = false;
  const ResultSet result =
      co_await run.query("join without load times", join_statement(run.comparison, options));
  out.changed_without_volatile = read_join_counts(result).changed;
}

// If every key joined at most once, the counts stand. A key that occurs x times in production and y times in
// the PR gives x*y pairs, so that the joined rows of a side exceed its rows exactly if a joined key is
// repeated.
bool joined_once(const TableDiff& out, const JoinCounts& counts) {
  return counts.prod_joined == out.rows.prod - out.prod_key.null_rows &&
         counts.pr_joined == out.rows.pr - out.pr_key.null_rows && counts.exclusive_twice == 0;
}

Awaitable<void> take_join(RunningDiff& run, ResultSet result, JoinOptions options) {
  const bool is_unique = joined_once(run.out, read_join_counts(result));
  if (is_unique) {
    run.out.prod_key.distinct = run.out.rows.prod - run.out.prod_key.null_rows;
    run.out.pr_key.distinct = run.out.rows.pr - run.out.pr_key.null_rows;
  } else {
    std::vector<Side> sides = {Side::prod, Side::pr};
    co_await measure_keys(run, std::move(sides));
    options.without_duplicates = true;
    options.inner = false;
    options.halves = false;
    options.by_hash = false;
    result = co_await run.query("join without duplicates", join_statement(run.comparison, options));
  }
  take_counts(run, read_join_counts(result), options.columns);
  run.out.samples = read_samples(result, run.comparison);
  co_await compare_chunks(run, options);
  co_await count_without_volatile(run, !is_unique);
}

}  // namespace

Awaitable<void> join_rows(RunningDiff& run, RowJoin join, Survey known) {
  JoinOptions options = options_for(run, std::move(join), known);
  std::string name = options.inner ? "inner join" : "join";
  if (options.by_hash) name += " by hashes";
  ResultSet result = co_await run.query(std::move(name), join_statement(run.comparison, options));
  if (options.with_totals) {
    const JoinCounts counts = read_join_counts(result);
    run.set_row_counts({counts.prod_rows, counts.prod_whole_keys, {}},
                       {counts.pr_rows, counts.pr_whole_keys, {}});
  }
  co_await take_join(run, std::move(result), std::move(options));
}

}  // namespace diffgate::diff
