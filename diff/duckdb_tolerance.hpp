#pragma once

#include <optional>

#include "diff/sql.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {

// Dialect::is_within for DuckDB.
Sql duckdb_is_within(const Sql& a, const Sql& b, std::optional<int> scale, const Tolerance& tolerance);

}  // namespace diffgate::diff
