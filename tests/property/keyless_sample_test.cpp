// Samples of tables without a key through real engines: what is in a sample is what the engine itself says
// is, and what is counted and estimated of it is what counting in memory gives.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "diff/dialect.hpp"
#include "diff/narrowing.hpp"
#include "diff/results.hpp"
#include "diff/table_diff.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"
#include "support/warehouse_runner.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::test;
using diff::TableDiff;
using diff::TableDiffRequest;
using Random = std::mt19937_64;

constexpr int kCases = 40;

// A distinct row: what it is by the rules, and how often each side has it. Both sides write it in their own
// way.
struct Row {
  int number = 0;
  std::int64_t prod = 0;
  std::int64_t pr = 0;
};

struct Case {
  std::vector<Row> rows;
  bool has_rules = false;  // letters' case and blanks do not count, nor parts of a second
  double share = 0;
};

// Either tells rows apart.
bool has_text(const Row& row) { return row.number % 9 != 0; }
bool has_number(const Row& row) { return !has_text(row) || row.number % 7 != 0; }

std::int64_t below(Random& random, std::int64_t end) {
  return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random);
}

Case generate(Random& random) {
  Case out;
  out.has_rules = below(random, 2) == 0;
  out.share = below(random, 2) == 0 ? 0.1 : 0.3;
  const std::int64_t differing = below(random, 4) * 10 + 1;
  const std::int64_t most = below(random, 2) == 0 ? 1 : 6;
  for (int number = 0; number < 300; ++number) {
    const std::int64_t copies = 1 + below(random, most);
    Row row{.number = number, .prod = copies, .pr = copies};
    if (below(random, 100) < differing)
      (below(random, 2) == 0 ? row.prod : row.pr) += 1 + below(random, most);
    if (below(random, 100) < differing) (below(random, 2) == 0 ? row.prod : row.pr) = 0;
    out.rows.push_back(row);
  }
  return out;
}

// The PR's column "n" is wider. Where rules apply, every other copy is spelled in another way.
std::string create(const Case& generated, const std::string& table, bool is_pr, std::int64_t Row::* copies,
                   Random& random) {
  std::vector<std::string> values;
  for (const Row& row : generated.rows) {
    for (std::int64_t copy = 0; copy < row.*copies; ++copy) {
      const bool is_other = generated.has_rules && (copy % 2 == 0) == is_pr;
      const std::string text =
          has_text(row) ? fmt::format("'{}w{}'", is_other ? "  " : "", row.number) : "NULL";
      values.push_back(fmt::format("({}, {}, {}, TIMESTAMP '2024-01-01 00:00:{:02}{}')",
                                   is_other ? "upper(" + text + ")" : text,
                                   has_number(row) ? std::to_string(row.number) : "NULL",
                                   row.number % 2 == 0 ? "0.5"
                                   : is_pr             ? "-0.0"
                                                       : "0.0",
                                   row.number % 60, is_other ? ".25" : ""));
    }
  }
  std::shuffle(values.begin(), values.end(), random);
  std::string out = fmt::format("CREATE TABLE {} (v varchar, n {}, d double precision, t timestamp);\n",
                                table, is_pr ? "bigint" : "integer");
  if (values.empty()) return out;
  return out + fmt::format("INSERT INTO {} VALUES {};\n", table, fmt::join(values, ", "));
}

TableDiffRequest request_for(const Case& generated, const std::string& prod, const std::string& pr) {
  TableDiffRequest request;
  request.prod = diff::parse_relation(prod);
  request.pr = diff::parse_relation(pr);
  request.sampling = diff::Sampling{.share = generated.share};
  request.samples = 2;
  if (generated.has_rules) {
    request.text[""] = {.ignore_case = true, .trim = true};
    request.timestamp_precision = 0;
    request.tolerance[""] = diff::parse_tolerance("abs:0.1");  // not to be had without a key
  }
  return request;
}

// What the rows in a side's sample are by the rules, and how often each is there, as the engine picks them.
std::map<std::string, std::int64_t> in_sample(WarehouseRunner& runner, const diff::Comparison& comparison,
                                              diff::Side side, bool has_rules) {
  const std::string text = has_rules ? "trim(lower(v))" : "v";
  const diff::ResultSet found = runner.query(
      "SELECT coalesce(" + text + ", '-') || ' ' || coalesce(CAST(n AS varchar), '-'), count(*) FROM " +
      comparison.from(side).text() + " WHERE " + comparison.rows(side).text() + " GROUP BY 1");
  std::map<std::string, std::int64_t> out;
  for (const auto& row : found.rows) out[diff::text_of(row.at(0))] = diff::integer_of(row.at(1));
  return out;
}

