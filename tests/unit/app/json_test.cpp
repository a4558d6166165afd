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
                                {"pr", {{"null", nullptr}, {"duplicate", nullptr}, {"distinct", nullptr}}},
                                {"unmatched_rows_differ", nullptr}});
}

TEST_CASE(
    "repeated keys of a sample are about so many, and of rows without a usable key it is said if they "
    "differ") {
  ModelResult result = test::ordinary_report().models[0];
  diff::TableDiff& diff = *result.diff;
  diff.pr_key = {.null_rows = 2, .duplicate_rows = 400, .distinct = 2'000, .is_estimate = true};
  CHECK(cells_of(result).keys == "~400\u00a0dup, 2\u00a0null");
  CHECK(summary_of(result).find("about 400 rows with a duplicate key, 2 rows with a null key") == 0);
  CHECK(key_count(diff.pr_key, diff.pr_key.distinct) == "~2,000");
  diff.pr_key.is_estimate = false;
  CHECK(cells_of(result).keys == "400\u00a0dup, 2\u00a0null");
  CHECK(unmatched_words(diff).empty());
  diff.unmatched_rows_differ = true;
  CHECK(summary_of(result).find("rows without a usable key differ") != std::string::npos);
  CHECK(unmatched_words(diff).find("differ") != std::string::npos);
  CHECK(Json::parse(model_json(result)).at("keys").at("unmatched_rows_differ") == true);
}

TEST_CASE("of a masked column of time, the report has the counts outside and not the times") {
  diff::TableDiff diff = *test::ordinary_report().models[0].diff;
  diff.overlap =
      diff::OverlapFacts{.column = diff::Identifier("seen"), .from = {}, .to = {}, .prod = {}, .pr = {}};
  diff.overlap->prod.before = 4;
  CHECK(remarks_of(diff).at(0) ==
        "only rows of the time by seen that both tables cover were compared; left out: production has 4 "
        "before");
  const Json overlap = Json::parse(table_diff_json(diff, "none")).at("overlap");
  CHECK(overlap.at("from").is_null());
  CHECK(overlap.at("left_out").at("prod").at("before") == 4);
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
