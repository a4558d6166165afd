#pragma once

// What kinds of columns there are: their types in either engine, and random values of them.

#include <string>

#include "generated_tables.hpp"
#include "random.hpp"

namespace diffgate::test {

GeneratedColumn make_column(Random& random, EngineKind engine, const std::string& name, bool must_be_key);

// A value, or NULL for this share of them.
Cell make_cell(Random& random, const GeneratedColumn& column, double nulls);

// The column's types in this engine.
void set_types(GeneratedColumn& column, EngineKind engine);

}  // namespace diffgate::test
