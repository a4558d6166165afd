#pragma once

#include <string>

#include "diff/sql.hpp"

namespace diffgate::diff {

// A filter is SQL written by whoever wrote the pull request. This lets through one expression and nothing
// that could leave the parentheses put around it (filter_tokens.hpp), that calls a function which does more
// than compute (filter_functions.hpp), or that has a query which reads anything but tables
// (filter_queries.hpp). What the expression does is bounded by the read-only session it runs in. Returns it
// in parentheses, without its comments; throws Error(caller) that says what is wrong. Blank text gives an
// empty Sql.
Sql checked_filter(const std::string& filter, const Dialect& dialect);

}  // namespace diffgate::diff
