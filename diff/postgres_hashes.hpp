#pragma once

// PostgreSQL's hashes of values and rows, made of the hash functions of its types, which leave things out
// that are told here beside them.

#include <vector>

#include "diff/dialect.hpp"

namespace diffgate::diff {

// Dialect::hashed: what equal values have in common whatever type each side has, so that both sides' hashes
// are made of as many parts.
std::vector<Sql> postgres_hashed(const Sql& value, const ColumnType& from, const CommonType& to);

// Dialect::row_hash, by a record of all values.
Sql postgres_row_hash(const std::vector<Sql>& values, int seed);

// Dialect::quick_row_hash, by the functions of the values' types.
Sql postgres_quick_row_hash(const std::vector<HashedValue>& values);

// Dialect::key_hash: the hashes of the values, each with a seed of its own, as one.
Sql postgres_key_hash(const std::vector<HashedValue>& key);

}  // namespace diffgate::diff
