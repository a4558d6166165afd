#include "app/commands/differences.hpp"

namespace diffgate::app {
namespace {

bool has_problem(const diff::KeyHealth& key) { return key.null_rows > 0 || key.duplicate_rows > 0; }

}  // namespace

bool has_difference(const diff::TableDiff& diff) {
  const diff::RowCounts& rows = diff.rows;
  const diff::SchemaDiff& schema = diff.schema;
  const bool rows_differ = rows.added > 0 || rows.removed > 0 || rows.changed.value_or(0) > 0;
  const bool schema_differs = !schema.added.empty() || !schema.removed.empty() || !schema.retyped.empty();
  return rows_differ || schema_differs || has_problem(diff.prod_key) || has_problem(diff.pr_key);
}

}  // namespace diffgate::app
