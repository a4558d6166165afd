#pragma once

#include <string>

#include "diff/sql.hpp"

namespace diffgate::diff {

// A filter is SQL written by whoever wrote the pull request. This lets through one expression and nothing
// that could leave the parentheses put around it: quotes (all kinds of PostgreSQL and DuckDB), brackets and
// comments are closed and nested, there is no ';' outside of them, no NUL, no call of a function that does
// more than compute (filter_functions.hpp). What the expression does is bounded by the read-only session it
// runs in. Returns it in parentheses; throws Error(caller) that says what is wrong. Blank text gives an empty
// Sql.
Sql checked_filter(const std::string& filter, const Dialect& dialect);

}  // namespace diffgate::diff
