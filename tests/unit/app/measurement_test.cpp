#include "app/measurement.hpp"

#include <doctest/doctest.h>

#include "app/report/json.hpp"
#include "sample_reports.hpp"

using namespace diffgate;
using namespace diffgate::app;

TEST_CASE("what was measured comes back from its text as it was") {
  for (const ModelResult& result : test::ordinary_report().models) {
    CAPTURE(result.model.name);
    ModelResult read;
    read.model = result.model;
    REQUIRE(read_measurement(write_measurement(result), read));
    CHECK(read.kind == result.kind);
    CHECK(read.reason == result.reason);
    CHECK(read.notes == result.notes);
    CHECK(model_json(read) == model_json([&] {
            ModelResult without_gates = result;
            without_gates.gates.clear();
            return without_gates;
          }()));
    REQUIRE(read.diff.has_value() == result.diff.has_value());
    if (result.diff) {
      CHECK(read.diff->samples.changed.size() == result.diff->samples.changed.size());
      CHECK(read.diff->duration == result.diff->duration);
      CHECK(write_measurement(read) == write_measurement(result));
    }
  }
}

TEST_CASE("a measurement of another version is not read, and changes nothing") {
  ModelResult result = test::identical_model("orders", 10);
  const std::string good = write_measurement(result);
  ModelResult into;
  into.reason = "as before";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("[1,2]"), std::string("{\"kind\":1}"),
        good.substr(0, good.size() - 2), "[" + good + "]", good.substr(0, good.size() - 1) + ",1]"}) {
    CAPTURE(text);
    CHECK_FALSE(read_measurement(text, into));
    CHECK(into.reason == "as before");
    CHECK_FALSE(into.diff);
  }
}
