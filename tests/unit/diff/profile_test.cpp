// Column profiles and timelines on both engines, against the same figures computed in memory.

#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "diff/column_profile.hpp"
#include "engine.hpp"

using namespace diffgate;
using namespace diffgate::diff;
using test::Engine;
using test::error_of;
using test::kEngines;
using test::request;

namespace {

const ProfiledColumn& profiled(const TableProfiles& profiles, const std::string& name) {
  const auto found = std::find_if(profiles.columns.begin(), profiles.columns.end(),
                                  [&](const ProfiledColumn& column) { return column.name.value() == name; });
  REQUIRE(found != profiles.columns.end());
  return *found;
}

TableProfiles profile(Engine& engine, TableDiffRequest options) {
  return engine.runner->run(profile_columns(engine.runner->warehouse(), std::move(options)));
}

Timeline timeline(Engine& engine, const TableDiffRequest& options, const std::string& column) {
  const TableDiff found = engine.diff(options);
  return engine.runner->run(match_timeline(engine.runner->warehouse(), options, Identifier(column), found));
}

struct Row {
  int id = 0;
  std::optional<int> amount;
  std::string name;
};

std::vector<Row> random_rows(std::uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  std::vector<Row> rows;
  for (int id = 1; id <= count; ++id) {
    Row row{
        .id = id, .amount = static_cast<int>(random() % 50) - 10, .name = "n" + std::to_string(random() % 7)};
    if (random() % 5 == 0) row.amount.reset();
    rows.push_back(row);
  }
  return rows;
}

std::string inserts(const std::string& table, const std::vector<Row>& rows) {
  std::string out = "INSERT INTO " + table + " VALUES ";
  for (const Row& row : rows) {
    out += (row.id == rows.front().id ? "(" : ", (") + std::to_string(row.id) + ", " +
           (row.amount ? std::to_string(*row.amount) : "NULL") + ", '" + row.name + "')";
  }
  return out;
}

void check_amounts(const ColumnProfile& profile, const std::vector<Row>& rows) {
  std::vector<double> values;
  for (const Row& row : rows) {
    if (row.amount) values.push_back(*row.amount);
  }
  std::sort(values.begin(), values.end());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  CHECK(profile.rows == static_cast<std::int64_t>(rows.size()));
  CHECK(profile.nulls == static_cast<std::int64_t>(rows.size() - values.size()));
  CHECK(profile.min == std::to_string(static_cast<int>(values.front())));
  CHECK(profile.max == std::to_string(static_cast<int>(values.back())));
  CHECK(profile.sum == doctest::Approx(sum));
  CHECK(profile.mean == doctest::Approx(sum / static_cast<double>(values.size())));
  const double distinct = static_cast<double>(std::set<double>(values.begin(), values.end()).size());
  CHECK(static_cast<double>(profile.distinct.value()) == doctest::Approx(distinct).epsilon(0.15));
  REQUIRE(profile.quantiles.size() == std::size(kQuantiles));
  for (std::size_t i = 0; i < std::size(kQuantiles); ++i) {
    const auto rank = static_cast<std::size_t>(std::ceil(kQuantiles[i] * static_cast<double>(values.size())));
    CHECK(profile.quantiles[i] == values[std::max<std::size_t>(rank, 1) - 1]);
  }
}

}  // namespace

TEST_CASE("profiles have what the columns of either side hold, with bars and frequent values side by side") {
  const std::vector<Row> prod = random_rows(1, 400);
  std::vector<Row> pr = random_rows(2, 300);
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, amount integer, name varchar);"
        "CREATE TABLE b (id bigint, amount integer, name varchar);" +
        inserts("a", prod) + ";" + inserts("b", pr));
    const TableProfiles profiles = profile(engine, request());
    CHECK(profiles.columns.size() == 3);
    CHECK(profiles.plan.size() ==
          5);  // columns, count, one a side, one sample: whatever the number of columns
    CHECK(profiles.prod_sampled == 400);
    CHECK(profiles.pr_sampled == 300);
    const ProfiledColumn& amount = profiled(profiles, "amount");
    check_amounts(amount.prod.value(), prod);
    check_amounts(amount.pr.value(), pr);

    // The bars are the same for both sides and hold every value once.
    REQUIRE(amount.histogram);
    CHECK(amount.histogram->low == -10);
    CHECK(amount.histogram->high == 39);
    std::vector<std::int64_t> bars(20);
    for (const Row& row : prod) {
      if (row.amount)
        ++bars[std::min<std::size_t>(19, static_cast<std::size_t>((*row.amount + 10) / (49 / 20.0)))];
    }
    CHECK(amount.histogram->prod == bars);
    CHECK(std::accumulate(amount.histogram->pr.begin(), amount.histogram->pr.end(), std::int64_t{0}) ==
          300 - amount.pr->nulls);

    std::map<std::string, FrequentValue> counts;
    for (const Row& row : prod) ++counts[row.name].prod;
    for (const Row& row : pr) ++counts[row.name].pr;
    const ProfiledColumn& names = profiled(profiles, "name");
    REQUIRE(names.frequent.size() == counts.size());
    for (const FrequentValue& value : names.frequent) {
      CHECK(value.prod == counts[value.value.value()].prod);
      CHECK(value.pr == counts[value.value.value()].pr);
    }
    CHECK(names.prod->min_length == 2);
    CHECK(names.prod->max_length == 2);
    CHECK(names.prod->mean_length == 2);
    CHECK(names.prod->distinct == 7);
    CHECK(profiled(profiles, "id").frequent.empty());
    CHECK(profiled(profiles, "id").prod_type != profiled(profiles, "id").pr_type);
  }
}

