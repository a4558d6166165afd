#pragma once

#include <optional>

#include "diff/dialect.hpp"
#include "diff/sql.hpp"
#include "diff/table_diff.hpp"

namespace diffgate::diff {

// Dialect::is_within for DuckDB.
Sql duckdb_is_within(const Sql& a, const Sql& b, std::optional<ExactDigits> exact,
                     const Tolerance& tolerance);

}  // namespace diffgate::diff
