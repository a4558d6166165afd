// What counts as equal, and which part of the tables is looked at, on both engines.

#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::column;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::request;

namespace {

bool has_note(const TableDiff& diff, const std::string& words) {
  return std::any_of(diff.notes.begin(), diff.notes.end(),
                     [&](const std::string& note) { return note.find(words) != std::string::npos; });
}

TextRule text_rule(bool ignore_case, bool trim, bool null_equals_empty) {
  return {.ignore_case = ignore_case, .trim = trim, .null_equals_empty = null_equals_empty};
}

}  // namespace

TEST_CASE("case, blanks and null against empty are ignored as asked, and what they hide is counted") {
  struct Case {
    const char* prod;
    const char* pr;
    bool by_case;
    bool by_blanks;
    bool by_null;
  };
  // Equal if these rules are on.
  static constexpr Case kCases[] = {
      {"'Ann'", "'ANN'", true, false, false},
      {"'\xC3\xA9t\xC3\xA9'", "'\xC3\x89T\xC3\x89'", true, false, false},
      {"' ann '", "'ann'", false, true, false},
      {"NULL", "''", false, false, true},
      {"''", "NULL", false, false, true},
      {"NULL", "'  '", false, true, true},
      {"' Ann'", "'ann  '", true, true, false},
  };
  for (const char* name : kEngines) {
    Engine engine(name);
    for (const Case& c : kCases) {
      engine.execute(
          std::string("DROP TABLE IF EXISTS a; DROP TABLE IF EXISTS b;"
                      "CREATE TABLE a (id integer, v varchar); CREATE TABLE b (id integer, v varchar);") +
          "INSERT INTO a VALUES (1, " + c.prod + "), (2, 'x'), (3, 'y');" + "INSERT INTO b VALUES (1, " +
          c.pr + "), (2, 'x'), (3, 'other')");
      for (int bits = 0; bits < 8; ++bits) {
        const TextRule rule = text_rule((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
        const bool hides = (rule.ignore_case || !c.by_case) && (rule.trim || !c.by_blanks) &&
                           (rule.null_equals_empty || !c.by_null);
        CAPTURE(name);
        CAPTURE(c.prod);
        CAPTURE(c.pr);
        CAPTURE(bits);
        for (const std::string scope : {"", "v"}) {
          TableDiffRequest options = request();
          options.text[scope] = rule;
          const TableDiff diff = engine.diff(options);
          CHECK(diff.rows.changed == (hides ? 1 : 2));
          CHECK(column(diff, "v").changed == (hides ? 1 : 2));
          CHECK(column(diff, "v").within_tolerance == (hides ? 1 : 0));
          CHECK(column(diff, "v").rule.empty() == rule.is_exact());
        }
        // Whole rows, too.
        TableDiffRequest options = request({});
        options.text[""] = rule;
        const TableDiff rows = engine.diff(options);
        CHECK(rows.rows.added == (hides ? 1 : 2));
        CHECK(has_note(rows, "1 row differs only in what the rules ignore") == hides);
      }
    }
  }
}

TEST_CASE("what a timestamp precision hides is counted, with and without a key") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, t timestamp, z timestamp with time zone, d date);"
        "CREATE TABLE b (id integer, t timestamp, z timestamp with time zone, d timestamp);"
        "INSERT INTO a VALUES (1, TIMESTAMP '2024-01-01 00:00:00.1239', TIMESTAMP '2024-01-01 00:00:00.5', "
        "DATE "
        "'2024-01-01'), (2, TIMESTAMP '1960-01-01 00:00:01.9', NULL, DATE '2024-01-01');"
        "INSERT INTO b VALUES (1, TIMESTAMP '2024-01-01 00:00:00.1231', TIMESTAMP '2024-01-01 00:00:00.6', "
        "TIMESTAMP '2024-01-01 00:00:00.7'), (2, TIMESTAMP '1960-01-01 00:00:02.9', NULL, TIMESTAMP "
        "'2024-01-01')");
    TableDiffRequest options = request();
    options.timestamp_precision = 0;
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 1);
    CHECK(column(diff, "t").changed == 1);
    CHECK(column(diff, "t").within_tolerance == 1);
    CHECK(column(diff, "z").within_tolerance == 1);
    CHECK(column(diff, "d").within_tolerance == 1);
    CHECK(column(diff, "d").rule == "whole seconds");
    options.key.clear();
    CHECK(engine.diff(options).rows.added == 1);
    CHECK(has_note(engine.diff(options), "1 row differs only"));
    // What is said of one column goes before what is said of all.
    options = request();
    options.timestamp_precision = 0;
    options.precision = {{"t", 3}, {"Z", 6}, {"id", 0}};
    const TableDiff by_column = engine.diff(options);
    CHECK(column(by_column, "t").within_tolerance == 1);
    CHECK(column(by_column, "t").rule == "3 decimals of a second");
    CHECK(column(by_column, "z").changed == 1);
    CHECK(column(by_column, "d").within_tolerance == 1);
    CHECK(has_note(by_column, "'id' is of the key, which is compared exactly"));
    options.precision = {{"x", 3}};
    CHECK(error_of([&] { engine.diff(options); }).problem().find("no column 'x'") != std::string::npos);
  }
}

