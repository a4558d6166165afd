#pragma once

// Random pairs of tables, made in memory, and what a diff of them must say, computed from the same memory
// without SQL.

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "diff/table_diff.hpp"

namespace diffgate::test {

enum class EngineKind { postgres, duckdb, both };  // both: of types that either has

// One generated value: how to write it, and what makes it equal to another.
struct Cell {
  bool is_null = false;
  std::string sql;        // an expression of the column's type
  std::string canonical;  // equal exactly if the values are equal
  double number = 0;      // for tolerances
};

struct GeneratedColumn {
  std::string name;
  std::string prod_type;
  std::string pr_type;
  bool is_retyped = false;
  bool is_comparable = true;
  bool is_number = false;
  bool is_floating = false;
  bool is_text = false;
  bool is_timestamp = false;
  // Writes the same value on either side, in that side's spelling.
  std::size_t kind = 0;
};

using Row = std::vector<Cell>;

struct GeneratedCase {
  std::vector<GeneratedColumn> columns;
  std::vector<std::size_t> key;  // indexes in columns; empty: keyless
  std::vector<std::string> prod_only;
  std::vector<std::string> pr_only;
  std::vector<Row> prod;
  std::vector<Row> pr;
  std::map<std::string, diff::Tolerance> tolerance;
  std::map<std::string, diff::TextRule> text;
  std::optional<int> timestamp_precision;
};

struct Oracle {
  diff::Result result = diff::Result::identical;
  diff::RowCounts rows;
  diff::KeyHealth prod_key;
  diff::KeyHealth pr_key;
  std::map<std::string, diff::ColumnDiff> columns;
  double match_score = 0;
};

GeneratedCase generate_case(std::mt19937_64& random, EngineKind engine);

// A case of `both` with the types that the engine has for it.
GeneratedCase in_engine(const GeneratedCase& generated, EngineKind engine);

// CREATE TABLE and INSERT for one side.
std::string create_statements(const GeneratedCase& generated, const std::string& table, bool is_pr);

// The row's key as a text, empty if a part of it is null.
std::string key_of(const GeneratedCase& generated, const Row& row);

Oracle brute_force(const GeneratedCase& generated);

// The same case the other way round. Only for cases without retyped columns.
GeneratedCase swapped(const GeneratedCase& generated);

bool has_retyped(const GeneratedCase& generated);

}  // namespace diffgate::test
