// How the time of a diff grows with rows and columns, how much of the tables comes to this process and what
// the process takes by itself, and a run of 200 models beside the time that the warehouse works.
//
//   bench_diff_growth [LARGEST]      (10,000,000 rows at most, on DuckDB; a tenth on PostgreSQL; 0: the run
//   alone)

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "bench/bench_tables.hpp"
#include "diff/dialect.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/traced_warehouse.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::test;
using std::chrono::steady_clock;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void print_head() {
  fmt::print(
      "\n| engine | rows | columns | tables | seconds | bare join | statements | rows here | bytes here | "
      "own CPU, "
      "ms a statement |\n|---|---|---|---|---|---|---|---|---|---|\n");
}

void measure(WarehouseRunner& runner, const Engine& engine, const Size& size, const Scenario& scenario) {
  TracedWarehouse traced(runner.warehouse());
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<TracedStatement> statements;
  double own = 0;
  for (int round = 0; round < size.rounds; ++round) {
    bare.push_back(seconds_of([&] { runner.query(bare_join(scenario)); }));
    const double before = processor_seconds();
    ours.push_back(seconds_of([&] { runner.run(diff::diff_tables(traced, request_for(scenario))); }));
    own = processor_seconds() - before;
    statements = traced.take();
  }
  std::size_t rows = 0;
  std::size_t bytes = 0;
  for (const TracedStatement& statement : statements) {
    rows += statement.rows;
    bytes += statement.bytes;
  }
  fmt::print("| {} | {} | {} | {} | {:.3f} | {:.3f} | {} | {} | {} | {:.2f} |\n", engine.name, size.rows,
             size.columns, scenario.name, median(ours), median(bare), statements.size(), rows, bytes,
             own * 1000 / static_cast<double>(statements.size()));
  std::fflush(stdout);
}

void measure_growth(const Engine& engine, const Size& size, WarehouseRunner& runner) {
  for (const std::size_t scenario : {std::size_t{0}, std::size_t{1}, std::size_t{4}})
    measure(runner, engine, size, scenarios().at(scenario));
}