TEST_CASE(
    "an option of a column that is not there is refused with the nearest name, unless it may be absent") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, amount integer, note varchar); INSERT INTO a VALUES (1, 2, 'x');"
        "CREATE TABLE b AS SELECT * FROM a");
    const std::vector<std::function<void(TableDiffRequest&)>> mistakes = {
        [](TableDiffRequest& r) { r.tolerance["amout"] = {.absolute = 1}; },
        [](TableDiffRequest& r) { r.text["amout"] = text_rule(true, false, false); },
        [](TableDiffRequest& r) { r.exclude_columns.emplace_back("amout"); },
        [](TableDiffRequest& r) { r.include_columns.emplace_back("amout"); },
        [](TableDiffRequest& r) { r.masked_columns.emplace_back("amout"); },
        [](TableDiffRequest& r) { r.key = {Identifier("amout")}; },
        [](TableDiffRequest& r) { r.renames.push_back({Identifier("amout"), Identifier("note")}); },
        [](TableDiffRequest& r) { r.renames.push_back({Identifier("note"), Identifier("amout")}); },
        [](TableDiffRequest& r) { r.overlap_column = Identifier("amout"); },
    };
    for (const auto& mistake : mistakes) {
      TableDiffRequest options = request();
      mistake(options);
      const Error error = error_of([&] { engine.diff(options); });
      CHECK(error.error_class() == ErrorClass::configuration);
      CHECK(error.problem().find("amout") != std::string::npos);
      CHECK(error.hint().find("did you mean 'amount'?") != std::string::npos);
    }
    TableDiffRequest lenient = request();
    lenient.tolerance["amout"] = {.absolute = 1};
    lenient.text["amout"] = text_rule(true, false, false);
    lenient.masked_columns.emplace_back("amout");
    lenient.if_present = {"amout"};
    CHECK(engine.diff(lenient).result == Result::identical);
  }
}

TEST_CASE("a rule that a column can't use is said not to be used") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, n integer, note varchar); INSERT INTO a VALUES (1, 2, 'x');"
        "CREATE TABLE b AS SELECT id, n + 1 AS n, note FROM a");
    TableDiffRequest options = request();
    options.tolerance = {{"note", {.absolute = 1}}, {"id", {.absolute = 1}}, {"n", {.absolute = 1}}};
    options.text["n"] = text_rule(true, false, false);
    const TableDiff diff = engine.diff(options);
    CHECK(diff.result == Result::identical);
    CHECK(has_note(diff, "the tolerance of 'note' is not used"));
    CHECK(has_note(diff, "'id' is of the key"));
    CHECK(has_note(diff, "how 'n' is to be compared is not used"));
    options.key.clear();
    CHECK(has_note(engine.diff(options), "'n' was compared exactly: a tolerance needs a key"));
  }
}

TEST_CASE("a tolerance of all numbers holds for integers and decimals, one of floats for floats alone") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, i integer, d decimal(10,2), f double precision);"
        "CREATE TABLE b (id integer, i integer, d decimal(10,2), f double precision);"
        "INSERT INTO a VALUES (1, 10, 1.00, 0.5); INSERT INTO b VALUES (1, 11, 1.01, 0.625)");
    TableDiffRequest options = request();
    options.tolerance[""] = {.absolute = 1};
    CHECK(column(engine.diff(options), "f").changed == 0);
    CHECK(column(engine.diff(options), "i").changed == 1);
    CHECK(column(engine.diff(options), "d").changed == 1);
    options.number_tolerance = Tolerance{.absolute = 1};
    options.tolerance["d"] = {.absolute = 0.001};
    CHECK(column(engine.diff(options), "i").changed == 0);
    CHECK(column(engine.diff(options), "d").changed == 1);
    CHECK(column(engine.diff(options), "i").rule == "abs:1");
  }
}

