// Times a diff beside one bare hand-written full outer join of the same two tables on the same engine in a
// session with the same settings, interleaved.
//
//   bench_diff [ROWS] [ROUNDS] [COLUMNS] [ENGINE]      (1,000,000 rows, 3 rounds, 10 columns, and duckdb and
//   postgres one after the other unless said)
//
// Then what the statements of other tools cost on the same tables, what this process takes by itself for a
// statement, and how much memory it needs for 32 diffs at once.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "bench/bench_tables.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::test;

// dbt-audit-helper 0.12, compare_queries: set operations over whole rows.
std::string audit_helper(const Scenario& scenario) {
  return fmt::format(
      "WITH a AS (SELECT * FROM {0}), b AS (SELECT * FROM {1}), a_intersect_b AS (SELECT * FROM a INTERSECT "
      "SELECT * FROM b), a_except_b AS (SELECT * FROM a EXCEPT SELECT * FROM b), b_except_a AS (SELECT * "
      "FROM b EXCEPT SELECT * FROM a), all_records AS (SELECT *, true AS in_a, true AS in_b FROM "
      "a_intersect_b UNION ALL SELECT *, true AS in_a, false AS in_b FROM a_except_b UNION ALL SELECT *, "
      "false AS in_a, true AS in_b FROM b_except_a), summary AS (SELECT in_a, in_b, count(*) AS count FROM "
      "all_records GROUP BY 1, 2) SELECT in_a, in_b, count, round(100.0 * count / sum(count) OVER (), 2) "
      "AS percent_of_total FROM summary ORDER BY in_a DESC, in_b DESC",
      scenario.prod, scenario.pr);
}

// Recce 1.62, value_diff: a statement like this for every column.
std::string recce(const Engine& engine, const Scenario& scenario, const std::string& column) {
  const auto side = [&](const std::string& table) {
    return fmt::format(
        "SELECT {0}, md5(CAST(coalesce(CAST(id AS {2}), '_dbt_utils_surrogate_key_null_') AS {2})) AS "
        "_pk FROM {1}",
        column, table, engine.text);
  };
  return fmt::format(
      "WITH a AS ({0}), b AS ({1}), joined AS (SELECT coalesce(a._pk, b._pk) AS _pk, a.{2} AS a_value, b.{2} "
      "AS b_value, CASE WHEN a.{2} = b.{2} THEN 'perfect match' WHEN a.{2} IS NULL AND b.{2} IS NULL THEN "
      "'both null' WHEN a._pk IS NULL THEN 'missing in a' WHEN b._pk IS NULL THEN 'missing in b' WHEN a.{2} "
      "IS NULL THEN 'null in a' WHEN b.{2} IS NULL THEN 'null in b' WHEN a.{2} != b.{2} THEN 'no match' "
      "ELSE 'unknown' END AS status FROM a FULL OUTER JOIN b ON a._pk = b._pk) SELECT status, count(*) FROM "
      "joined GROUP BY status",
      side(scenario.prod), side(scenario.pr), column);
}

void measure_diffs(WarehouseRunner& runner, const Engine& engine, const Size& size) {
  for (const Scenario& scenario : scenarios()) {
    std::vector<double> bare;
    std::vector<double> ours;
    diff::TableDiff last;
    for (int round = 0; round < size.rounds; ++round) {
      bare.push_back(seconds_of([&] { runner.query(bare_join(scenario)); }));
      ours.push_back(seconds_of([&] { last = runner.diff(request_for(scenario)); }));
    }
    fmt::print("{:9} {:>9} rows {:>4} columns  {:16} bare {:7.3f} s  diff {:7.3f} s  ratio {:5.2f}  ({})\n",
               engine.name, size.rows, size.columns, scenario.name, median(bare), median(ours),
               median(ours) / median(bare), fmt::join(last.plan, ", "));
    std::fflush(stdout);
  }
}

