#include "app/report/json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "app/report/model_words.hpp"
#include "sample_reports.hpp"

using namespace diffgate;
using namespace diffgate::app;
using Json = nlohmann::json;

TEST_CASE("every model of a report has the fields of compare, measured or not") {
  const Json report = Json::parse(report_json(test::ordinary_report()));
  for (const Json& model : report.at("models")) {
    CAPTURE(model.at("name"));
    for (const char* field : {"result", "reason", "rows", "keys", "schema", "columns", "match_score", "plan",
                              "seconds", "unique_id", "why", "gates", "notes"}) {
      CAPTURE(field);
      CHECK(model.contains(field));
    }
    CHECK_FALSE(model.at("reason").get<std::string>().empty());
    CHECK(model.at("keys").contains("columns"));
    CHECK(model.at("keys").contains("source"));
  }
  CHECK(report.at("verdict") == "fail");
  CHECK(report.at("counts").at("key_problems") == 1);
  CHECK(report.at("counts").at("diffs") == 9);
}

TEST_CASE("a keyless diff counts the rows in common, but has no changed rows and no key health") {
  const RunReport report = test::ordinary_report();
  const Json json = Json::parse(table_diff_json(*report.models[2].diff, "none"));
  CHECK(json.at("rows") == Json{{"prod", 9120},
                                {"pr", 9119},
                                {"added", 4},
                                {"removed", 5},
                                {"changed", nullptr},
                                {"unchanged", 9115}});
  CHECK(json.at("keys") == Json{{"columns", Json::array()},
                                {"source", "none"},
                                {"prod", {{"null", nullptr}, {"duplicate", nullptr}, {"distinct", nullptr}}},
                                {"pr", {{"null", nullptr}, {"duplicate", nullptr}, {"distinct", nullptr}}}});
}

TEST_CASE("of a sample of whole rows no changed ones are estimated, and the words speak of rows, not keys") {
  diff::TableDiff diff = *test::ordinary_report().models[2].diff;
  diff.sampled = diff::SampleFacts{.share = 0.02,
                                   .prod_rows = 180,
                                   .pr_rows = 181,
                                   .added = {.observed = 1, .value = 4, .low = 1, .high = 270},
                                   .removed = {.observed = 1, .value = 5, .low = 2, .high = 271},
                                   .changed = {},
                                   .unchanged = {.observed = 180, .value = 9115, .low = 8849, .high = 9118}};
  const Json sampled = Json::parse(table_diff_json(diff, "none")).at("sampled");
  CHECK(sampled.at("changed").is_null());
  CHECK(sampled.at("removed") == Json{{"observed", 1}, {"estimate", 5}, {"low", 2}, {"high", 271}});
  CHECK(remarks_of(diff).at(0) ==
        "2% of the rows were compared, the same on both sides: counts are estimates, with 95% confidence 4 "
        "added "
        "(1 to 270), 5 removed (2 to 271)");
}

TEST_CASE("names that are not UTF-8 do not break the answer") {
  CHECK(Json::parse(report_json(test::hostile_report(44))).at("models").size() == 44);
}
