#pragma once

#include <vector>

#include "diff/filter_tokens.hpp"

namespace diffgate::diff {

struct Dialect;

// What the queries inside a filter read: tables and views of the warehouse, and what functions make of values
// (unnest, json_each). Files, paths, table functions, the engine's own tables, other servers, and clauses
// that lock, write, run programs or change settings are refused with Error(caller). Brackets have to be
// balanced.
void check_queries(const std::vector<FilterToken>& tokens, const Dialect& dialect);

}  // namespace diffgate::diff