// One round each: they take long. Recce's statement is timed for one column and counted for all.
void measure_rivals(WarehouseRunner& runner, const Engine& engine, const Size& size) {
  const Scenario& scenario = scenarios().at(1);
  const double ours = seconds_of([&] { runner.diff(request_for(scenario)); });
  const double audit = seconds_of([&] { runner.query(audit_helper(scenario)); });
  const double column = seconds_of([&] { runner.query(recce(engine, scenario, "status")); });
  const double all = column * static_cast<double>(value_columns(size.columns).size());
  fmt::print(
      "{:9} {:16} diff {:.3f} s  dbt-audit-helper compare_queries {:.3f} s ({:.1f}x)  Recce value diff "
      "{:.3f} "
      "s, {:.3f} s a column ({:.1f}x)\n",
      engine.name, scenario.name, ours, audit, audit / ours, all, column, all / ours);
}

// From here to the engine and back with nothing to do there.
void measure_statement(WarehouseRunner& runner, const Engine& engine) {
  constexpr int kTimes = 300;
  const auto session = runner.run(runner.warehouse().open_session("bench"));
  std::vector<double> times;
  for (int i = 0; i < kTimes; ++i) {
    diff::Statement statement;
    statement.sql = "SELECT 1";
    times.push_back(seconds_of([&] { runner.run(session->query(std::move(statement))); }));
  }
  fmt::print("{:9} an empty statement and its answer: {:.2f} ms\n", engine.name, median(times) * 1000);
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Awaitable<void> diff_once(diff::Warehouse& warehouse, diff::TableDiffRequest request) {
  co_await diff::diff_tables(warehouse, std::move(request));
}

void measure_memory(const std::string& url) {
  constexpr int kDiffs = 32;
  asio::io_context io;
  BlockingPool pool(2);
  auto options = std::get<diff::PostgresOptions>(diff::parse_warehouse_url(url));
  options.concurrency = kDiffs;
  options.work_mem = "4MB";
  const auto warehouse = diff::create_warehouse(io.get_executor(), pool, options);
  const double before = peak_megabytes();
  int failed = 0;
  for (int i = 0; i < kDiffs; ++i) {
    asio::co_spawn(io, diff_once(*warehouse, request_for(scenarios().at(1))),
                   [&](const std::exception_ptr& error) { failed += error ? 1 : 0; });
  }
  io.run();
  fmt::print("{} diffs at once on PostgreSQL ({} failed): {:.1f} MB at the peak, {:.1f} MB before\n", kDiffs,
             failed, peak_megabytes(), before);
}

void bench_duckdb(const Size& size) {
  const Engine engine = duckdb_engine(size.rows);
  DuckDbFile file;
  file.execute(make_tables(engine, size));
  WarehouseRunner runner(file.url());
  measure_diffs(runner, engine, size);
  measure_rivals(runner, engine, size);
  measure_statement(runner, engine);
}

void bench_postgres(const Size& size) {
  const Engine engine = postgres_engine(size.rows);
  PostgresServer server;
  server.execute(make_tables(engine, size) + "ANALYZE;");
  WarehouseRunner runner(server.url());
  measure_diffs(runner, engine, size);
  measure_rivals(runner, engine, size);
  measure_statement(runner, engine);
  PostgresServer small;
  small.execute(make_tables(postgres_engine(20'000), {.rows = 20'000}) + "ANALYZE;");
  measure_memory(small.url());
}

}  // namespace

int main(int argc, char** argv) {
  Size size;
  if (argc > 1) size.rows = std::atoll(argv[1]);
  if (argc > 2) size.rounds = std::atoi(argv[2]);
  if (argc > 3) size.columns = std::atoi(argv[3]);
  const std::string only = argc > 4 ? argv[4] : "";
  const bool is_known = only.empty() || only == "duckdb" || only == "postgres";
  if (size.rows < 1 || size.rounds < 1 || size.columns < kNamedColumns || !is_known) {
    fmt::print(stderr, "usage: bench_diff [ROWS] [ROUNDS] [COLUMNS, 10 or more] [duckdb|postgres]\n");
    return 2;
  }
  if (only != "postgres") bench_duckdb(size);
  if (only != "duckdb") bench_postgres(size);
  return 0;
}
