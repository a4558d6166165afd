#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/column_type.hpp"
#include "diff/relation.hpp"
#include "diff/sql.hpp"

namespace diffgate::diff {

struct Tolerance;

// All that statements need to know about an engine: data, and small functions that write expressions. A new
// warehouse is a new value of this type and a connector. Expressions given to the functions are
// self-contained (a column, or in parentheses).
struct Dialect {
  std::string_view name;
  char identifier_quote = '"';     // doubled inside a name
  std::size_t max_columns = 400;   // compared in one statement; more are compared in several
  int max_decimal_precision = 38;  // 0: unbounded
  bool sides_apart = false;  // fingerprint each side in a statement of its own: it runs in parallel there
  bool fingerprint_names_columns = true;  // a hash a column is worth it; otherwise one a row
  // Columns are named with their table: in a subquery, DuckDB reads a lone "user" as the function.
  bool qualifies_columns = false;
  Sql materialized;  // after "AS" of a common table expression that is read more than once
  Sql text_type;     // what everything can be cast to

  // Reads the engine's spelling of a type.
  ColumnType (*classify)(const Column& column);

  // A value in the form that is compared, hashed and joined on; NULL stays NULL.
  Sql (*form)(const Sql& value, const ColumnType& from, const CommonType& to);

  // What to hash of a value in `form`, so that different values give different lists. Engines' own hash
  // functions leave things out: PostgreSQL's of a numeric its sign, of a bigint half its bits; DuckDB's of a
  // HUGEINT takes -1 for 0.
  std::vector<Sql> (*hashed)(const Sql& form, const ColumnType& from, const CommonType& to);

  // A 64-bit hash of the values in their order, NULL unlike every value, mixed so that sums of such hashes
  // can't cancel out (reference: "order-independent hashing"). Different seeds give independent hashes.
  Sql (*row_hash)(const std::vector<Sql>& values, int seed);

  // The sum of a hash over all rows, in a type that can't overflow.
  Sql (*hash_sum)(const Sql& hash);

  // True or false, never NULL, NULL being equal to NULL.
  Sql (*is_distinct)(const Sql& a, const Sql& b);

  // Whether two different non-null numbers are close enough; true or false. `scale`: digits after the point
  // if both are integers or decimals, which are to be compared exactly.
  Sql (*is_within)(const Sql& a, const Sql& b, std::optional<int> scale, const Tolerance& tolerance);

  // Catalog columns of the relations in one statement: rows of side (0, 1, …), name, type, what the type
  // rests on (or NULL), whether it may be null (boolean), in catalog order.
  Sql (*describe)(const std::vector<Relation>& relations);
};

const Dialect& postgres_dialect();
const Dialect& redshift_dialect();
const Dialect& duckdb_dialect();

// Quotes a name. Throws Error(caller) for one that no engine can hold (empty, or with a NUL).
Sql quoted(const Dialect& dialect, const Identifier& name);

// A string literal.
Sql literal(const Dialect& dialect, std::string_view text);

// A number literal, the shortest that is `value`, so that 0.3 stays 0.3 in an exact type; `value` must be
// finite.
Sql number(double value);

// CAST(value AS text), cut to `max_length` characters if that is not 0.
Sql as_text(const Dialect& dialect, const Sql& value, int max_length = 0);

}  // namespace diffgate::diff
