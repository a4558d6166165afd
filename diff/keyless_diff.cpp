#include "diff/keyless_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "diff/keyless_estimate.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

// Without a key no pair of values can be near each other, but whole rows can be alike but for what a rule
// ignores.
Awaitable<void> count_hidden_rows(RunningDiff& run, KeylessCounts by_rules) {
  for (const ComparedColumn& column : run.comparison.columns) {
    if (!column.tolerance) continue;
    run.out.notes.push_back(fmt::format(
        "'{}' was compared exactly: a tolerance needs a key, which says what rows belong together",
        column.pr.value()));
    run.out.columns[column.report].rule.clear();
  }
  Comparison exact = run.comparison;
  exact.samples = 0;
  const ResultSet result = co_await run.query("exact multiset", keyless_statement(exact, {}));
  const std::int64_t hidden = read_keyless_counts(result).added - by_rules.added;
  if (hidden > 0) {
    run.out.notes.push_back(fmt::format(
        "{}{} {} in what the rules ignore, and {} as equal", run.out.sampled ? "of the sample, " : "", hidden,
        hidden == 1 ? "row differs only" : "rows differ only", hidden == 1 ? "counts" : "count"));
  }
}

}  // namespace

Awaitable<void> compare_keyless(RunningDiff& run, std::optional<WholeTables> whole) {
  RowCounts& rows = run.out.rows;
  // Of a sample, checksums would cost as much as the counts.
  if (run.request.may_skip_join && !whole) {
    const std::vector<Fingerprint> prints = co_await run.fingerprints();
    run.set_row_counts(prints[0], prints[1]);
    if (prints[0] == prints[1]) {
      rows.unchanged = prints[1].rows;
      co_return;
    }
  }
  const bool has_rules = std::any_of(run.comparison.columns.begin(), run.comparison.columns.end(), has_rule);
  const ResultSet result = co_await run.query(
      "multiset",
      keyless_statement(run.comparison, {.by_rules = has_rules, .with_spread = whole.has_value()}));
  const KeylessCounts counts = read_keyless_counts(result);
  rows.prod = counts.prod_rows;
  rows.pr = counts.pr_rows;
  rows.added = counts.added;
  rows.removed = counts.removed;
  rows.unchanged = counts.pr_rows - counts.added;
  run.out.samples = read_samples(result, run.comparison);
  if (whole) {
    SampleFacts& facts = *run.out.sampled;
    const KeylessEstimate all = estimate_keyless(counts, facts.share, whole->rows.prod, whole->rows.pr);
    facts.removed = all.removed;
    facts.added = all.added;
    facts.unchanged = all.unchanged;
  }
  if (has_rules) co_await count_hidden_rows(run, counts);
}

}  // namespace diffgate::diff
