#pragma once

// Runs the coroutines of the diff room to their end, for tests and benches.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "diff/table_diff.hpp"
#include "diff/warehouse.hpp"
#include "net/async.hpp"
#include "support/duckdb_file.hpp"

namespace diffgate::test {

class WarehouseRunner {
 public:
  explicit WarehouseRunner(const std::string& url) : WarehouseRunner(diff::parse_warehouse_url(url)) {}
  explicit WarehouseRunner(diff::WarehouseOptions options) : pool_(2) {
    auto* const duckdb = std::get_if<diff::DuckDbOptions>(&options);
    if (duckdb != nullptr && duckdb->helper_program.empty())
      duckdb->helper_program = DuckDbFile::helper_program();
    warehouse_ = diff::create_warehouse(io_.get_executor(), pool_, std::move(options));
  }

  diff::Warehouse& warehouse() { return *warehouse_; }
  asio::io_context& io() { return io_; }
  BlockingPool& pool() { return pool_; }

  template <class T>
  T run(Awaitable<T> operation) {
    std::optional<T> out;
    std::exception_ptr failed;
    asio::co_spawn(io_, std::move(operation), [&](const std::exception_ptr& error, T value) {
      failed = error;
      if (!error) out.emplace(std::move(value));
    });
    io_.restart();
    io_.run();
    if (failed) std::rethrow_exception(failed);
    return std::move(*out);
  }

  diff::TableDiff diff(diff::TableDiffRequest request) {
    return run(diff::diff_tables(*warehouse_, std::move(request)));
  }

  diff::ResultSet query(const std::string& sql) {
    diff::Statement statement;
    statement.sql = sql;
    return run(warehouse_->query(std::move(statement)));
  }

 private:
  asio::io_context io_;
  BlockingPool pool_;
  std::unique_ptr<diff::Warehouse> warehouse_;
};

}  // namespace diffgate::test
