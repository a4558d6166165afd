#include "app/report/json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

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

TEST_CASE("names that are not UTF-8 do not break the answer") {
  CHECK(Json::parse(report_json(test::hostile_report(44))).at("models").size() == 44);
}
