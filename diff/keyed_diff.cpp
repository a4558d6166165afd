#include "diff/keyed_diff.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "diff/dialect.hpp"
#include "diff/key_health.hpp"
#include "diff/rename_hints.hpp"
#include "diff/row_join.hpp"
#include "diff/statements.hpp"
#include "diff/survey.hpp"

namespace diffgate::diff {
namespace {

using Probed = Survey::Probed;

std::vector<std::size_t> all_columns(const Comparison& comparison) {
  std::vector<std::size_t> out(comparison.columns.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

Awaitable<void> compare_rows(RunningDiff& run) {
  // Of a sample, checksums would cost as much as the join.
  if (!run.request.may_skip_join || run.out.sampled) {
    co_await join_rows(run, RowJoin{.columns = all_columns(run.comparison)}, Survey{});
    co_return;
  }
  Survey known = co_await survey(run);
  if (known.probed != Probed::alike) {
    // Counting costs little beside hashing. Where the counts differ, so does every hash that holds the key,
    // and the fingerprints would spare the join no column.
    const std::vector<Fingerprint> counts = co_await run.both_sides("count", count_statement(run.comparison));
    run.set_row_counts(counts[0], counts[1]);
    const bool same_counts = counts[0] == counts[1];
    if (known.probed == Probed::no && run.is_large() && same_counts)
      known = co_await probe(run, known, run.out.rows.prod);
    if (!same_counts || known.probed == Probed::different) {
      co_await join_rows(run, RowJoin{.columns = all_columns(run.comparison)}, known);
      co_return;
    }
  }
  const std::vector<Fingerprint> prints = co_await run.fingerprints();
  run.set_row_counts(prints[0], prints[1]);
  if (prints[0] == prints[1]) {
    co_await count_identical(run, prints[1].whole_keys, known.has_unique_key);
    co_return;
  }
  const bool same_keys = run.dialect.fingerprint_of_keys && prints[0].whole_keys == prints[1].whole_keys &&
                         prints[0].rows == prints[1].rows && prints[0].sums[0] == prints[1].sums[0];
  std::vector<std::size_t> columns = all_columns(run.comparison);
  if (same_keys && run.dialect.fingerprint_names_columns) {
    std::erase_if(columns, [&](std::size_t i) { return prints[0].sums[i + 1] == prints[1].sums[i + 1]; });
  }
  RowJoin join{.columns = std::move(columns), .same_keys = same_keys};
  co_await join_rows(run, std::move(join), known);
}

Awaitable<void> find_renames(RunningDiff& run) {
  const Comparison candidates =
      rename_candidates(run.comparison, std::max(run.out.rows.prod, run.out.rows.pr));
  if (candidates.columns.empty()) co_return;
  const ResultSet result = co_await run.query("likely renames", rename_statement(candidates));
  run.out.schema.likely_renames = read_renames(candidates, result);
}

}  // namespace

Awaitable<void> compare_keyed(RunningDiff& run) {
  co_await compare_rows(run);
  co_await compare_unmatched_rows(run);
  co_await find_renames(run);
}

}  // namespace diffgate::diff
