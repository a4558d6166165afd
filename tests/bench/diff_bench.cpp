// Times a diff beside one bare hand-written full outer join of the same two tables on the same engine,
// interleaved.
//
//   bench_diff [ROWS] [ROUNDS]      (1,000,000 rows and 3 rounds unless said)
//
// 10 columns; the PR has 0.02 % rows removed, 0.02 % added, 0.1 % changed; and once more two equal tables.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::test;

double seconds_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string make_tables(long long rows, const std::string& series, const std::string& text_type) {
  const std::string columns =
      "i AS id, i % 1000 AS small, DATE '2020-01-01' + CAST(i % 1000 AS integer) AS day, "
      "TIMESTAMP '2020-01-01' + CAST(i % 86400 AS integer) * INTERVAL '1 second' AS at_time, "
      "CASE i % 5 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' ELSE 'done' END AS status, "
      "CAST(i * 7 % 100000 AS decimal(12,2)) / 100 AS amount, CAST(i AS double precision) / 7 AS ratio, "
      "md5(CAST(i AS " +
      text_type +
      ")) AS hash, i % 2 = 0 AS flag, "
      "CASE WHEN i % 3 = 0 THEN NULL ELSE CAST(i % 77 AS " +
      text_type + ") END AS segment";
  return fmt::format(
      "CREATE TABLE a AS SELECT {0} FROM {1};"
      "CREATE TABLE same AS SELECT * FROM a;"
      "CREATE TABLE b AS SELECT id, small, day, at_time, CASE WHEN id % 1000 = 1 THEN 'lost' ELSE status END "
      "AS status, "
      "amount, ratio, hash, flag, segment FROM a WHERE id % 5000 <> 7;"
      "INSERT INTO b SELECT id + {2}, small, day, at_time, status, amount, ratio, hash, flag, segment FROM a "
      "WHERE id % 5000 = 7;",
      columns, series, rows);
}

void measure(const std::string& engine, const std::string& url, long long rows, int rounds) {
  WarehouseRunner runner(url);
  for (const std::string pr : {"b", "same"}) {
    std::vector<double> bare;
    std::vector<double> ours;
    diff::TableDiff last;
    for (int round = 0; round < rounds; ++round) {
      bare.push_back(
          seconds_of([&] { runner.query("SELECT count(*) FROM a FULL JOIN " + pr + " p ON a.id = p.id"); }));
      diff::TableDiffRequest request;
      request.prod = diff::parse_relation("a");
      request.pr = diff::parse_relation(pr);
      request.key.emplace_back("id");
      ours.push_back(seconds_of([&] { last = runner.diff(request); }));
    }
    fmt::print(
        "{:9} {:>9} rows  {:10}  bare full join {:7.3f} s  diff {:7.3f} s  ratio {:5.2f}  {:9.0f} rows/s  "
        "({})\n",
        engine, rows, pr == "b" ? "0.1 % edits" : "identical", median(bare), median(ours),
        median(ours) / median(bare), static_cast<double>(rows) / median(ours), fmt::join(last.plan, ", "));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const long long rows = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (rows < 1 || rounds < 1) {
    fmt::print(stderr, "usage: bench_diff [ROWS] [ROUNDS]\n");
    return 2;
  }
  {
    DuckDbFile file;
    file.execute(make_tables(rows, fmt::format("range(1, {} + 1) t(i)", rows), "VARCHAR"));
    measure("duckdb", file.url(), rows, rounds);
  }
  PostgresServer server;
  server.execute(make_tables(rows, fmt::format("generate_series(1, {}) t(i)", rows), "text") +
                 "ANALYZE a; ANALYZE b; ANALYZE same;");
  measure("postgres", server.url(), rows, rounds);
  return 0;
}
