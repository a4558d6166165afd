#pragma once

// Load times, run ids and their like: columns that are another value after each build, so that they make
// every row look changed.

#include "diff/column_type.hpp"
#include "diff/relation.hpp"

namespace diffgate::diff {

// Whether the name and the type are those of such a column: a timestamp, a UUID, or a name with words such as
// "loaded_at", "run_id", "dbt_invocation". Only to be asked of a column that does differ nearly everywhere.
bool looks_volatile(const Identifier& name, const ColumnType& type);

}  // namespace diffgate::diff
