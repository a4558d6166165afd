// The same small tables on both engines, through the whole of diff_tables.

#include <doctest/doctest.h>

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::kEngines;
using test::request;

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
    // columns, facts (PostgreSQL), count, fingerprint (PostgreSQL: one a side), join, columns again
    CHECK(diff.plan.size() <= 7);
    CHECK(diff.match_score == doctest::Approx(1 - (2.0 * 3 + 2 * 3) / 24));
  }
}

TEST_CASE("names that differ in case only are one column, unless that is ambiguous") {
  Engine engine("postgres");
  engine.execute(
      "CREATE TABLE a (id integer, \"Amount\" integer, x integer, \"X\" integer);"
      "CREATE TABLE b (\"ID\" integer, amount integer, x integer);"
      "INSERT INTO a VALUES (1, 2, 3, 4); INSERT INTO b VALUES (1, 5, 3)");
  const TableDiff diff = engine.diff(request());
  CHECK(diff.rows.changed == 1);
  CHECK(column(diff, "amount").changed == 1);
  CHECK(column(diff, "x").changed == 0);
  REQUIRE(diff.schema.removed.size() == 1);
  CHECK(diff.schema.removed[0].name.value() == "X");
  CHECK(diff.schema.recased.size() == 2);
}

TEST_CASE("a column that can't be compared is named with its reason") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, v date, w integer); CREATE TABLE b (id integer, w integer, v boolean, z "
        "integer);"
        "INSERT INTO a VALUES (1, DATE '2024-01-01', 1); INSERT INTO b VALUES (1, 1, true, 2)");
    TableDiffRequest options = request();
    options.ignore_column = [](const Identifier& column_name) { return column_name.value() == "w"; };
    const TableDiff diff = engine.diff(options);
    CHECK(column(diff, "v").not_compared.find("no common type") != std::string::npos);
    CHECK(column(diff, "w").not_compared == "ignored by the rules");
    CHECK(diff.schema.retyped.size() == 1);
    CHECK(diff.schema.added.size() == 1);
    CHECK(diff.schema.reordered);
  }
}

TEST_CASE("values of masked columns never leave the warehouse") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, mail varchar); CREATE TABLE b (id integer, mail varchar);"
        "INSERT INTO a VALUES (1, 'ann@example.com'), (2, NULL); INSERT INTO b VALUES (1, "
        "'bob@example.com'), (2, 'c@example.com')");
    TableDiffRequest options = request();
    options.masked_columns.emplace_back("mail");
    const TableDiff diff = engine.diff(options);
    REQUIRE(diff.samples.changed.size() == 2);
    CHECK(diff.samples.changed[0].prod[0] == "***");
    CHECK(diff.samples.changed[0].pr[0] == "***");
    CHECK_FALSE(diff.samples.changed[1].prod[0].has_value());
  }
}

TEST_CASE("a filter narrows both sides, and a stated precision cuts timestamps") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, t timestamp); CREATE TABLE b (id integer, t timestamp);"
        "INSERT INTO a VALUES (1, TIMESTAMP '2024-01-01 00:00:00.1239'), (2, TIMESTAMP '1960-01-01 "
        "00:00:00.1239'), (9, NULL);"
        "INSERT INTO b VALUES (1, TIMESTAMP '2024-01-01 00:00:00.1231'), (2, TIMESTAMP '1960-01-01 "
        "00:00:00.1231')");
    TableDiffRequest options = request();
    options.filter = "id < 5 -- the rest is old";
    CHECK(engine.diff(options).rows.changed == 2);
    options.timestamp_precision = 3;
    CHECK(engine.diff(options).result == Result::identical);
    options.timestamp_precision = 4;
    CHECK(engine.diff(options).rows.changed == 2);
  }
}

TEST_CASE("a table of 1,000 columns is compared in pieces") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    std::string columns = "id integer";
    std::string values = "1";
    for (int i = 0; i < 1000; ++i) {
      columns += ", c" + std::to_string(i) + " integer";
      values += ", " + std::to_string(i);
    }
    engine.execute("CREATE TABLE a (" + columns + "); CREATE TABLE b (" + columns +
                   "); INSERT INTO a VALUES (" + values + "); INSERT INTO b VALUES (" + values +
                   "); UPDATE b SET c7 = -1, c999 = NULL");
    TableDiffRequest options = request();
    options.may_skip_join = false;
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 1);
    CHECK(column(diff, "c7").changed == 1);
    CHECK(column(diff, "c999").became_null == 1);
    CHECK(column(diff, "c8").changed == 0);
    CHECK(engine.diff(request()).rows.changed == 1);
  }
}

TEST_CASE("a new table's profile has its rows, columns and key health") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE b (id integer, v varchar); INSERT INTO b VALUES (1, 'x'), (1, 'y'), (NULL, 'z'), (2, "
        "'w')");
    const TableProfile profile = engine.runner->run(profile_table(engine.runner->warehouse(), request()));
    CHECK(profile.rows == 4);
    CHECK(profile.columns.size() == 2);
    CHECK(profile.key.null_rows == 1);
    CHECK(profile.key.duplicate_rows == 2);
    CHECK(profile.key.distinct == 2);
  }
}

TEST_CASE("a JSON column with the name of a function is a column") {
  static constexpr const char* kNames[] = {
      "user", "current_user", "session_user", "current_date", "current_time", "localtime", "a", "value"};
  for (const char* name : kEngines) {
    Engine engine(name);
    for (const char* column_name : kNames) {
      CAPTURE(name);
      CAPTURE(column_name);
      engine.execute(
          std::string("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b; CREATE TABLE a (id integer, \"") +
          column_name + "\" json); CREATE TABLE b AS SELECT * FROM a;" +
          R"(INSERT INTO a VALUES (1, '{"x": 1, "y": 2}'), (2, '{"x": 1}'), (3, NULL);)" +
          R"(INSERT INTO b VALUES (1, '{"y": 2, "x": 1}'), (2, '{"x": 2}'), (3, NULL))");
      const TableDiff diff = engine.diff(request());
      CHECK(diff.rows.changed == 1);
      CHECK(diff.rows.unchanged == 2);
      CHECK(column(diff, column_name).changed == 1);
      CHECK(engine.diff(request({})).rows.added == 1);
    }
  }
}

TEST_CASE("without a key, the rows that both tables have are counted with their copies") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (v integer); INSERT INTO a VALUES (1), (1), (1), (2), (NULL);"
        "CREATE TABLE b (v integer); INSERT INTO b VALUES (1), (1), (3), (NULL), (NULL), (NULL)");
    const TableDiff diff = engine.diff(request({}));
    CHECK(diff.rows.removed == 2);
    CHECK(diff.rows.added == 3);
    CHECK(diff.rows.unchanged == 3);
    CHECK_FALSE(diff.rows.changed.has_value());
    TableDiffRequest same = request({});
    same.pr = same.prod;
    CHECK(engine.diff(same).rows.unchanged == 5);
    same.may_skip_join = false;
    CHECK(engine.diff(same).rows.unchanged == 5);
  }
}
