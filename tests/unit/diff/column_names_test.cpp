// Which column a name means that a request holds: by its old or new name, exactly or but for case.

#include "diff/column_profile.hpp"
#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::request;

namespace {

// Production calls "amount" what the PR calls "total", and "born" what it calls "made".
void make_renamed(const Engine& engine) {
  engine.execute(
      "CREATE TABLE a (id integer, amount integer, born date, other integer);"
      "CREATE TABLE b (id integer, total integer, made date, other integer);"
      "INSERT INTO a VALUES (1, 10, DATE '2024-01-01', 1), (2, 20, DATE '2024-01-02', 1), (3, 30, DATE "
      "'2024-01-03', 1);"
      "INSERT INTO b VALUES (2, 21, DATE '2024-01-02', 1), (3, 30, DATE '2024-01-03', 2)");
}

TableDiffRequest renamed_request() {
  TableDiffRequest out = request();
  out.renames = {{Identifier("amount"), Identifier("total")}, {Identifier("born"), Identifier("made")}};
  return out;
}

}  // namespace

TEST_CASE("a renamed column is known by its old and its new name, in any case") {
  for (const char* engine_name : kEngines) {
    Engine engine(engine_name);
    make_renamed(engine);
    for (const char* name : {"amount", "total", "AMOUNT", "Total"}) {
      CAPTURE(engine_name);
      CAPTURE(name);
      TableDiffRequest excluding = renamed_request();
      excluding.exclude_columns = {Identifier(name)};
      const TableDiff without = engine.diff(excluding);
      CHECK(column(without, "total").not_compared == "excluded");
      CHECK(without.rows.changed == 1);
      TableDiffRequest including = renamed_request();
      including.include_columns = {Identifier(name)};
      const TableDiff alone = engine.diff(including);
      CHECK(column(alone, "total").changed == 1);
      CHECK(column(alone, "other").not_compared == "not among the included columns");
      CHECK(alone.rows.changed == 1);
      TableDiffRequest tolerant = renamed_request();
      tolerant.tolerance = {{name, parse_tolerance("abs:5")}};
      CHECK(column(engine.diff(tolerant), "total").within_tolerance == 1);
      TableDiffRequest masking = renamed_request();
      masking.masked_columns = {Identifier(name)};
      const TableDiff masked = engine.diff(masking);
      REQUIRE(masked.samples.changed.size() == 2);
      CHECK(masked.samples.changed[0].prod[0] == "***");
      CHECK(masked.samples.changed[0].pr[0] == "***");
      TableDiffRequest keyed = renamed_request();
      keyed.key = {Identifier(name)};
      CHECK(engine.diff(keyed).rows.added == 1);
    }
  }
}

TEST_CASE("the time that both tables cover is found by a renamed column's old and new name") {
  for (const char* engine_name : kEngines) {
    Engine engine(engine_name);
    make_renamed(engine);
    for (const char* name : {"born", "made"}) {
      CAPTURE(engine_name);
      CAPTURE(name);
      TableDiffRequest options = renamed_request();
      options.overlap_column = Identifier(name);
      const TableDiff diff = engine.diff(options);
      REQUIRE(diff.overlap);
      CHECK(diff.overlap->column.value() == "made");
      CHECK(diff.overlap->prod.before == 1);
      CHECK(diff.rows.removed == 0);
      CHECK(diff.reason.find("made from 2024-01-02 to 2024-01-03") != std::string::npos);
      options.masked_columns = {Identifier(name)};
      const TableDiff masked = engine.diff(options);
      REQUIRE(masked.overlap);
      CHECK(masked.overlap->prod.before == 1);
      CHECK(masked.rows.removed == 0);
      CHECK(masked.overlap->from.empty());
      CHECK(masked.overlap->to.empty());
      CHECK(masked.reason.find("2024") == std::string::npos);
      CHECK(masked.reason.find("only the time by made that both tables cover") != std::string::npos);
    }
  }
}

TEST_CASE("a name means the column of exactly that name, and another only if there is none") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer, x integer, \"X\" integer, y integer);"
      "INSERT INTO a VALUES (1, 1, 1, 1); CREATE TABLE b AS SELECT id, x + 1 AS x, \"X\" + 1 AS \"X\", y + 1 "
      "AS y "
      "FROM a");
  struct Case {
    const char* name;
    const char* meant;
  };
  static constexpr Case kCases[] = {{"x", "x"}, {"X", "X"}, {"y", "y"}, {"Y", "y"}};
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    TableDiffRequest tolerant = request();
    tolerant.tolerance = {{c.name, parse_tolerance("abs:1")}};
    TableDiffRequest excluding = request();
    excluding.exclude_columns = {Identifier(c.name)};
    const TableDiff by_tolerance = engine.diff(tolerant);
    const TableDiff without = engine.diff(excluding);
    for (const char* other : {"x", "X", "y"}) {
      CAPTURE(other);
      const bool is_meant = std::string(other) == c.meant;
      CHECK(column(by_tolerance, other).changed == (is_meant ? 0 : 1));
      CHECK(column(without, other).not_compared == (is_meant ? "excluded" : ""));
    }
  }
}

TEST_CASE("a masked name that two columns bear but for case masks both") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer, \"Mail\" text, \"MAIL\" text); INSERT INTO a VALUES (1, 'a', 'a');"
      "CREATE TABLE b AS SELECT id, 'b' AS \"Mail\", 'b' AS \"MAIL\" FROM a");
  TableDiffRequest options = request();
  options.masked_columns = {Identifier("mail")};
  options.if_present = {"mail"};
  const TableDiff diff = engine.diff(options);
  REQUIRE(diff.samples.changed.size() == 1);
  for (const auto& value : diff.samples.changed[0].pr) CHECK(value == "***");
}

TEST_CASE("columns that swap their names are told apart by the PR's, and masked by either") {
  for (const char* engine_name : kEngines) {
    CAPTURE(engine_name);
    Engine engine(engine_name);
    engine.execute(
        "CREATE TABLE a (id integer, p integer, q integer); INSERT INTO a VALUES (1, 1, 2);"
        "CREATE TABLE b (id integer, p integer, q integer); INSERT INTO b VALUES (1, 3, 1)");
    TableDiffRequest options = request();
    options.renames = {{Identifier("p"), Identifier("q")}, {Identifier("q"), Identifier("p")}};
    options.exclude_columns = {Identifier("p")};
    const TableDiff diff = engine.diff(options);
    CHECK(column(diff, "p").not_compared == "excluded");
    CHECK(column(diff, "q").not_compared.empty());
    options.exclude_columns.clear();
    options.masked_columns = {Identifier("p")};
    const TableDiff masked = engine.diff(options);
    REQUIRE(masked.samples.changed.size() == 1);
    for (const auto& value : masked.samples.changed[0].prod) CHECK(value == "***");
  }
}

TEST_CASE("a timeline of a masked column is refused, which would show its values") {
  for (const char* engine_name : kEngines) {
    CAPTURE(engine_name);
    Engine engine(engine_name);
    make_renamed(engine);
    TableDiffRequest options = renamed_request();
    const TableDiff found = engine.diff(options);
    const auto timeline = [&] {
      return engine.runner->run(
          match_timeline(engine.runner->warehouse(), options, Identifier("born"), found));
    };
    CHECK(timeline().column.value() == "made");
    options.masked_columns = {Identifier("made")};
    CHECK(error_of(timeline).problem().find("is masked") != std::string::npos);
  }
}
