#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/pipeline/bell.hpp"
#include "diff/dialect.hpp"
#include "diff/warehouse.hpp"
#include "net/error.hpp"

namespace diffgate::test {

// A warehouse without tables: every statement fails, or stays until it is cancelled.
struct FakeWarehouse {
  bool hangs = false;
  int started = 0;
  int cancelled = 0;
};

class SessionHandle final : public diff::Session {
 public:
  SessionHandle(FakeWarehouse& fake, asio::any_io_executor executor)
      : fake_(fake), never_(std::move(executor)) {}

  Awaitable<diff::ResultSet> query(diff::Statement) override {
    co_await wait();
    throw Error(ErrorClass::configuration, "no such relation", "shop.orders");
  }

 private:
  Awaitable<void> wait() {
    ++fake_.started;
    if (!fake_.hangs) co_return;
    struct Cancelled {
      int& count;
      ~Cancelled() { ++count; }
    } const cancelled{fake_.cancelled};
    co_await never_.wait_after(never_.rings());
  }

  FakeWarehouse& fake_;
  app::Bell never_;
};

class WarehouseHandle final : public diff::Warehouse {
 public:
  WarehouseHandle(FakeWarehouse& fake, asio::any_io_executor executor)
      : fake_(fake), executor_(std::move(executor)) {}

  const diff::Dialect& dialect() const override { return diff::duckdb_dialect(); }
  Awaitable<std::unique_ptr<diff::Session>> open_session(std::string) override {
    co_return std::make_unique<SessionHandle>(fake_, executor_);
  }

 private:
  FakeWarehouse& fake_;
  asio::any_io_executor executor_;
};

}  // namespace diffgate::test
