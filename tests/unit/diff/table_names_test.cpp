// Tables that have the names that a diff's statements use inside, on both engines.

#include <fmt/format.h>

#include "diff/column_profile.hpp"
#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::kEngines;
using test::request;

namespace {

// Five rows of which one is changed, one removed and one added; with `repeats`, a sixth twice on both sides.
void make_tables(const Engine& engine, const std::string& prod, const std::string& pr, bool repeats) {
  const std::string more =
      repeats ? ", (9, TIMESTAMP '2024-01-01', 1, 1), (9, TIMESTAMP '2024-01-01', 1, 1)" : "";
  for (const std::string& table : {prod, pr}) {
    engine.execute(
        fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} (id integer, t timestamp, v integer, {1} "
                    "integer)",
                    table, table == prod ? "worth" : "value_of"));
  }
  engine.execute(
      fmt::format("INSERT INTO {} VALUES (1, TIMESTAMP '2024-01-01', 1, 5), (2, TIMESTAMP '2024-01-02', 1, "
                  "6), (3, TIMESTAMP "
                  "'2024-01-03', 1, 7), (4, TIMESTAMP '2024-01-02', 1, 8){}",
                  prod, more));
  engine.execute(
      fmt::format("INSERT INTO {} VALUES (1, TIMESTAMP '2024-01-01', 1, 5), (2, TIMESTAMP '2024-01-02', 2, "
                  "6), (3, TIMESTAMP "
                  "'2024-01-03', 1, 7), (5, TIMESTAMP '2024-01-02', 1, 8){}",
                  pr, more));
}

void check_keyed(Engine& engine, const TableDiffRequest& options, bool repeats) {
  const TableDiff diff = engine.diff(options);
  CHECK(diff.rows.changed == 1);
  CHECK(diff.rows.added == 1);
  CHECK(diff.rows.removed == 1);
  CHECK(diff.pr_key.duplicate_rows == (repeats ? 2 : 0));
  CHECK(diff.samples.changed.size() == 1);
  CHECK(diff.samples.added.size() == 1);
  CHECK(diff.samples.removed.size() == 1);
  CHECK(diff.schema.likely_renames.size() == 1);
}

void check_keyless(Engine& engine, TableDiffRequest options) {
  options.key.clear();
  const TableDiff diff = engine.diff(options);
  CHECK(diff.rows.added == 2);
  CHECK(diff.samples.added.size() == 2);
  CHECK(diff.samples.removed.size() == 2);
}

void check_profiles(Engine& engine, const TableDiffRequest& options) {
  const TableProfiles profiles = engine.runner->run(profile_columns(engine.runner->warehouse(), options));
  REQUIRE(!profiles.columns.empty());
  CHECK(profiles.columns[0].prod->rows == 4);
  CHECK(!profiles.columns[0].prod->quantiles.empty());
  const TableDiff found = engine.diff(options);
  const Timeline line =
      engine.runner->run(match_timeline(engine.runner->warehouse(), options, Identifier("t"), found));
  CHECK(line.points.size() == 3);
}

}  // namespace

TEST_CASE("a table may have any name that the statements of a diff use for something else") {
  static constexpr const char* kNames[] = {"a", "d", "e", "g", "j", "p", "r", "s", "u", "dup"};
  for (const char* engine_name : kEngines) {
    CAPTURE(engine_name);
    Engine engine(engine_name);
    const char* last = "w";
    for (const char* name : kNames) {
      CAPTURE(name);
      TableDiffRequest options = request();
      options.prod = parse_relation(name);
      options.pr = parse_relation(last);
      options.samples = 5;
      make_tables(engine, name, last, true);
      check_keyed(engine, options, true);
      make_tables(engine, name, last, false);
      check_keyed(engine, options, false);
      check_keyless(engine, options);
      check_profiles(engine, options);
      last = name;
    }
  }
}

TEST_CASE("a table with the name of a part of the statements is read by its schema, and refused without") {
  for (const char* engine_name : kEngines) {
    CAPTURE(engine_name);
    Engine engine(engine_name);
    make_tables(engine, "dg__differing", "DG__repeated", true);
    TableDiffRequest options = request();
    options.prod = parse_relation("dg__differing");
    options.pr = parse_relation("DG__repeated");
    CHECK(test::error_of([&] { engine.diff(options); }).hint() == "write it with its schema");
    const std::string schema = std::string(engine_name) == "duckdb" ? "main." : "public.";
    options.prod = parse_relation(schema + "dg__differing");
    options.pr = parse_relation(schema + "DG__repeated");
    check_keyed(engine, options, true);
  }
}