std::string name_of(const Row& row) {
  return (has_text(row) ? fmt::format("w{}", row.number) : "-") +
         (has_number(row) ? fmt::format(" {}", row.number) : " -");
}

void check_engine(const std::string& url, const diff::Dialect& dialect,
                  const std::function<void(const std::string&)>& execute) {
  Random random(20260506);
  std::vector<Case> cases;
  std::string script = "BEGIN;\n";
  for (int i = 0; i < kCases; ++i) {
    cases.push_back(generate(random));
    script += create(cases.back(), fmt::format("a{}", i), false, &Row::prod, random);
    script += create(cases.back(), fmt::format("b{}", i), true, &Row::pr, random);
    script += create(cases.back(), fmt::format("same{}", i), true, &Row::prod, random);
  }
  execute(script + "COMMIT;");
  WarehouseRunner runner(url);
  int held = 0;
  for (int i = 0; i < kCases; ++i) {
    CAPTURE(i);
    const Case& generated = cases[static_cast<std::size_t>(i)];
    const std::string a = fmt::format("a{}", i);
    const TableDiffRequest request = request_for(generated, a, fmt::format("b{}", i));
    const TableDiff found = runner.diff(request);
    REQUIRE(found.sampled);

    const auto session = runner.run(runner.warehouse().open_session("test"));
    const auto columns = runner.run(
        diff::describe(*session, dialect, {request.prod, request.pr}, "test", std::chrono::seconds(60)));
    diff::Comparison comparison = diff::plan_comparison(dialect, request, columns[0], columns[1]);
    diff::take_sample(comparison, generated.share);
    const auto prod = in_sample(runner, comparison, diff::Side::prod, generated.has_rules);
    const auto pr = in_sample(runner, comparison, diff::Side::pr, generated.has_rules);

    std::int64_t removed = 0;
    std::int64_t added = 0;
    std::int64_t all_removed = 0;
    std::int64_t all_added = 0;
    for (const Row& row : generated.rows) {
      const std::string name = name_of(row);
      CAPTURE(name);
      all_removed += std::max<std::int64_t>(row.prod - row.pr, 0);
      all_added += std::max<std::int64_t>(row.pr - row.prod, 0);
      const auto in_prod = prod.find(name);
      const auto in_pr = pr.find(name);
      const bool is_in = in_prod != prod.end() || in_pr != pr.end();
      if (!is_in) continue;
      // With all copies, and on both sides.
      CHECK((in_prod == prod.end() ? 0 : in_prod->second) == row.prod);
      CHECK((in_pr == pr.end() ? 0 : in_pr->second) == row.pr);
      removed += std::max<std::int64_t>(row.prod - row.pr, 0);
      added += std::max<std::int64_t>(row.pr - row.prod, 0);
    }
    CHECK(found.sampled->removed.observed == removed);
    CHECK(found.sampled->added.observed == added);
    CHECK(found.rows.added - found.rows.removed == all_added - all_removed);
    CHECK(found.sampled->removed.high >= found.sampled->removed.low);
    if (found.sampled->removed.low <= all_removed && all_removed <= found.sampled->removed.high) ++held;

    const TableDiff same = runner.diff(request_for(generated, a, fmt::format("same{}", i)));
    CHECK(same.rows.added == 0);
    CHECK(same.rows.removed == 0);
    CHECK(same.sampled->removed.observed == 0);
    CHECK(same.sampled->unchanged.observed == same.sampled->prod_rows);
    CHECK(same.sampled->prod_rows > 0);
    CHECK(same.rows.unchanged == same.rows.pr);
  }
  CHECK(held >= kCases * 9 / 10);
}

}  // namespace

TEST_CASE("PostgreSQL's sample of whole rows is the same on both sides, with all copies") {
  PostgresServer server;
  check_engine(server.url(), diff::postgres_dialect(), [&](const std::string& sql) { server.execute(sql); });
}

TEST_CASE("DuckDB's sample of whole rows is the same on both sides, with all copies") {
  DuckDbFile file;
  check_engine(file.url(), diff::duckdb_dialect(), [&](const std::string& sql) { file.execute(sql); });
}
