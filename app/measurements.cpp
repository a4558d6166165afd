#include <algorithm>

#include "app/verdict.hpp"

namespace diffgate::app {
namespace {

double share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return part > 0 ? 100 : 0;
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void put_keys(config::Measurements& out, const diff::KeyHealth& key) {
  out["key_nulls"] = static_cast<double>(key.null_rows);
  out["key_duplicates"] = static_cast<double>(key.duplicate_rows);
}

void put_diff(config::Measurements& out, const diff::TableDiff& diff) {
  const diff::RowCounts& rows = diff.rows;
  out["rows_added"] = static_cast<double>(rows.added);
  out["rows_removed"] = static_cast<double>(rows.removed);
  out["rows_added_pct"] = share(rows.added, rows.prod);
  out["rows_removed_pct"] = share(rows.removed, rows.prod);
  if (rows.changed) {
    const std::int64_t matched = *rows.changed + rows.unchanged.value_or(0);
    out["rows_changed"] = static_cast<double>(*rows.changed);
    out["rows_changed_pct"] = share(*rows.changed, matched);
    std::int64_t most = 0;
    for (const diff::ColumnDiff& column : diff.columns) most = std::max(most, column.changed);
    out["column_changed_pct_max"] = share(most, matched);
  }
  out["schema_break"] = !diff.schema.removed.empty() || !diff.schema.retyped.empty() ? 1 : 0;
  out["match_score"] = diff.match_score;
  if (!diff.key.empty()) put_keys(out, diff.pr_key);
}

}  // namespace

config::Measurements measurements(const ModelResult& result) {
  config::Measurements out;
  // Told by the manifests alone: known of a removed model and of one that could not be compared, too.
  out["contract_break"] = result.model.contract_breaks.empty() ? 0 : 1;
  if (result.kind == ModelResultKind::error) return out;
  if (result.diff) put_diff(out, *result.diff);
  if (result.profile && !result.model.key.columns.empty()) put_keys(out, result.profile->key);
  return out;
}

}  // namespace diffgate::app