TEST_CASE("a renamed column is compared under both its names") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, \"old\" integer, x integer);"
        "CREATE TABLE b (x integer, new_id integer, \"new\" integer, added integer);"
        "INSERT INTO a VALUES (1, 5, 7), (2, 6, 7); INSERT INTO b VALUES (7, 1, 5, 0), (7, 2, 9, 0)");
    TableDiffRequest options = request({"new_id"});
    options.renames = {{Identifier("old"), Identifier("new")}, {Identifier("id"), Identifier("new_id")}};
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.changed == 1);
    CHECK(column(diff, "new").changed == 1);
    CHECK(diff.schema.removed.empty());
    REQUIRE(diff.schema.added.size() == 1);
    CHECK(diff.schema.added[0].name.value() == "added");
    REQUIRE(diff.schema.renamed.size() == 2);
    CHECK(diff.reason.find("2 columns renamed") != std::string::npos);
    options.renames.push_back({Identifier("x"), Identifier("new")});
    CHECK(error_of([&] { engine.diff(options); }).problem().find("renamed already") != std::string::npos);
  }
}

TEST_CASE("a removed and an added column that hold the same are said to be a likely rename") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, total integer, city varchar, flag boolean, kept integer);"
        "CREATE TABLE b (id integer, kept integer, is_ok boolean, town varchar, amount integer, amount_2 "
        "integer);");
    std::string rows;
    for (int i = 1; i <= 100; ++i) {
      const std::string n = std::to_string(i);
      const std::string town = i % 4 == 0 ? "NULL" : "'c" + n + "'";
      rows += "INSERT INTO a VALUES (" + n + ", " + n + ", " + town + ", true, 0);" +
              "INSERT INTO b VALUES (" + n + ", 0, true, " + (i == 1 ? "'moved'" : town) + ", " + n + ", " +
              (i <= 90 ? n : "0") + ");";
    }
    engine.execute(rows);
    const TableDiff diff = engine.diff(request());
    // The flags are true everywhere, which says nothing; a tenth of amount_2 differs.
    REQUIRE(diff.schema.likely_renames.size() == 2);
    const LikelyRename& total = diff.schema.likely_renames[0];
    CHECK(total.columns.prod.value() == "total");
    CHECK(total.columns.pr.value() == "amount");
    CHECK(total.compared == 100);
    CHECK(total.equal == 100);
    const LikelyRename& city = diff.schema.likely_renames[1];
    CHECK(city.columns.pr.value() == "town");
    CHECK(city.compared == 75);
    CHECK(city.equal == 74);
    TableDiffRequest told = request();
    told.renames = {{Identifier("total"), Identifier("amount")}, {Identifier("city"), Identifier("town")}};
    CHECK(engine.diff(told).schema.likely_renames.empty());
    CHECK(engine.diff(request({})).schema.likely_renames.empty());
  }
}

TEST_CASE("a condition for one side narrows that side alone") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer); INSERT INTO a VALUES (1), (2), (3), (4); CREATE TABLE b AS SELECT * "
        "FROM a");
    TableDiffRequest options = request();
    options.filter = "id <> 4";
    options.prod_filter = "id > 1";
    options.pr_filter = "id < 3 OR id = 4";
    const TableDiff diff = engine.diff(options);
    CHECK(diff.rows.prod == 2);
    CHECK(diff.rows.pr == 2);
    CHECK(diff.rows.added == 1);
    CHECK(diff.rows.removed == 1);
    options.pr_filter = "1=1) OR (1=1";
    CHECK(error_of([&] { engine.diff(options); }).error_class() == ErrorClass::caller);
  }
}