// 200 pairs as a project has them: most small, a few large.
constexpr int kModels = 200;
int rows_of_model(int model) { return model % 20 == 0 ? 200'000 : model % 4 == 0 ? 20'000 : 1'000; }

Awaitable<void> diff_once(diff::Warehouse& warehouse, diff::TableDiffRequest request) {
  co_await diff::diff_tables(warehouse, std::move(request));
}

// How many statements are under way in each of `steps` parts of the run, in the middle of it.
std::string timeline(const std::vector<TracedStatement>& statements, steady_clock::time_point begin,
                     double seconds, int steps) {
  std::string out;
  for (int step = 0; step < steps; ++step) {
    const double at = seconds * (step + 0.5) / steps;
    const auto running = std::count_if(statements.begin(), statements.end(), [&](const TracedStatement& s) {
      return std::chrono::duration<double>(s.begin - begin).count() <= at &&
             at < std::chrono::duration<double>(s.end - begin).count();
    });
    out += running > 9 ? "+" : std::to_string(running);
  }
  return out;
}

// The time in which at least one statement is under way.
double busy_seconds(std::vector<TracedStatement> statements) {
  std::sort(statements.begin(), statements.end(),
            [](const TracedStatement& a, const TracedStatement& b) { return a.begin < b.begin; });
  double out = 0;
  steady_clock::time_point until;
  for (const TracedStatement& statement : statements) {
    const auto from = std::max(statement.begin, until);
    if (statement.end <= from) continue;
    out += std::chrono::duration<double>(statement.end - from).count();
    until = statement.end;
  }
  return out;
}

// A number of sessions at once, in the same steps: how it was in the middle of each.
using Course = std::vector<std::pair<steady_clock::time_point, std::size_t>>;

std::string course_text(const Course& course, steady_clock::time_point begin, double seconds, int steps) {
  std::string out;
  for (int step = 0; step < steps; ++step) {
    const double at = seconds * (step + 0.5) / steps;
    std::size_t level = course.front().second;
    for (const auto& [when, now] : course) {
      if (std::chrono::duration<double>(when - begin).count() <= at) level = now;
    }
    out += level > 9 ? "+" : std::to_string(level);
  }
  return out;
}

// A warehouse whose number of sessions does not adapt, to compare with: each is a warehouse of its own with
// one.
class FixedWarehouse final : public diff::Warehouse {
 public:
  FixedWarehouse(const asio::any_io_executor& executor, BlockingPool& pool, diff::PostgresOptions options,
                 std::size_t sessions)
      : places_(executor, sessions) {
    options.concurrency = 1;
    for (std::size_t i = 0; i < sessions; ++i)
      free_.push_back(diff::create_warehouse(executor, pool, options));
  }

  const diff::Dialect& dialect() const override { return diff::postgres_dialect(); }

  Awaitable<std::unique_ptr<diff::Session>> open_session(std::string tag) override {
    auto session = std::make_unique<PlacedSession>(free_, co_await places_.acquire());
    co_await session->open(std::move(tag));
    co_return session;
  }

 private:
  using Free = std::vector<std::unique_ptr<diff::Warehouse>>;

  class PlacedSession final : public diff::Session {
   public:
    PlacedSession(Free& free, Semaphore::Permit place)
        : place_(std::move(place)), free_(free), warehouse_(std::move(free.back())) {
      free_.pop_back();
    }
    ~PlacedSession() override {
      inner_.reset();
      free_.push_back(std::move(warehouse_));
    }
    PlacedSession(const PlacedSession&) = delete;
    PlacedSession& operator=(const PlacedSession&) = delete;

    Awaitable<void> open(std::string tag) { inner_ = co_await warehouse_->open_session(std::move(tag)); }
    Awaitable<diff::ResultSet> query(diff::Statement statement) override {
      return inner_->query(std::move(statement));
    }

   private:
    Semaphore::Permit place_;  // given back last
    Free& free_;
    std::unique_ptr<diff::Warehouse> warehouse_;
    std::unique_ptr<diff::Session> inner_;
  };

  Semaphore places_;
  Free free_;
};

struct RunKind {
  std::size_t sessions;
  bool is_fixed;
};

void measure_run(const PostgresServer& server) {
  std::string tables;
  for (int model = 0; model < kModels; ++model) {
    const int rows = rows_of_model(model);
    tables += fmt::format(
        "CREATE TABLE prod_{0} AS SELECT i AS id, md5(i::text) AS name, i % 97 AS amount FROM "
        "generate_series(1, {1}) t(i); CREATE TABLE pr_{0} AS SELECT id, name, CASE WHEN id % 1000 = 1 THEN "
        "-1 ELSE amount END AS amount FROM prod_{0};",
        model, rows);
  }
  server.execute(tables + "ANALYZE;");
  fmt::print(
      "\n| sessions at once | {} models, s | a statement under way, s | statements under way, mean | own "
      "CPU, s "
      "|\n|---|---|---|---|---|\n",
      kModels);
  std::string lines;
  for (const RunKind& kind : {RunKind{1, true}, RunKind{2, true}, RunKind{4, true}, RunKind{8, true},
                              RunKind{8, false}, RunKind{32, true}, RunKind{32, false}}) {
    asio::io_context io;
    BlockingPool pool(2);
    auto options = std::get<diff::PostgresOptions>(diff::parse_warehouse_url(server.url()));
    options.concurrency = kind.sessions;
    Course course;
    options.on_session_level = [&course](const diff::SessionLevel& level) {
      course.emplace_back(steady_clock::now(), level.now);
    };
    std::unique_ptr<diff::Warehouse> warehouse;
    if (kind.is_fixed) {
      options.on_session_level = {};
      warehouse = std::make_unique<FixedWarehouse>(io.get_executor(), pool, options, kind.sessions);
    } else {
      warehouse = diff::create_warehouse(io.get_executor(), pool, options);
    }
    TracedWarehouse traced(*warehouse);
    for (int model = 0; model < kModels; ++model) {
      diff::TableDiffRequest request;
      request.prod = diff::parse_relation(fmt::format("prod_{}", model));
      request.pr = diff::parse_relation(fmt::format("pr_{}", model));
      request.key.emplace_back("id");
      asio::co_spawn(io, diff_once(traced, std::move(request)), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
      });
    }
    const auto begin = steady_clock::now();
    const double before = processor_seconds();
    io.run();
    const double wall = std::chrono::duration<double>(steady_clock::now() - begin).count();
    const double own = processor_seconds() - before;
    const std::vector<TracedStatement> statements = traced.take();
    double running = 0;
    for (const TracedStatement& statement : statements) running += statement.seconds();
    const std::string name = fmt::format("{}{}", kind.is_fixed ? "" : "adapted, at most ", kind.sessions);
    fmt::print("| {} | {:.2f} | {:.2f} | {:.1f} | {:.2f} |\n", name, wall, busy_seconds(statements),
               running / wall, own);
    std::fflush(stdout);
    lines += fmt::format("{:>21}: {}\n", name, timeline(statements, begin, wall, 100));
    if (!kind.is_fixed)
      lines += fmt::format("{:>21}: {}\n", "allowed", course_text(course, begin, wall, 100));
  }
  fmt::print("\nStatements under way through the run, a hundredth of it a digit, + for more than 9:\n\n{}",
             lines);
}

}  // namespace

int main(int argc, char** argv) {
  const long long largest = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
  print_head();
  for (const auto& [rows, columns] : std::vector<std::pair<long long, int>>{
           {100'000, 10}, {100'000, 100}, {1'000'000, 10}, {10'000'000, 10}}) {
    const Size size{.rows = rows, .rounds = rows > 1'000'000 ? 1 : 3, .columns = columns};
    if (rows <= largest) {
      DuckDbFile file;
      file.execute(make_tables(duckdb_engine(rows), size));
      WarehouseRunner runner(file.url());
      measure_growth(duckdb_engine(rows), size, runner);
    }
    if (rows <= largest / 10) {
      PostgresServer server;
      server.execute(make_tables(postgres_engine(rows), size) + "ANALYZE;");
      WarehouseRunner runner(server.url());
      measure_growth(postgres_engine(rows), size, runner);
    }
  }
  const PostgresServer server;
  measure_run(server);
  return 0;
}