TEST_CASE("profiles of large tables rest on a sample and come near the truth") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const std::string numbers = std::string(name) == "postgres"
                                    ? "generate_series(1, 100000) AS t(n)"
                                    : "(SELECT range AS n FROM range(1, 100001)) t";
    engine.execute(
        "CREATE TABLE a AS SELECT n AS id, n AS unique_number, n % 5 AS few, n % 5000 AS many FROM " +
        numbers + "; CREATE TABLE b AS SELECT * FROM a");
    const TableProfiles profiles = profile(engine, request());
    CHECK(profiles.prod_sampled == profiles.pr_sampled);
    CHECK(profiles.prod_sampled == doctest::Approx(20'000).epsilon(0.05));
    const auto near = [&](const char* column, double truth) {
      CAPTURE(column);
      CHECK(static_cast<double>(*profiled(profiles, column).prod->distinct) ==
            doctest::Approx(truth).epsilon(0.2));
      CHECK(profiled(profiles, column).prod->distinct == profiled(profiles, column).pr->distinct);
    };
    near("unique_number", 100'000);
    near("few", 5);
    near("many", 5'000);
    CHECK(profiled(profiles, "few").frequent.size() == 5);
    CHECK(profiled(profiles, "unique_number").frequent.empty());
    CHECK(*profiled(profiles, "unique_number").prod->quantiles[2] == doctest::Approx(50'000).epsilon(0.03));
    TableDiffRequest keyless = request({});
    CHECK(profile(engine, keyless).prod_sampled == doctest::Approx(20'000).epsilon(0.05));
  }
}

TEST_CASE("of a masked column nothing but counts leaves the warehouse, and left-out ones are not profiled") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (mail varchar, pay integer, born date, gone varchar, skipped integer);"
        "INSERT INTO a VALUES ('ann@example.com', 4200, DATE '1990-02-03', 'secret', 1), ('bob@example.com', "
        "4300, "
        "NULL, 'secret', 1);"
        "CREATE TABLE b AS SELECT mail, pay, born, 'new secret' AS fresh, skipped FROM a");
    TableDiffRequest options = request({"mail"});
    for (const char* masked : {"mail", "pay", "born", "gone", "fresh"})
      options.masked_columns.emplace_back(masked);
    options.exclude_columns.emplace_back("skipped");
    const TableProfiles profiles = profile(engine, options);
    CHECK(profiles.columns.size() == 5);
    for (const ProfiledColumn& column : profiles.columns) {
      CAPTURE(column.name.value());
      CHECK(column.is_masked);
      CHECK_FALSE(column.histogram);
      CHECK(column.frequent.empty());
      for (const auto& side : {column.prod, column.pr}) {
        if (!side) continue;
        CHECK(side->rows == 2);
        CHECK(side->distinct.has_value());
        CHECK_FALSE(side->min);
        CHECK_FALSE(side->max);
        CHECK_FALSE(side->mean);
        CHECK_FALSE(side->sum);
        CHECK_FALSE(side->max_length);
        CHECK(side->quantiles.empty());
      }
    }
    // Nor does a masked key with the sample rows.
    engine.execute("UPDATE b SET pay = 1");
    const TableDiff diff = engine.diff(options);
    REQUIRE(diff.samples.changed.size() == 2);
    CHECK(diff.samples.changed[0].key[0] == "***");
  }
}

TEST_CASE("every type is profiled, and what would overflow does not") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    const bool is_postgres = std::string(name) == "postgres";
    engine.execute(
        "CREATE TABLE a (id integer, f double precision, d decimal(38,0), big bigint, yes boolean, t "
        "timestamp, z "
        "timestamp with time zone, u uuid, j json, l integer[], b " +
        std::string(is_postgres ? "bytea" : "blob") +
        ", i interval);"
        "INSERT INTO a VALUES (1, 1.7e308, 99999999999999999999999999999999999999, 9223372036854775807, "
        "true, "
        "TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01', '00000000-0000-0000-0000-000000000001', '{\"a\": "
        "1}', "
        "ARRAY[1, 2], NULL, INTERVAL '1 day'),"
        "(2, 1.7e308, 99999999999999999999999999999999999999, 9223372036854775807, false, TIMESTAMP "
        "'2024-01-03', "
        "NULL, NULL, NULL, NULL, NULL, NULL), (3, 'NaN', 1, -9223372036854775808, true, NULL, NULL, NULL, "
        "NULL, NULL, "
        "NULL, NULL), (4, 2.5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"
        "CREATE TABLE b AS SELECT * FROM a WHERE id > 100");
    const TableProfiles profiles = profile(engine, request());
    CHECK(profiled(profiles, "f").prod->mean == 2.5);
    CHECK(profiled(profiles, "d").prod->sum == doctest::Approx(2e38));
    CHECK(profiled(profiles, "big").prod->nulls == 1);
    CHECK(profiled(profiles, "yes").prod->trues == 2);
    CHECK(profiled(profiles, "t").prod->max.value().starts_with("2024-01-03"));
    REQUIRE(profiled(profiles, "t").histogram);
    CHECK(profiled(profiles, "t").histogram->low == 1704067200);
    CHECK(profiled(profiles, "t").histogram->prod[0] == 1);
    CHECK(profiled(profiles, "t").histogram->prod[19] == 1);
    for (const char* column : {"u", "j", "l", "i"}) {
      CAPTURE(column);
      CHECK(profiled(profiles, column).prod->nulls == 3);
      CHECK(profiled(profiles, column).prod->distinct == 1);
    }
    CHECK(profiled(profiles, "f").pr->rows == 0);
    CHECK_FALSE(profiled(profiles, "f").pr->mean);
  }
}

TEST_CASE("the timeline shows when rows changed, by a unit that fits, without rows whose key is repeated") {
  for (const char* name : kEngines) {
    CAPTURE(name);
    Engine engine(name);
    engine.execute(
        "CREATE TABLE a (id integer, day date, v integer, w integer); CREATE TABLE b (id integer, day "
        "timestamp, v "
        "integer, w integer);"
        "INSERT INTO a VALUES (1, DATE '2024-01-01', 1, 1), (2, DATE '2024-01-01', 1, 1), (3, DATE "
        "'2024-01-02', 1, 1), "
        "(4, DATE '2024-01-09', 1, 1), (6, NULL, 1, 1), (7, DATE '2024-01-01', 1, 1), (7, DATE '2024-01-01', "
        "1, 1);"
        "INSERT INTO b VALUES (1, TIMESTAMP '2024-01-01', 1, 1), (2, TIMESTAMP '2024-01-01', 2, 1), (3, "
        "TIMESTAMP "
        "'2024-01-02', 2, 2), (5, TIMESTAMP '2024-01-02', 1, 1), (6, NULL, 1, 1), (7, TIMESTAMP "
        "'2024-01-01', 1, 1)");
    const Timeline line = timeline(engine, request(), "day");
    CHECK(line.unit == "day");
    CHECK(line.columns == std::vector<Identifier>{Identifier("v"), Identifier("w")});
    std::map<std::string, TimelinePoint> points;
    for (const TimelinePoint& point : line.points) points[point.start.substr(0, 10)] = point;
    CHECK(points.size() == 4);
    CHECK(points["2024-01-01"].changed == 1);
    CHECK(points["2024-01-01"].unchanged == 1);
    CHECK(points["2024-01-01"].columns == std::vector<std::int64_t>{1, 0});
    CHECK(points["2024-01-01"].match_rate() == 0.5);
    CHECK(points["2024-01-02"].added == 1);
    CHECK(points["2024-01-02"].columns == std::vector<std::int64_t>{1, 1});
    CHECK(points["2024-01-09"].removed == 1);
    CHECK(points[""].unchanged == 1);
    CHECK(error_of([&] { timeline(engine, request(), "v"); }).problem().find("holds no time") !=
          std::string::npos);
    CHECK(error_of([&] { timeline(engine, request(), "dya"); }).hint().find("'day'") != std::string::npos);
    CHECK(error_of([&] { timeline(engine, request({}), "day"); }).problem().find("needs a key") !=
          std::string::npos);
  }
}
