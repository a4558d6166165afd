#pragma once

// The tables that benches of a diff compare, and the bare join they are measured beside.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "diff/table_diff.hpp"

namespace diffgate::test {

struct Size {
  long long rows = 1'000'000;
  int rounds = 3;
  int columns = 10;
};

struct Engine {
  std::string name;
  std::string series;  // FROM this, i counts the rows from 1
  std::string text;    // the type
};

inline double seconds_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

inline constexpr int kNamedColumns = 10;

// Beyond the first ten, texts and numbers by turns.
inline std::vector<std::string> more_columns(int columns) {
  std::vector<std::string> out;
  for (int i = kNamedColumns; i < columns; ++i) out.push_back(fmt::format("c{}", i));
  return out;
}

inline std::vector<std::string> value_columns(int columns) {
  std::vector<std::string> out = {"small", "day",   "at_time", "status", "amount",
                                  "ratio", "token", "flag",    "segment"};
  for (std::string& name : more_columns(columns)) out.push_back(std::move(name));
  return out;
}

inline std::string make_tables(const Engine& engine, const Size& size) {
  std::string columns =
      "i AS id, i % 1000 AS small, DATE '2020-01-01' + CAST(i % 1000 AS integer) AS day, "
      "TIMESTAMP '2020-01-01' + CAST(i % 86400 AS integer) * INTERVAL '1 second' AS at_time, "
      "CASE i % 5 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' ELSE 'done' END AS status, "
      "CAST(i * 7 % 100000 AS decimal(12,2)) / 100 AS amount, CAST(i AS double precision) / 7 AS ratio, "
      "md5(CAST(i AS " +
      engine.text +
      ")) AS token, i % 2 = 0 AS flag, "
      "CASE WHEN i % 3 = 0 THEN NULL ELSE CAST(i % 77 AS " +
      engine.text + ") END AS segment";
  for (int i = kNamedColumns; i < size.columns; ++i) {
    columns += i % 2 == 0 ? fmt::format(", i * {} % 10007 AS c{}", i, i)
                          : fmt::format(", CAST(i % {} AS {}) AS c{}", i * 13, engine.text, i);
  }
  std::string unchanged = "amount, ratio, token, flag, segment";
  for (const std::string& name : more_columns(size.columns)) unchanged += ", " + name;
  // Every `step`th row has another status; 0.02 % of the rows went and as many came.
  const auto edited = [&](const std::string& table, int step) {
    return fmt::format(
        "CREATE TABLE {0} AS SELECT CASE WHEN id % 5000 = 7 THEN id + {2} ELSE id END AS id, small, day, "
        "at_time, CASE WHEN id % {1} = {3} THEN 'lost' ELSE status END AS status, {4} FROM a;",
        table, step, size.rows, step > 1 ? 1 : 0, unchanged);
  };
  return fmt::format("CREATE TABLE a AS SELECT {} FROM {};CREATE TABLE same AS SELECT * FROM a;", columns,
                     engine.series) +
         edited("few", 1000) + edited("tenth", 10) + edited("every", 1) +
         "CREATE TABLE a_shuffled AS SELECT * FROM a ORDER BY token;"
         "CREATE TABLE few_shuffled AS SELECT * FROM few ORDER BY md5(token);";
}

struct Scenario {
  std::string name;
  std::string prod;
  std::string pr;
};

inline const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> kAll = {{"identical", "a", "same"},
                                             {"0.1 % edits", "a", "few"},
                                             {"0.1 %, shuffled", "a_shuffled", "few_shuffled"},
                                             {"10 % edits", "a", "tenth"},
                                             {"all different", "a", "every"}};
  return kAll;
}

inline diff::TableDiffRequest request_for(const Scenario& scenario) {
  diff::TableDiffRequest request;
  request.prod = diff::parse_relation(scenario.prod);
  request.pr = diff::parse_relation(scenario.pr);
  request.key.emplace_back("id");
  return request;
}

inline std::string bare_join(const Scenario& scenario) {
  return fmt::format("SELECT count(*) FROM {} a FULL JOIN {} b ON a.id = b.id", scenario.prod, scenario.pr);
}

// A generated series of the engine's, and its type of texts.
inline Engine postgres_engine(long long rows) {
  return {"postgres", fmt::format("generate_series(1, {}) t(i)", rows), "text"};
}
inline Engine duckdb_engine(long long rows) {
  return {"duckdb", fmt::format("range(1, {} + 1) t(i)", rows), "VARCHAR"};
}

}  // namespace diffgate::test
