#pragma once

#include <string>

#include "net/error.hpp"

namespace diffgate::diff {

// What is known of the error of a statement that reads rows, whose message may hold their values.
struct FailedReading {
  bool reads_rows = false;  // false for our own settings, and for a login
  bool is_of_text = false;  // found in the statement's own text, before any row was read
  std::string context;      // the functions it came out of, the innermost first
  std::string routine;      // of the server's source
};

// What the server or libpq said, reduced to what a person can act on.
struct PostgresFailure {
  std::string sqlstate;  // five characters, or empty when the connection itself broke
  std::string message;   // primary message, or libpq's
  std::string role;      // who we are logged in as
  std::string where;     // server or relation
  // Severity FATAL or PANIC, or the connection is gone. Without it no SQL state makes the server lost: a
  // function of theirs may raise any.
  bool ends_connection = false;
  bool is_raised = false;  // by a RAISE of PL/pgSQL, whose state is its author's word and not the server's
  FailedReading reading = {};
};

// Throws the Error that this failure is. The class follows the SQL state (PostgreSQL's manual, appendix A);
// without one, libpq's text decides between a setting of theirs and a connection that broke (WarehouseLost).
[[noreturn]] void throw_postgres_error(const PostgresFailure& failure);

// A failure to connect, whose SQL state libpq gives in its text only, if it is set to verbose.
[[noreturn]] void throw_connection_error(const std::string& verbose_message, const std::string& role,
                                         const std::string& where);

// To be called while `error` is handled, which a session's beginning gave: no filter was there yet, so that
// what the server did not like is a setting. Other errors are rethrown as they are.
[[noreturn]] void throw_as_setting(const Error& error);

}  // namespace diffgate::diff