TEST_CASE("the time that both tables cover is found, and rows outside are counted and left out") {
  for (const char* name : kEngines) {
    for (const std::string type : {"date", "timestamp", "timestamp with time zone", "integer"}) {
      CAPTURE(name);
      CAPTURE(type);
      Engine engine(name);
      const auto day = [&](int n) {
        return type == "integer" ? std::to_string(n)
                                 : "CAST('2024-01-0" + std::to_string(n) + "' AS " + type + ")";
      };
      engine.execute("CREATE TABLE a (id integer, seen " + type +
                     ", v integer); CREATE TABLE b (id integer, seen " + type + ", v integer);");
      for (int n = 1; n <= 7; ++n) {
        engine.execute("INSERT INTO a VALUES (" + std::to_string(n) + ", " + day(n) + ", 1)");
        if (n >= 5) engine.execute("INSERT INTO b VALUES (" + std::to_string(n) + ", " + day(n) + ", 1)");
      }
      engine.execute("INSERT INTO a VALUES (90, NULL, 1); INSERT INTO b VALUES (8, " + day(8) +
                     ", 1); UPDATE b SET v = 2 WHERE id = 6; INSERT INTO b VALUES (66, " + day(6) + ", 1)");
      TableDiffRequest options = request();
      options.overlap_column = Identifier("seen");
      const TableDiff diff = engine.diff(options);
      CHECK(diff.rows.prod == 3);
      CHECK(diff.rows.pr == 4);
      CHECK(diff.rows.removed == 0);
      CHECK(diff.rows.added == 1);
      CHECK(diff.rows.changed == 1);
      REQUIRE(diff.overlap);
      CHECK(diff.overlap->prod.before == 4);
      CHECK(diff.overlap->prod.without_time == 1);
      CHECK(diff.overlap->prod.after == 0);
      CHECK(diff.overlap->pr.before == 0);
      CHECK(diff.overlap->pr.after == 1);
      CHECK(diff.reason.find("which both tables cover") != std::string::npos);
      options.pr_filter = "id > 100";
      const TableDiff nothing = engine.diff(options);
      CHECK_FALSE(nothing.overlap);
      CHECK(nothing.rows.removed == 8);
      CHECK(has_note(nothing, "has no value in one of them"));
      options.pr_filter = "id = 8";
      CHECK(has_note(engine.diff(options), "no time of 'seen' is in both"));
      engine.execute("ALTER TABLE a ADD COLUMN note varchar; ALTER TABLE b ADD COLUMN note varchar");
      options.overlap_column = Identifier("note");
      CHECK(error_of([&] { engine.diff(options); }).problem().find("has no time") != std::string::npos);
    }
  }
}

