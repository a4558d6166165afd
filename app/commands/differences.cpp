#include "app/commands/differences.hpp"

namespace diffgate::app {

bool has_difference(const diff::TableDiff& diff) {
  const diff::RowCounts& rows = diff.rows;
  const diff::SchemaDiff& schema = diff.schema;
  const bool rows_differ = rows.added > 0 || rows.removed > 0 || rows.changed.value_or(0) > 0;
  const bool schema_differs = !schema.added.empty() || !schema.removed.empty() || !schema.retyped.empty();
  return rows_differ || schema_differs || !diff.prod_key.is_sound() || !diff.pr_key.is_sound();
}

}  // namespace diffgate::app
