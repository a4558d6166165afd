// The same small tables on both engines, through the whole of diff_tables.

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "net/error.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;
using test::DuckDbFile;
using test::PostgresServer;
using test::WarehouseRunner;

PostgresServer& server() {
  static PostgresServer instance;
  return instance;
}

// One engine with an empty database for one test.
struct Engine {
  explicit Engine(const std::string& name) {
    if (name == "postgres") {
      server().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      execute = [](const std::string& sql) { server().execute(sql); };
      runner = std::make_unique<WarehouseRunner>(server().url());
    } else {
      file = std::make_unique<DuckDbFile>();
      execute = [this](const std::string& sql) { file->execute(sql); };
      runner = std::make_unique<WarehouseRunner>(file->url());
    }
  }

  TableDiff diff(TableDiffRequest request) { return runner->diff(std::move(request)); }

  std::unique_ptr<DuckDbFile> file;
  std::function<void(const std::string&)> execute;
  std::unique_ptr<WarehouseRunner> runner;
};

constexpr const char* kEngines[] = {"postgres", "duckdb"};

TableDiffRequest request(std::vector<std::string> key = {"id"}) {
  TableDiffRequest out;
  out.prod = parse_relation("a");
  out.pr = parse_relation("b");
  for (const std::string& name : key) out.key.emplace_back(name);
  return out;
}

const ColumnDiff& column(const TableDiff& diff, const std::string& name) {
  const auto found = std::find_if(diff.columns.begin(), diff.columns.end(),
                                  [&](const ColumnDiff& c) { return c.name.value() == name; });
  REQUIRE(found != diff.columns.end());
  return *found;
}

}  // namespace

TEST_CASE("added, removed and changed rows are counted and sampled, smallest keys first") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, amount decimal(10,2), note varchar);"
        "INSERT INTO a VALUES (1, 1.50, 'x'), (2, 2.50, NULL), (3, 3.50, 'z'), (5, 5, 'five');"
        "CREATE TABLE b (id integer, amount decimal(10,2), note varchar);"
        "INSERT INTO b VALUES (1, 1.50, 'x'), (2, 2.75, 'new'), (3, 3.50, NULL), (4, 4, 'four');");
    const TableDiff diff = engine.diff(request());
    CHECK(diff.result == Result::different);
    CHECK(diff.rows.prod == 4);
    CHECK(diff.rows.pr == 4);
    CHECK(diff.rows.added == 1);
    CHECK(diff.rows.removed == 1);
    CHECK(diff.rows.changed == 2);
    CHECK(diff.rows.unchanged == 1);
    CHECK(diff.prod_key.distinct == 4);
    CHECK(column(diff, "amount").changed == 1);
    CHECK(column(diff, "note").changed == 2);
    CHECK(column(diff, "note").became_null == 1);
    CHECK(column(diff, "note").was_null == 1);
    REQUIRE(diff.samples.changed.size() == 2);
    CHECK(diff.samples.changed[0].key[0] == "2");
    CHECK(diff.samples.changed[0].prod[0] == "2.50");
    CHECK(diff.samples.changed[0].pr[0] == "2.75");
    CHECK_FALSE(diff.samples.changed[0].prod[1].has_value());
    REQUIRE(diff.samples.added.size() == 1);
    CHECK(diff.samples.added[0].pr[1] == "four");
    REQUIRE(diff.samples.removed.size() == 1);
    CHECK(diff.samples.removed[0].key[0] == "5");
    CHECK(diff.plan.size() <= 4);
    CHECK(diff.match_score == doctest::Approx(1 - (2.0 * 3 + 2 * 3) / 24));
  }
}
