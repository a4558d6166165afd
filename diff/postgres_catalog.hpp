#pragma once

// What is asked of PostgreSQL's catalog about tables: their columns, and what is known without a look at
// rows.

#include <vector>

#include "diff/dialect.hpp"

namespace diffgate::diff {

// Dialect::describe. A relation that was replaced, refilled or given other partitions since the session's
// snapshot has no columns there.
Sql postgres_describe(const std::vector<Relation>& relations);

// Dialect::facts.
Sql postgres_facts(const std::vector<Relation>& relations, const std::vector<std::vector<Identifier>>& keys);

}  // namespace diffgate::diff
