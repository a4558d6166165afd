#include "diff/whole_tables.hpp"

#include <algorithm>

#include "diff/estimate.hpp"

namespace diffgate::diff {
namespace {

void estimate_keys(TableDiff& diff, const WholeTables& whole) {
  SampleFacts& facts = *diff.sampled;
  const double share = facts.share;
  const std::int64_t prod_keys = whole.rows.prod - whole.prod_key.null_rows;
  const std::int64_t pr_keys = whole.rows.pr - whole.pr_key.null_rows;
  const std::int64_t both = std::min(prod_keys, pr_keys);
  facts.added = estimate(diff.rows.added, share, pr_keys);
  facts.removed = estimate(diff.rows.removed, share, prod_keys);
  facts.changed = estimate(*diff.rows.changed, share, both);
  facts.unchanged = estimate(*diff.rows.unchanged, share, both);
  const auto scaled = [&](std::int64_t& count, std::int64_t most) {
    count = estimate(count, share, most).value;
  };
  for (ColumnDiff& column : diff.columns) {
    if (!column.not_compared.empty()) continue;
    column.sampled = estimate(column.changed, share, both);
    column.changed = column.sampled->value;
    scaled(column.became_null, both);
    scaled(column.was_null, both);
    scaled(column.within_tolerance, both);
    scaled(column.negligible, both);
  }
  if (diff.changed_without_volatile) scaled(*diff.changed_without_volatile, both);
  const auto keys = [&](KeyHealth& key, const KeyHealth& all, std::int64_t most) {
    key.null_rows = all.null_rows;
    scaled(key.distinct, most);
    scaled(key.duplicate_rows, most);
    key.is_estimate = true;
  };
  keys(diff.prod_key, whole.prod_key, prod_keys);
  keys(diff.pr_key, whole.pr_key, pr_keys);
}

}  // namespace

void estimate_whole(TableDiff& diff, const WholeTables& whole) {
  SampleFacts& facts = *diff.sampled;
  facts.prod_rows = diff.rows.prod;
  facts.pr_rows = diff.rows.pr;
  if (!diff.key.empty()) estimate_keys(diff, whole);
  diff.rows = {.prod = whole.rows.prod,
               .pr = whole.rows.pr,
               .added = facts.added.value,
               .removed = facts.removed.value,
               .changed = facts.changed ? std::optional(facts.changed->value) : std::nullopt,
               .unchanged = facts.unchanged.value};
}

}  // namespace diffgate::diff
