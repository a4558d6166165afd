// What is said of rows whose key is null or repeated, and of keys that were looked at in a sample, on both
// engines.

#include <fmt/format.h>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::kEngines;
using test::request;

namespace {

bool says(const TableDiff& diff, const std::string& words) {
  return diff.reason.find(words) != std::string::npos;
}

void make_tables(const Engine& engine, const std::string& prod, const std::string& pr) {
  engine.execute(
      fmt::format("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, v varchar);"
                  "CREATE TABLE b (id integer, v varchar);"
                  "INSERT INTO a VALUES (1, 'x'), {}; INSERT INTO b VALUES (1, 'x'), {}",
                  prod, pr));
}

}  // namespace

TEST_CASE("rows without a usable key that differ are said to, and equal ones are no difference") {
  struct Case {
    const char* prod;
    const char* pr;
    std::optional<bool> differ;
    const char* words;
  };
  constexpr const char* kDiffer =
      "; no difference in the other rows; rows with such keys differ, and could not be compared one by one";
  static constexpr Case kCases[] = {
      {"(NULL, 'p')", "(NULL, 'q')", true, kDiffer},
      {"(NULL, 'p')", "(NULL, 'p')", false, "; no other difference"},
      {"(2, 'p'), (2, 'q')", "(2, 'p'), (2, 'r')", true, kDiffer},
      {"(2, 'p'), (2, 'q')", "(2, 'q'), (2, 'p')", false, "; no other difference"},
      {"(2, 'p'), (2, 'p')", "(3, 'p'), (3, 'p')", true, kDiffer},
      {"(NULL, 'p'), (2, 'x')", "(NULL, 'q'), (2, 'y')", std::nullopt, "; 1 row changed"},
      // Other counts tell by themselves.
      {"(2, 'p')", "(2, 'p'), (NULL, 'p')", true,
       "1 row with a null key in the PR; no difference in the other rows"},
  };
  for (const char* engine_name : kEngines) {
    Engine engine(engine_name);
    for (const Case& c : kCases) {
      for (const bool may_skip_join : {true, false}) {
        CAPTURE(engine_name);
        CAPTURE(c.prod);
        CAPTURE(c.pr);
        CAPTURE(may_skip_join);
        make_tables(engine, c.prod, c.pr);
        TableDiffRequest options = request();
        options.may_skip_join = may_skip_join;
        const TableDiff diff = engine.diff(options);
        CAPTURE(diff.reason);
        CHECK(diff.result == Result::bad_pks);
        CHECK(diff.unmatched_rows_differ == c.differ);
        CHECK(diff.reason.ends_with(c.words));
      }
    }
  }
}

TEST_CASE("what a rule ignores is no difference of rows without a usable key") {
  for (const char* engine_name : kEngines) {
    CAPTURE(engine_name);
    Engine engine(engine_name);
    make_tables(engine, "(NULL, 'p')", "(NULL, 'P')");
    TableDiffRequest options = request();
    CHECK(engine.diff(options).unmatched_rows_differ == true);
    options.text = {{"v", {.ignore_case = true, .trim = false, .null_equals_empty = false}}};
    CHECK(engine.diff(options).unmatched_rows_differ == false);
  }
}

TEST_CASE("repeated keys of a sample are estimated for the whole table, and said to be") {
  for (const char* engine_name : kEngines) {
    CAPTURE(engine_name);
    Engine engine(engine_name);
    const std::string numbers =
        std::string(engine_name) == "postgres" ? "generate_series(1, 3000) AS t(n)" : "range(1, 3001) t(n)";
    engine.execute(
        "CREATE TABLE a AS SELECT n AS id, 1 AS v FROM " + numbers +
        "; CREATE TABLE b AS SELECT * FROM a; INSERT INTO b SELECT * FROM a WHERE id <= 300; INSERT INTO "
        "b VALUES (NULL, 1)");
    TableDiffRequest options = request();
    options.sampling = Sampling{.share = 0.2};
    const TableDiff diff = engine.diff(options);
    CAPTURE(diff.reason);
    CHECK(diff.pr_key.is_estimate);
    CHECK(diff.pr_key.duplicate_rows == doctest::Approx(600).epsilon(0.35));
    CHECK(
        says(diff, fmt::format("1 row with a null key in the PR, about {} rows with a repeated key in the PR",
                               diff.pr_key.duplicate_rows)));
    CHECK(says(diff, "; no difference in the other rows; by a sample of 20% of the keys"));
    CHECK_FALSE(diff.unmatched_rows_differ);
    options.sampling.reset();
    const TableDiff whole = engine.diff(options);
    CHECK_FALSE(whole.pr_key.is_estimate);
    CHECK(says(whole, ", 600 rows with a repeated key in the PR"));
  }
}

TEST_CASE("tables of which a sample holds no row are compared whole") {
  for (const char* engine_name : kEngines) {
    for (const auto& key : {std::vector<std::string>{"id"}, std::vector<std::string>{}}) {
      for (const bool may_skip_join : {true, false}) {
        CAPTURE(engine_name);
        CAPTURE(key.size());
        Engine engine(engine_name);
        make_tables(engine, "(2, 'p'), (3, 'p')", "(2, 'p'), (3, 'q')");
        TableDiffRequest options = request(key);
        options.may_skip_join = may_skip_join;
        options.sampling = Sampling{.share = 1e-6};
        const TableDiff diff = engine.diff(options);
        CHECK_FALSE(diff.sampled);
        CHECK(diff.rows.prod == 3);
        CHECK(diff.rows.pr == 3);
        CHECK((key.empty() ? diff.rows.added : diff.rows.changed.value()) == 1);
        CHECK(diff.match_score > 0.5);
        CHECK(diff.notes == std::vector<std::string>{"every row was compared: the sample held none"});
        CHECK_FALSE(says(diff, "sample"));
      }
    }
    Engine engine(engine_name);
    engine.execute("CREATE TABLE a (id integer); CREATE TABLE b (id integer)");
    TableDiffRequest empty = request();
    empty.sampling = Sampling{.share = 0.1};
    CHECK(engine.diff(empty).result == Result::empty);
  }
}
