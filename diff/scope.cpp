#include "diff/scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diff/narrowing.hpp"
#include "diff/statements.hpp"
#include "net/error.hpp"

namespace diffgate::diff {

Awaitable<void> narrow_to_overlap(RunningDiff& run, std::vector<Column> prod, std::vector<Column> pr) {
  const Identifier& name = *run.request.overlap_column;
  ComparedColumn column;
  try {
    column = overlap_column(run.dialect, run.request, name, prod, pr);
  } catch (const Error& error) {
    if (!run.request.if_present.contains(name.value())) throw;
    run.out.notes.push_back("the tables were compared whole: " + error.problem());
    co_return;
  }
  const ResultSet range = co_await run.query("time range", overlap_statement(run.comparison, column));
  const std::vector<Value>& row = range.rows.at(0);
  const bool is_known = !std::holds_alternative<std::monostate>(row.at(2));
  if (!is_known || integer_of(row[2]) == 0) {
    run.out.notes.push_back(
        fmt::format("the tables were compared whole: {}",
                    is_known ? fmt::format("no time of '{}' is in both", column.pr.value())
                             : fmt::format("'{}' has no value in one of them", column.pr.value())));
    co_return;
  }
  OverlapFacts facts{
      .column = column.pr, .from = text_of(row[0]), .to = text_of(row[1]), .prod = {}, .pr = {}};
  const ResultSet outside =
      co_await run.query("rows outside", outside_statement(run.comparison, column, facts));
  for (const auto& counts : outside.rows) {
    (integer_of(counts.at(0)) == 0 ? facts.prod : facts.pr) = {.before = integer_of(counts.at(1)),
                                                               .after = integer_of(counts.at(2)),
                                                               .without_time = integer_of(counts.at(3))};
  }
  keep_overlap(run.comparison, column, facts);
  if (column.is_masked) facts.from = facts.to = {};
  run.out.overlap = std::move(facts);
}

Awaitable<std::optional<WholeTables>> narrow_to_sample(RunningDiff& run) {
  if (!run.request.sampling) co_return std::nullopt;
  const std::vector<Fingerprint> counts = co_await run.both_sides("count", count_statement(run.comparison));
  const Sampling& wanted = *run.request.sampling;
  const std::int64_t rows = std::max(counts[0].rows, counts[1].rows);
  const double share = wanted.rows > 0 ? static_cast<double>(wanted.rows) /
                                             static_cast<double>(std::max<std::int64_t>(rows, 1))
                                       : wanted.share;
  if (rows < wanted.from_rows || share >= 1) {
    run.out.notes.emplace_back("every row was compared: the tables are too small for a sample");
    co_return std::nullopt;
  }
  run.out.sampled.emplace();
  run.out.sampled->share = take_sample(run.comparison, share);
  run.set_row_counts(counts[0], counts[1]);
  run.has_row_counts = false;  // of the sample
  co_return WholeTables{.rows = run.out.rows, .prod_key = run.out.prod_key, .pr_key = run.out.pr_key};
}

}  // namespace diffgate::diff
