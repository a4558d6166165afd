#pragma once

// A warehouse that writes down what each statement took and brought back.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "diff/warehouse.hpp"

namespace diffgate::test {

struct TracedStatement {
  std::string sql;
  std::chrono::steady_clock::time_point begin;
  std::chrono::steady_clock::time_point end;
  std::size_t rows = 0;
  std::size_t bytes = 0;  // of the values

  double seconds() const { return std::chrono::duration<double>(end - begin).count(); }
};

inline std::size_t bytes_of(const diff::ResultSet& result) {
  std::size_t out = 0;
  for (const auto& row : result.rows) {
    for (const diff::Value& value : row) {
      const auto* text = std::get_if<std::string>(&value);
      out += text ? text->size() : sizeof(std::int64_t);
    }
  }
  return out;
}

// Statements are written down in the order in which they end. Outlives its sessions.
class TracedWarehouse final : public diff::Warehouse {
 public:
  explicit TracedWarehouse(diff::Warehouse& inner) : inner_(inner) {}

  const diff::Dialect& dialect() const override { return inner_.dialect(); }

  Awaitable<std::unique_ptr<diff::Session>> open_session(std::string tag) override {
    auto session = co_await inner_.open_session(std::move(tag));
    co_return std::make_unique<TracedSession>(std::move(session), statements_);
  }

  diff::SessionLevel session_level() const override { return inner_.session_level(); }

  std::vector<TracedStatement> take() { return std::exchange(statements_, {}); }

 private:
  class TracedSession final : public diff::Session {
   public:
    TracedSession(std::unique_ptr<diff::Session> inner, std::vector<TracedStatement>& statements)
        : inner_(std::move(inner)), statements_(statements) {}

    Awaitable<diff::ResultSet> query(diff::Statement statement) override {
      TracedStatement trace;
      trace.sql = statement.sql;
      trace.begin = std::chrono::steady_clock::now();
      diff::ResultSet result = co_await inner_->query(std::move(statement));
      trace.end = std::chrono::steady_clock::now();
      trace.rows = result.rows.size();
      trace.bytes = bytes_of(result);
      statements_.push_back(std::move(trace));
      co_return result;
    }

   private:
    std::unique_ptr<diff::Session> inner_;
    std::vector<TracedStatement>& statements_;
  };

  diff::Warehouse& inner_;
  std::vector<TracedStatement> statements_;
};

}  // namespace diffgate::test
