#include "config/gates.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace diffgate::config;

TEST_CASE("a condition is one measure and its limit, or a yes/no measure alone") {
  struct Case {
    std::string when;
    std::string measure;
    std::string comparison;
    double limit;
  };
  const Case cases[] = {
      {"rows_removed_pct > 1", "rows_removed_pct", ">", 1},
      {"  rows_removed_pct>=1.5%  ", "rows_removed_pct", ">=", 1.5},
      {"match_score < 0.99", "match_score", "<", 0.99},
      {"rows_added<=10", "rows_added", "<=", 10},
      {"key_nulls != 0", "key_nulls", "!=", 0},
      {"key_duplicates == 1e3", "key_duplicates", "==", 1000},
      {"schema_break", "schema_break", "!=", 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.when);
    std::string error;
    const auto gate = parse_gate_condition(c.when, error);
    REQUIRE_MESSAGE(gate, error);
    CHECK(gate->measure == c.measure);
    CHECK(gate->comparison == c.comparison);
    CHECK(gate->limit == c.limit);
  }
}

TEST_CASE("a condition that can't be understood says why") {
  struct Case {
    std::string when;
    std::string error;
  };
  const Case cases[] = {
      {"", "the condition is empty or has no measure, write it as 'rows_removed_pct > 1'"},
      {"> 1", "the condition is empty or has no measure, write it as 'rows_removed_pct > 1'"},
      {"rows_removd > 1", "unknown measure 'rows_removd': did you mean 'rows_removed'?"},
      {"rows_removed", "rows_removed needs a limit: write 'rows_removed > 0'"},
      {"rows_removed = 1", "expected one of >, >=, <, <=, ==, != after rows_removed"},
      {"rows_removed >", "expected one number after '>' (rows)"},
      {"rows_removed > many", "expected one number after '>' (rows)"},
      {"rows_removed > 1%", "expected one number after '>' (rows)"},
      {"rows_removed > 1 and rows_added > 1", "expected one number after '>' (rows)"},
      {"rows_removed > inf", "expected one number after '>' (rows)"},
      {"rows_removed > nan", "expected one number after '>' (rows)"},
      {"schema_break > 0", "schema_break is yes or no: write it alone"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.when);
    std::string error;
    CHECK_FALSE(parse_gate_condition(c.when, error));
    CHECK(error == c.error);
  }
  std::string error;
  CHECK_FALSE(parse_gate_condition("zzzzzzzz", error));
  for (const GateMeasure& measure : gate_measures()) CHECK(error.find(measure.name) != std::string::npos);
}

TEST_CASE("every measure can be a gate's") {
  for (const GateMeasure& measure : gate_measures()) {
    CAPTURE(measure.name);
    std::string error;
    const std::string limit = measure.unit == "yes/no" ? "" : " > 0";
    CHECK(parse_gate_condition(std::string(measure.name) + limit, error));
  }
}

TEST_CASE("a gate fires exactly when its comparison holds") {
  struct Case {
    std::string when;
    double value;
    bool fires;
  };
  const Case cases[] = {
      {"rows_added > 1", 1, false},
      {"rows_added > 1", 2, true},
      {"rows_added >= 1", 1, true},
      {"rows_added < 1", 0, true},
      {"rows_added < 1", 1, false},
      {"rows_added <= 1", 1, true},
      {"rows_added == 1", 1, true},
      {"rows_added == 1", 2, false},
      {"rows_added != 1", 2, true},
      {"rows_added != 1", 1, false},
      {"schema_break", 1, true},
      {"schema_break", 0, false},
      {"rows_added != 1", std::numeric_limits<double>::quiet_NaN(), false},
      {"rows_added > 1", std::numeric_limits<double>::infinity(), false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.when);
    CAPTURE(c.value);
    std::string error;
    const auto gate = parse_gate_condition(c.when, error);
    REQUIRE(gate);
    CHECK(evaluate(*gate, "orders", {{gate->measure, c.value}}).has_value() == c.fires);
  }
}

TEST_CASE("a finding names the measured value and the limit") {
  std::string error;
  auto gate = parse_gate_condition("rows_removed_pct > 1", error);
  REQUIRE(gate);
  gate->severity = Severity::warn;
  const auto finding = evaluate(*gate, "orders", {{"rows_removed_pct", 12.5}});
  REQUIRE(finding);
  CHECK(finding->model == "orders");
  CHECK(finding->severity == Severity::warn);
  CHECK(finding->text == "rows_removed_pct is 12.5, limit: > 1");

  const auto rows = parse_gate_condition("rows_added > 1000000", error);
  CHECK(evaluate(*rows, "orders", {{"rows_added", 123456789}})->text ==
        "rows_added is 123456789, limit: > 1000000");
  const auto schema = parse_gate_condition("schema_break", error);
  CHECK(evaluate(*schema, "orders", {{"schema_break", 1}})->text ==
        "schema_break: a column was removed or has another type");
}

TEST_CASE("a value next to its limit is not shown as the limit") {
  std::string error;
  const auto gate = parse_gate_condition("match_score < 1", error);
  REQUIRE(gate);
  const auto finding = evaluate(*gate, "orders", {{"match_score", 0.99999999}});
  REQUIRE(finding);
  CHECK(finding->text == "match_score is 0.99999999, limit: < 1");
}

TEST_CASE("a measure that was not taken fires nothing") {
  std::string error;
  const auto gate = parse_gate_condition("rows_removed_pct < 1", error);
  REQUIRE(gate);
  CHECK_FALSE(evaluate(*gate, "orders", {}));
}
