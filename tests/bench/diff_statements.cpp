// Where a diff's time goes, statement by statement.
//
//   bench_diff_statements URL PROD PR KEY [ROUNDS] [sql]      (the median of 3 rounds; `sql`: each statement
//   as well)

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "support/traced_warehouse.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::test;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: bench_diff_statements URL PROD PR KEY [ROUNDS] [sql]\n");
    return 2;
  }
  const int rounds = argc > 5 ? std::max(1, std::atoi(argv[5])) : 3;
  diff::TableDiffRequest request;
  request.prod = diff::parse_relation(argv[2]);
  request.pr = diff::parse_relation(argv[3]);
  request.key.emplace_back(argv[4]);
  WarehouseRunner runner(argv[1]);
  TracedWarehouse traced(runner.warehouse());
  diff::TableDiff last;
  std::vector<TracedStatement> statements;
  std::vector<std::vector<double>> times;
  std::vector<double> whole;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    last = runner.run(diff::diff_tables(traced, request));
    whole.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    statements = traced.take();
    times.resize(statements.size());
    for (std::size_t i = 0; i < statements.size(); ++i) times[i].push_back(statements[i].seconds());
  }
  for (std::size_t i = 0; i < statements.size(); ++i) {
    fmt::print("{:8.1f} ms  {:>4} rows {:>7} bytes  {}\n", median(times[i]) * 1000, statements[i].rows,
               statements[i].bytes, i < last.plan.size() ? last.plan[i] : "");
    if (argc > 6) fmt::print("{}\n\n", statements[i].sql);
  }
  fmt::print("{:8.1f} ms  the diff\n", median(whole) * 1000);
  return 0;
}
