#include "app/model_diffs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "diff/warehouse.hpp"
#include "net/error.hpp"
#include "sample_reports.hpp"
#include "support/duckdb_file.hpp"
#include "support/run.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

dbt::PlannedModel pair(const std::string& name) {
  dbt::PlannedModel model = test::planned_model(name);
  model.prod_relation = "\"prod_" + name + "\"";
  model.pr_relation = "\"pr_" + name + "\"";
  model.key.columns = {"id"};
  return model;
}

// Never answers; counts who waits, and sees each of them go.
class SilentWarehouse final : public diff::Warehouse {
 public:
  explicit SilentWarehouse(diff::Warehouse& real) : real_(real) {}
  const diff::Dialect& dialect() const override { return real_.dialect(); }
  Awaitable<std::unique_ptr<diff::Session>> open_session(std::string) override {
    co_await wait();
    co_return nullptr;
  }

  int waiting = 0;
  int most = 0;

 private:
  Awaitable<void> wait() {
    struct Count {
      explicit Count(int& where) : count(where) { ++count; }
      ~Count() { --count; }
      Count(const Count&) = delete;
      Count& operator=(const Count&) = delete;
      int& count;
    } counted(waiting);
    most = std::max(most, waiting);
    asio::steady_timer forever(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await forever.async_wait(asio::use_awaitable);
  }

  diff::Warehouse& real_;
};

// Lost from its `lives`-th session on.
class MortalWarehouse final : public diff::Warehouse {
 public:
  MortalWarehouse(diff::Warehouse& real, int lives) : lives(lives), real_(real) {}
  const diff::Dialect& dialect() const override { return real_.dialect(); }
  Awaitable<std::unique_ptr<diff::Session>> open_session(std::string tag) override {
    if (lives-- <= 0) {
      ++refused;
      throw diff::WarehouseLost("connection refused", "db:5432", "check that the server is up");
    }
    co_return co_await real_.open_session(std::move(tag));
  }

  int lives;
  int refused = 0;

 private:
  diff::Warehouse& real_;
};

struct Duck {
  Duck() {
    file.execute(
        "create table prod_a as select 1 as id, 'x' as v, 1 as loaded_at; create table pr_a as select 1 as "
        "id, 'y' as v, 2 as loaded_at;"
        "create table prod_c as select 1 as id, 'x' as v, 1 as loaded_at; create table pr_c as select 1 as "
        "id, 'x' as v, 2 as loaded_at;");
    diff::DuckDbOptions options;
    options.path = file.path();
    options.helper_program = test::DuckDbFile::helper_program();
    warehouse = diff::create_warehouse(loop.executor(), pool, options);
  }

  test::DuckDbFile file;
  BlockingPool pool{1};
  test::Loop loop;
  std::unique_ptr<diff::Warehouse> warehouse;
};

}  // namespace

TEST_CASE("results come in the plan's order, and one model's failure stays its own") {
  Duck duck;
  dbt::Plan plan;
  plan.models = {pair("a"), pair("missing"), pair("c")};
  plan.models.push_back(test::planned_model("skipped"));
  plan.models.back().action = dbt::PlanAction::skip;
  plan.models.back().reason = dbt::PlanReason::never_diff;
  plan.models.push_back(test::planned_model("broken"));
  plan.models.back().action = dbt::PlanAction::skip;
  plan.models.back().reason = dbt::PlanReason::not_built;
  plan.models.back().detail = "Database Error";

  DiffModelsOptions options;
  options.rules.columns_to_ignore = {"loaded_*"};
  std::vector<std::size_t> done;
  const auto results = duck.loop.run(
      diff_models(*duck.warehouse, plan, options, [&](const ModelResult&, std::size_t n, std::size_t total) {
        done.push_back(n);
        CHECK(total == 3);
      }));
  REQUIRE(results.size() == 5);
  CHECK(results[0].kind == ModelResultKind::different);
  CHECK(results[1].kind == ModelResultKind::error);
  CHECK(results[1].reason.find("missing") != std::string::npos);
  CHECK(results[2].kind == ModelResultKind::identical);
  CHECK(results[3].kind == ModelResultKind::skipped);
  CHECK(results[4].kind == ModelResultKind::not_built);
  CHECK(results[4].reason == "Database Error");
  for (const ModelResult& result : results) CHECK_FALSE(result.reason.empty());
  CHECK(done == std::vector<std::size_t>{1, 2, 3});
}

