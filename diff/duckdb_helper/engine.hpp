#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

#include "duckdb_api.hpp"

namespace diffgate::duckdb_helper {

// What went wrong in DuckDB: `kind` is one of "locked", "io", "no_such", "syntax", "data", "interrupted",
// "memory", "refused", "setting", "attach" and "other"; the parent makes its own Error of it.
struct EngineError : std::runtime_error {
  EngineError(std::string the_kind, const std::string& message)
      : std::runtime_error(message), kind(std::move(the_kind)) {}
  std::string kind;
  bool may_hold_values = false;  // the message, of the rows that were read
};

// One database file. Opened read-only it runs single SELECT statements and nothing else, reaches no other
// file but those attached or below an allowed folder, and no network, and its settings are locked; opened for
// a script it is an ordinary read-write DuckDB.
class Engine {
 public:
  // `request` is the frame "open", as main.cpp describes it.
  static std::unique_ptr<Engine> open_read_only(const nlohmann::json& request);
  static std::unique_ptr<Engine> open_for_script(const std::string& path);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // {"columns": [names], "rows": [[cells]]}. More than `max_rows` rows are an error.
  nlohmann::json select(const std::string& sql, std::size_t max_rows);

  // Any statements, one after the other.
  void run_script(const std::string& sql);

  // Ends the running statement with an error. May be called from another thread.
  void interrupt();

 private:
  Engine(const std::string& path, duckdb_config config);
  void take_share(double part);
  void load_if_installed(const std::string& name);
  void set(const std::string& name, const std::string& value);
  void attach(const std::string& path, const std::string& alias);
  void lock(const nlohmann::json& allowed_directories);

  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace diffgate::duckdb_helper
