#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/clock.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace diffgate::app {

// One execution of a prepared statement. Columns and parameters count from 0 and 1, as SQLite does.
class Statement {
 public:
  explicit Statement(sqlite3* database, sqlite3_stmt* prepared) : database_(database), prepared_(prepared) {}
  ~Statement();  // resets it for the next use
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds the next parameters in order.
  Statement& bind(std::int64_t value);
  Statement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(bool value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(std::string_view text);
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind_blob(std::string_view bytes);
  Statement& bind(UtcTime time);  // milliseconds since the epoch
  Statement& bind_null();

  // True while there is a row to read.
  bool step();
  // Runs a statement that has no rows; returns how many rows it changed.
  std::int64_t run();

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // also of a blob; "" if null
  UtcTime time(int column) const;
  bool is_null(int column) const;

 private:
  void check(int code) const;

  sqlite3* database_;
  sqlite3_stmt* prepared_;
  int next_parameter_ = 1;
};

// One connection; used by one thread at a time.
class Database {
 public:
  enum class Open {
    for_writing,    // creates the file if it is missing
    beside_writer,  // reads what another process has open
    alone,          // reads a file that nobody has open, and leaves nothing beside it
  };

  // Throws Error(configuration) if the file can't be opened or is not a database.
  explicit Database(const std::string& path, Open open = Open::for_writing);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements are prepared once and kept; `sql` is a literal of ours.
  Statement prepare(std::string_view sql);
  // Runs a script of several statements.
  void execute(const std::string& script);

  std::int64_t last_insert_id() const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalizer>> prepared_;
};

}  // namespace diffgate::app