TEST_CASE("a warehouse that is lost ends the run: what is left is not tried, and says why") {
  Duck duck;
  MortalWarehouse mortal(*duck.warehouse, 1);
  dbt::Plan plan;
  plan.models = {pair("a"), pair("c"), pair("a"), pair("c")};
  DiffModelsOptions options;
  options.concurrency = 1;
  const auto results = duck.loop.run(diff_models(mortal, plan, options, {}));
  CHECK(results[0].kind == ModelResultKind::different);
  CHECK_FALSE(results[0].is_warehouse_lost);
  for (std::size_t i = 1; i < results.size(); ++i) {
    CHECK(results[i].kind == ModelResultKind::error);
    CHECK(results[i].is_warehouse_lost);
    CHECK(results[i].reason.find("connection refused") != std::string::npos);
  }
  CHECK(mortal.refused == 3);  // the second model, once more, and whether there is a session at all
  CHECK(lost_model(results) == &results[1]);
}

TEST_CASE(
    "a model that loses the warehouse whenever it is tried is an error of its own, and the others go on") {
  // As a function that ends its own connection, or a table for which the helper has not the memory.
  struct Trap final : diff::Warehouse {
    explicit Trap(diff::Warehouse& where) : real(where) {}
    const diff::Dialect& dialect() const override { return real.dialect(); }
    Awaitable<std::unique_ptr<diff::Session>> open_session(std::string tag) override {
      if (tag.ends_with("boom")) throw diff::WarehouseLost("terminated", "db", "try again");
      co_return co_await real.open_session(std::move(tag));
    }
    diff::Warehouse& real;
  };
  Duck duck;
  Trap trap(*duck.warehouse);
  dbt::Plan plan;
  plan.models = {pair("boom"), pair("a"), pair("c")};
  DiffModelsOptions options;
  options.concurrency = 1;
  const auto results = duck.loop.run(diff_models(trap, plan, options, {}));
  CHECK(results[0].kind == ModelResultKind::error);
  CHECK_FALSE(results[0].is_warehouse_lost);
  CHECK(results[1].kind == ModelResultKind::different);
  CHECK(results[2].kind == ModelResultKind::different);  // its loaded_at
  CHECK(lost_model(results) == nullptr);
}

TEST_CASE("a warehouse that is back at the second try costs a model nothing") {
  struct Blink final : diff::Warehouse {
    explicit Blink(diff::Warehouse& where) : real(where) {}
    const diff::Dialect& dialect() const override { return real.dialect(); }
    Awaitable<std::unique_ptr<diff::Session>> open_session(std::string tag) override {
      if (++asked == 1) throw diff::WarehouseLost("terminated", "db", "try again");
      co_return co_await real.open_session(std::move(tag));
    }
    diff::Warehouse& real;
    int asked = 0;
  };
  Duck duck;
  Blink blink(*duck.warehouse);
  dbt::Plan plan;
  plan.models = {pair("a")};
  const auto results = duck.loop.run(diff_models(blink, plan, {}, {}));
  CHECK(results[0].kind == ModelResultKind::different);
}

TEST_CASE("a cancelled run has no statement under way when it returns") {
  Duck duck;
  SilentWarehouse silent(*duck.warehouse);
  dbt::Plan plan;
  for (int i = 0; i < 9; ++i) plan.models.push_back(pair("m" + std::to_string(i)));
  DiffModelsOptions options;
  options.concurrency = 3;
  bool was_cancelled = false;
  const auto watch = [](Awaitable<std::vector<ModelResult>> run, SilentWarehouse& warehouse,
                        bool& cancelled) -> Awaitable<void> {
    try {
      co_await std::move(run);
    } catch (...) {
      cancelled = is_cancellation(std::current_exception()) && warehouse.waiting == 0;
    }
  };
  TaskGroup group(duck.loop.executor(),
                  [](const std::string&, const std::exception_ptr&) { FAIL("an error escaped"); });
  group.spawn("diff", watch(diff_models(silent, plan, options, {}), silent, was_cancelled));
  const auto turn = [](const asio::any_io_executor& executor) -> Awaitable<void> {
    for (int i = 0; i < 50; ++i) co_await asio::post(executor, asio::use_awaitable);
  };
  duck.loop.run(turn(duck.loop.executor()));
  CHECK(silent.most == 3);
  group.cancel();
  CHECK(duck.loop.run(group.wait(std::chrono::seconds(5))));
  CHECK(was_cancelled);
}