TEST_CASE("a sample takes the same keys on both sides, and its estimates hold the truth") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    // 20,000 keys; 1,000 removed, 2,000 added, every 20th changed; the key's type differs.
    const std::string numbers = std::string(name) == "postgres"
                                    ? "generate_series(1, 22000) AS t(n)"
                                    : "(SELECT CAST(range AS integer) AS n FROM range(1, 22001)) t";
    engine.execute(
        "CREATE TABLE a AS SELECT n AS id, 1 AS v FROM " + numbers + " WHERE n <= 20000;" +
        "CREATE TABLE b AS SELECT CAST(n AS bigint) AS id, CASE WHEN n % 20 = 0 THEN 2 ELSE 1 END AS v "
        "FROM " +
        numbers + " WHERE n > 1000;" + "INSERT INTO b VALUES (NULL, 1)");
    for (const Sampling sampling : {Sampling{.share = 0.1}, Sampling{.rows = 2000}, Sampling{.share = 0.5}}) {
      CAPTURE(sampling.share);
      TableDiffRequest options = request();
      options.sampling = sampling;
      const TableDiff diff = engine.diff(options);
      REQUIRE(diff.sampled);
      const double share = sampling.rows > 0 ? 2000.0 / 21001 : sampling.share;
      CHECK(diff.sampled->share == doctest::Approx(share).epsilon(0.001));
      CHECK(diff.rows.prod == 20000);  // exact
      CHECK(diff.rows.pr == 21001);
      CHECK(diff.pr_key.null_rows == 1);
      const auto holds = [](const Estimate& estimate, std::int64_t truth) {
        CHECK(estimate.low <= truth);
        CHECK(truth <= estimate.high);
        CHECK(estimate.low <= estimate.value);
        CHECK(estimate.value <= estimate.high);
        CHECK(estimate.observed < estimate.value);
      };
      holds(diff.sampled->removed, 1000);
      holds(diff.sampled->added, 2000);
      holds(diff.sampled->changed.value(), 950);
      holds(diff.sampled->unchanged, 18050);
      CHECK(diff.rows.changed == diff.sampled->changed->value);
      CHECK(column(diff, "v").sampled->observed == diff.sampled->changed->observed);
      CHECK(diff.reason.find("sample") != std::string::npos);
      // No key of the sample stands alone by chance.
      TableDiffRequest same = options;
      same.pr = same.prod;
      const TableDiff equal = engine.diff(same);
      CHECK(equal.result == Result::identical);
      CHECK(equal.sampled->unchanged.observed == equal.sampled->prod_rows);
      CHECK(equal.reason.find("sample") != std::string::npos);
    }
    TableDiffRequest small = request();
    small.sampling = Sampling{.share = 0.1, .from_rows = 50'000};
    CHECK_FALSE(engine.diff(small).sampled);
    CHECK(engine.diff(small).rows.changed == 950);
    // Whole rows: 1,950 are in production alone, 2,951 in the PR.
    TableDiffRequest keyless = request({});
    keyless.sampling = Sampling{.share = 0.1};
    const TableDiff rows = engine.diff(keyless);
    REQUIRE(rows.sampled);
    CHECK(rows.rows.prod == 20000);
    CHECK(rows.rows.pr == 21001);
    CHECK(rows.rows.added - rows.rows.removed == 1001);
    CHECK(rows.rows.unchanged == rows.rows.prod - rows.rows.removed);
    CHECK(rows.sampled->removed.low <= 1950);
    CHECK(rows.sampled->removed.high >= 1950);
    CHECK(rows.sampled->removed.high < 2400);
    CHECK_FALSE(rows.sampled->changed);
    CHECK(rows.sampled->prod_rows == doctest::Approx(2000).epsilon(0.1));
    CHECK(rows.reason.find("by a sample of 10% of the rows") != std::string::npos);
  }
}

TEST_CASE("load times that differ everywhere are named, and changed rows counted without them") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const std::string numbers = std::string(name) == "postgres" ? "generate_series(1, 40) AS t(n)"
                                                                : "(SELECT range AS n FROM range(1, 41)) t";
    engine.execute(
        "CREATE TABLE a AS SELECT n AS id, TIMESTAMP '2024-01-01' AS _loaded_at, 'run 1' AS dbt_run_id, 1 AS "
        "v, n AS "
        "doubled FROM " +
        numbers + ";" +
        "CREATE TABLE b AS SELECT id, TIMESTAMP '2024-01-02' AS _loaded_at, 'run 2' AS dbt_run_id, CASE WHEN "
        "id "
        "<= 3 THEN 2 ELSE v END AS v, doubled * 2 AS doubled FROM a");
    const TableDiff diff = engine.diff(request());
    CHECK(diff.rows.changed == 40);
    // A column of another kind that differs everywhere is a change like any other.
    CHECK(diff.volatile_columns ==
          std::vector<Identifier>{Identifier("_loaded_at"), Identifier("dbt_run_id")});
    CHECK(diff.changed_without_volatile == 40);
    TableDiffRequest options = request();
    options.exclude_columns.emplace_back("doubled");
    const TableDiff without = engine.diff(options);
    CHECK(without.changed_without_volatile == 3);
    CHECK(without.reason.find("3 without _loaded_at, dbt_run_id") != std::string::npos);
    engine.execute("INSERT INTO a SELECT * FROM a WHERE id = 1");
    CHECK(engine.diff(options).changed_without_volatile == 2);
    options.exclude_columns.emplace_back("v");
    CHECK(engine.diff(options).changed_without_volatile == 0);
    options.exclude_columns.emplace_back("_loaded_at");
    options.exclude_columns.emplace_back("dbt_run_id");
    CHECK_FALSE(engine.diff(options).changed_without_volatile);
  }
}

TEST_CASE("time travel is refused by an engine that keeps no older state") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute("CREATE TABLE a (id integer); CREATE TABLE b (id integer)");
    TableDiffRequest options = request();
    options.prod_time_travel = "-3600";
    const Error error = error_of([&] { engine.diff(options); });
    CHECK(error.error_class() == ErrorClass::configuration);
    CHECK(error.problem().find("keeps no older state") != std::string::npos);
  }
}
