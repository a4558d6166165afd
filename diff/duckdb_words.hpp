#pragma once

#include <string>

namespace diffgate::diff {

// What the message of a statement that failed over the rows it read is, without its text, which may hold
// their values: DuckDB's class of the error in words, and the column that a value came from if DuckDB tells
// and `sql`, the statement, names it.
std::string duckdb_words_without_values(const std::string& message, const std::string& sql);

}  // namespace diffgate::diff
