#pragma once

#include <string>

#include "net/error.hpp"

namespace diffgate::diff {

// What the server said, reduced to what a person can act on.
struct PostgresFailure {
  std::string sqlstate;  // five characters, or empty when the connection itself broke
  std::string message;   // primary message, or libpq's
  std::string role;      // who we are logged in as
  std::string where;     // server or relation
};

// The class follows the SQL state (PostgreSQL's manual, appendix A). Without one the connection was lost.
Error postgres_error(const PostgresFailure& failure);

}  // namespace diffgate::diff
