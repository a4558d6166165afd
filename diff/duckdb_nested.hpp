#pragma once

// DuckDB's documents and nested types in forms whose = and whose text tell the same values apart, so that a
// comparison of the forms and a hash of their texts agree.

#include <string_view>

#include "diff/sql.hpp"

namespace diffgate::diff {

// Whether DESCRIBE's spelling is that of a list, an array, a struct, a union or a map.
bool duckdb_is_nested(std::string_view type);

// A JSON document as text: keys in their order, of a repeated one the last, every number by its digits, so
// that 1.0 and 1e0 are 1. NULL stays NULL.
Sql duckdb_json_form(const Sql& value);

// A VARIANT as text that tells its values and their types. NULL stays NULL.
Sql duckdb_variant_form(const Sql& value);

// A value of a nested type in which 0 and -0 are one, and so are two NaN; intervals are what they are written
// as, documents are as above, and the entries of a map have one order. An array becomes a list: CASE takes no
// arrays. NULL stays NULL, at every depth.
Sql duckdb_nested_form(const Sql& value, std::string_view type);

}  // namespace diffgate::diff
