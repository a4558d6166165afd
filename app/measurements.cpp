#include <algorithm>

#include "app/verdict.hpp"

namespace diffgate::app {
namespace {

double share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return part > 0 ? 100 : 0;
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void put_keys(config::Measurements& out, const diff::KeyHealth& key) {
  out["key_null_rows"] = static_cast<double>(key.null_rows);
  out["key_duplicate_rows"] = static_cast<double>(key.duplicate_rows);
  out["key_issues"] = key.null_rows > 0 || key.duplicate_rows > 0 ? 1 : 0;
}

void put_diff(config::Measurements& out, const diff::TableDiff& diff) {
  const diff::RowCounts& rows = diff.rows;
  out["rows_prod"] = static_cast<double>(rows.prod);
  out["rows_pr"] = static_cast<double>(rows.pr);
  out["rows_added"] = static_cast<double>(rows.added);
  out["rows_removed"] = static_cast<double>(rows.removed);
  out["rows_added_pct"] = share(rows.added, rows.prod);
  out["rows_removed_pct"] = share(rows.removed, rows.prod);
  if (rows.changed) {
    const std::int64_t matched = *rows.changed + rows.unchanged.value_or(0);
    out["rows_changed"] = static_cast<double>(*rows.changed);
    out["rows_changed_pct"] = share(*rows.changed, matched);
    std::int64_t worst = 0;
    std::size_t differing = 0;
    for (const diff::ColumnDiff& column : diff.columns) {
      worst = std::max(worst, column.changed);
      if (column.changed > 0) ++differing;
    }
    out["columns_changed"] = static_cast<double>(differing);
    out["column_match_pct"] = 100 - share(worst, matched);
  }
  const diff::SchemaDiff& schema = diff.schema;
  out["columns_added"] = static_cast<double>(schema.added.size());
  out["columns_removed"] = static_cast<double>(schema.removed.size());
  out["columns_retyped"] = static_cast<double>(schema.retyped.size());
  // What readers of the table notice: an added column breaks nobody.
  out["schema_break"] = !schema.removed.empty() || !schema.retyped.empty() ? 1 : 0;
  out["schema_change"] = schema.is_same() ? 0 : 1;
  out["match_score"] = diff.match_score;
  if (!diff.key.empty()) put_keys(out, diff.pr_key);
}

}  // namespace

config::Measurements measurements(const ModelResult& result) {
  config::Measurements out;
  if (result.kind == ModelResultKind::error) return out;
  if (result.diff) put_diff(out, *result.diff);
  if (result.profile) {
    out["rows_pr"] = static_cast<double>(result.profile->rows);
    if (!result.model.key.columns.empty()) put_keys(out, result.profile->key);
  }
  return out;
}

}  // namespace diffgate::app
