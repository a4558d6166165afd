#include "diff/key_health.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "diff/dialect.hpp"
#include "diff/statements.hpp"

namespace diffgate::diff {
namespace {

// Keys that rise from row to row are unique; integers that lie close together are counted by a bit for each.
// Nothing if neither tells.
Awaitable<std::optional<bool>> is_unique_by_order(RunningDiff& run, Side side, std::int64_t whole_keys) {
  constexpr std::int64_t kBitsPerRow = 64;
  constexpr std::int64_t kMostBits = 1'000'000'000;
  const ResultSet order = co_await run.query("key order", order_statement(run.comparison, side));
  const std::vector<Value>& row = order.rows.at(0);
  if (integer_of(row.at(0)) == 0) co_return true;
  if (std::holds_alternative<std::monostate>(row.at(1))) co_return std::nullopt;
  const std::int64_t first = integer_of(row.at(1));
  const std::int64_t last = integer_of(row.at(2));
  // Unsigned, as the range of all integers of 64 bits is larger than the largest of them.
  const std::uint64_t range = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  if (range >= static_cast<std::uint64_t>(std::min(kMostBits, whole_keys * kBitsPerRow)))
    co_return std::nullopt;
  const ResultSet bits = co_await run.query("key bits", bits_statement(run.comparison, side, first, last));
  co_return integer_of(bits.rows.at(0).at(0)) == whole_keys;
}

Awaitable<bool> is_unique(RunningDiff& run, Side side, std::int64_t whole_keys) {
  if (run.dialect.reads_in_order) {
    const std::optional<bool> known = co_await is_unique_by_order(run, side, whole_keys);
    if (known) co_return *known;
  }
  const ResultSet result = co_await run.query("distinct keys", distinct_statement(run.comparison, side));
  co_return integer_of(result.rows.at(0).at(0)) == whole_keys;
}

}  // namespace

Awaitable<void> measure_keys(RunningDiff& run, std::vector<Side> sides) {
  const ResultSet result = co_await run.query("keys", key_health_statement(run.comparison, sides));
  for (const auto& row : result.rows) {
    KeyHealth& health = integer_of(row.at(0)) == 0 ? run.out.prod_key : run.out.pr_key;
    health.distinct = integer_of(row.at(1));
    health.duplicate_rows = integer_of(row.at(2));
  }
}

// Equal fingerprints say nothing about repeated keys, which are to be counted on either side alike.
Awaitable<void> count_identical(RunningDiff& run, std::int64_t whole_keys, bool has_unique_key) {
  TableDiff& out = run.out;
  if (has_unique_key || (run.is_large() && co_await is_unique(run, Side::pr, whole_keys))) {
    out.prod_key.distinct = out.pr_key.distinct = whole_keys;
  } else if (whole_keys > 0) {
    std::vector<Side> sides = {Side::pr};
    co_await measure_keys(run, std::move(sides));
    out.prod_key.distinct = out.pr_key.distinct;
    out.prod_key.duplicate_rows = out.pr_key.duplicate_rows;
  }
  out.rows.changed = 0;
  out.rows.unchanged = whole_keys - out.pr_key.duplicate_rows;
  if (!out.pr_key.is_sound()) out.unmatched_rows_differ = false;
}

Awaitable<void> compare_unmatched_rows(RunningDiff& run) {
  TableDiff& out = run.out;
  const bool is_sound = out.prod_key.is_sound() && out.pr_key.is_sound();
  // All rows with a null key are in the sample or none.
  if (is_sound || out.unmatched_rows_differ || out.sampled) co_return;
  if (out.prod_key.null_rows != out.pr_key.null_rows ||
      out.prod_key.duplicate_rows != out.pr_key.duplicate_rows) {
    out.unmatched_rows_differ = true;
    co_return;
  }
  if (out.rows.added > 0 || out.rows.removed > 0 || out.rows.changed.value_or(0) > 0) co_return;
  const std::vector<Fingerprint> prints =
      co_await run.both_sides("rows without a usable key", unmatched_rows_statement(run.comparison));
  out.unmatched_rows_differ = prints[0] != prints[1];
}

}  // namespace diffgate::diff
