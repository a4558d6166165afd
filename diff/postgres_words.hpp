#pragma once

#include <optional>
#include <string>

#include "diff/postgres_errors.hpp"

namespace diffgate::diff {

// Whether the message of a failed statement may hold values of rows. A SQL state alone tells nothing: a cast
// to regclass, a full-text query and a RAISE give any of them, with a value in the text. Known to hold none
// are what the parser finds in the statement's own text, a few constant sentences, and what the server says
// of itself, of locks and of grants, unless a function of theirs said it.
bool may_hold_values(const PostgresFailure& failure);

// What such a failure is, without its text: its kind, and the type, the function or the routine of the
// server's source if they are known.
std::string words_without_values(const PostgresFailure& failure);

}  // namespace diffgate::diff
