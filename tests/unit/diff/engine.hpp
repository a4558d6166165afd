#pragma once

// Both engines under one name, for tests that say the same of either.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/error.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace diffgate::test {

inline PostgresServer& server() {
  static PostgresServer instance;
  return instance;
}

// One engine with an empty database for one test.
struct Engine {
  explicit Engine(const std::string& name) {
    if (name == "postgres") {
      server().execute(
          "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC");
      execute = [](const std::string& sql) { server().execute(sql); };
      runner = std::make_unique<WarehouseRunner>(server().url());
    } else {
      file = std::make_unique<DuckDbFile>();
      execute = [this](const std::string& sql) { file->execute(sql); };
      execute("SELECT 1");
      runner = std::make_unique<WarehouseRunner>(file->url());
    }
  }

  diff::TableDiff diff(diff::TableDiffRequest request) const { return runner->diff(std::move(request)); }

  std::unique_ptr<DuckDbFile> file;
  std::function<void(const std::string&)> execute;
  std::unique_ptr<WarehouseRunner> runner;
};

constexpr const char* kEngines[] = {"postgres", "duckdb"};

// Tables a and b.
inline diff::TableDiffRequest request(const std::vector<std::string>& key = {"id"}) {
  diff::TableDiffRequest out;
  out.prod = diff::parse_relation("a");
  out.pr = diff::parse_relation("b");
  for (const std::string& name : key) out.key.emplace_back(name);
  return out;
}

inline const diff::ColumnDiff& column(const diff::TableDiff& diff, const std::string& name) {
  const auto found = std::find_if(diff.columns.begin(), diff.columns.end(),
                                  [&](const diff::ColumnDiff& c) { return c.name.value() == name; });
  REQUIRE(found != diff.columns.end());
  return *found;
}

template <class Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error");
  return Error(ErrorClass::internal, "unreachable");
}

}  // namespace diffgate::test