TEST_CASE("a model's wishes reach the warehouse's request") {
  dbt::PlannedModel model = test::planned_model("orders");
  model.yaml.filter = "id > 3";
  model.yaml.include_columns = {"a"};
  model.yaml.exclude_columns = {"b"};
  model.yaml.tolerance = {{"amount", "abs:0.5"}};
  model.yaml.timestamp_precision = {{"", 3}, {"seen_at", 0}};
  model.yaml.sample = 0.1;
  model.masked_columns = {"email"};
  DiffModelsOptions options;
  options.tag = "acme/shop#7";
  options.rules.tolerance = {{"amount", "abs:0.1"}, {"price", "digits:6"}};
  options.rules.float_tolerance = "rel:1e-9";
  options.rules.columns_to_ignore = {"*_at", "orders_id"};
  const diff::TableDiffRequest request = table_diff_request(model, options);
  CHECK(request.filter == "id > 3");
  CHECK(request.include_columns == std::vector{diff::Identifier("a")});
  CHECK(request.exclude_columns == std::vector{diff::Identifier("b")});
  CHECK(request.ignore_column(diff::Identifier("loaded_at")));
  CHECK_FALSE(request.ignore_column(diff::Identifier("amount")));
  CHECK(request.key == std::vector{diff::Identifier("orders_id")});
  CHECK(request.tolerance.at("amount").absolute == 0.5);
  CHECK(request.tolerance.at("price").significant_digits == 6);
  CHECK(request.tolerance.at("").relative == 1e-9);
  // What a project's rules say of a column is for the models that have it; what a model says must be right.
  CHECK(request.if_present == std::set<std::string>{"price", "email"});
  CHECK(request.timestamp_precision == 3);
  CHECK(request.precision == std::map<std::string, int>{{"seen_at", 0}});
  CHECK(request.masked_columns == std::vector{diff::Identifier("email")});
  CHECK(request.tag == "acme/shop#7 orders");
  REQUIRE(request.sampling);
  CHECK(request.sampling->share == 0.1);
  CHECK(request.sampling->from_rows > 0);
  CHECK_FALSE(request.overlap_column);

  options.rules.tolerance = {{"", "abs:0.1"}};
  CHECK(table_diff_request(model, options).number_tolerance->absolute == 0.1);
  model.materialization = "incremental";
  model.event_time = "created_at";
  CHECK(table_diff_request(model, options).overlap_column == diff::Identifier("created_at"));
  model.yaml.time_column = "day";
  CHECK(table_diff_request(model, options).overlap_column == diff::Identifier("day"));
  CHECK(table_diff_request(model, options).if_present.contains("day"));
  model.yaml.overlap = false;
  CHECK_FALSE(table_diff_request(model, options).overlap_column);

  model.yaml.ignore_case = {""};
  model.yaml.trim = {"name"};
  model.yaml.rename = {{"old", "new"}};
  const diff::TableDiffRequest told = table_diff_request(model, options);
  CHECK(told.text.at("").ignore_case);
  CHECK_FALSE(told.text.at("").trim);
  CHECK(told.text.at("name").ignore_case);
  CHECK(told.text.at("name").trim);
  REQUIRE(told.renames.size() == 1);
  CHECK(told.renames[0].pr == diff::Identifier("new"));

  model.yaml.tolerance = {{"amount", "much"}};
  CHECK_THROWS_AS((void)table_diff_request(model, options), Error);
}
