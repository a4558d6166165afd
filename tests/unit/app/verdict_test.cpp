#include "app/verdict.hpp"

#include <doctest/doctest.h>

#include "sample_reports.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

config::Gate gate(const std::string& when, config::Severity severity, const std::string& select = {}) {
  std::string error;
  auto parsed = config::parse_gate_condition(when, error);
  REQUIRE_MESSAGE(parsed.has_value(), error);
  parsed->severity = severity;
  parsed->select = select;
  return *parsed;
}

// 2 of 100 rows removed, 10 of the 98 others changed.
ModelResult changed_model(const std::string& name) {
  ModelResult result = test::identical_model(name, 100);
  result.kind = ModelResultKind::different;
  result.diff->rows = {100, 98, 0, 2, 10, 88};
  result.diff->match_score = 0.97;
  diff::ColumnDiff column;
  column.name = diff::Identifier("amount");
  column.changed = 10;
  result.diff->columns = {column};
  return result;
}

RunReport report_of(std::vector<ModelResult> models) {
  RunReport report;
  report.models = std::move(models);
  return report;
}

}  // namespace

TEST_CASE("every measure that a gate may name is taken of a compared model") {
  const config::Measurements measured = measurements(changed_model("orders"));
  for (const config::GateMeasure& measure : config::gate_measures()) {
    CAPTURE(measure.name);
    CHECK(measured.count(measure.name) == 1);
  }
  CHECK(measured.size() == config::gate_measures().size());
  CHECK(measured.at("rows_removed_pct") == doctest::Approx(2));
  CHECK(measured.at("rows_changed_pct") == doctest::Approx(100.0 * 10 / 98));
  CHECK(measured.at("column_changed_pct_max") == doctest::Approx(100.0 * 10 / 98));
  CHECK(measured.at("schema_break") == 0);
}

TEST_CASE("what was not measured has no number") {
  ModelResult keyless = changed_model("orders");
  keyless.diff->key.clear();
  keyless.diff->rows.changed.reset();
  const auto measured = measurements(keyless);
  CHECK(measured.count("rows_changed") == 0);
  CHECK(measured.count("key_nulls") == 0);
  CHECK(measured.count("rows_removed") == 1);
  ModelResult error = changed_model("orders");
  error.kind = ModelResultKind::error;
  CHECK(measurements(error) == config::Measurements{{"contract_break", 0}});
}

TEST_CASE("a broken contract is measured of a model that has no tables to compare, too") {
  ModelResult removed = changed_model("orders");
  removed.diff.reset();
  removed.kind = ModelResultKind::removed;
  removed.model.contract_breaks = {"the model was deleted or renamed"};
  CHECK(measurements(removed).at("contract_break") == 1);
}

TEST_CASE("an added column breaks nothing, a removed or retyped one does") {
  ModelResult result = changed_model("orders");
  result.diff->schema.added = {{diff::Identifier("a"), "int", true}};
  CHECK(measurements(result).at("schema_break") == 0);
  result.diff->schema.retyped = {{diff::Identifier("b"), "int", "text"}};
  CHECK(measurements(result).at("schema_break") == 1);
}

TEST_CASE("gates of each severity pass, warn or fail") {
  struct {
    config::Severity severity;
    Verdict verdict;
    std::size_t reasons;
  } const cases[] = {{config::Severity::note, Verdict::pass, 0},
                     {config::Severity::warn, Verdict::warn, 1},
                     {config::Severity::fail, Verdict::fail, 1}};
  for (const auto& [severity, verdict, reasons] : cases) {
    RunReport report = report_of({changed_model("orders"), test::identical_model("customers", 5)});
    config::Rules rules;
    rules.gates = {gate("rows_removed_pct > 1", severity)};
    judge(report, rules);
    CHECK(report.verdict == verdict);
    CHECK(report.verdict_reasons.size() == reasons);
    CHECK(report.models[0].gates.size() == 1);
    CHECK(report.models[1].gates.empty());
    judge(report, rules);
    CHECK(report.models[0].gates.size() == 1);
    CHECK(report.verdict_reasons.size() == reasons);
  }
}

TEST_CASE("a gate's selector picks its models, by name or by what the manifests say") {
  config::Rules rules;
  const std::vector<ModelResult> models = {changed_model("orders"), changed_model("stg_orders")};
  struct {
    const char* select;
    std::vector<std::size_t> findings;
  } const cases[] = {{"orders", {1, 0}}, {"stg_*", {0, 1}}, {"orders stg_orders", {1, 1}},
                     {"*", {1, 1}},      {"other", {0, 0}}, {"", {1, 1}}};
  for (const auto& [select, findings] : cases) {
    CAPTURE(select);
    rules.gates = {gate("rows_removed > 1", config::Severity::fail, select)};
    RunReport report = report_of(models);
    judge(report, rules);
    CHECK(report.models[0].gates.size() == findings[0]);
    CHECK(report.models[1].gates.size() == findings[1]);
  }
  rules.gates = {gate("rows_removed > 1", config::Severity::fail, "tag:finance+")};
  RunReport report = report_of(models);
  judge(report, rules,
        [](const config::Gate&, const dbt::UniqueId& id) { return id.value() == "model.shop.orders"; });
  CHECK(report.models[0].gates.size() == 1);
  CHECK(report.models[1].gates.empty());
}

TEST_CASE("a gate that can't be evaluated is said, not passed over") {
  config::Rules rules;
  rules.gates = {gate("rows_removed > 1", config::Severity::fail, "tag:finance")};
  RunReport report = report_of({changed_model("orders")});
  judge(report, rules);
  CHECK(report.verdict == Verdict::warn);
  REQUIRE(report.verdict_reasons.size() == 1);
  CHECK(report.verdict_reasons[0].find("tag:finance") != std::string::npos);
}

TEST_CASE("a model's own gates hold for it alone") {
  RunReport report = report_of({changed_model("orders"), changed_model("customers")});
  report.models[0].model.yaml.gates = {{"rows_removed > 1", dbt::GateSeverity::warn}, {"schema_break", {}}};
  judge(report, {});
  CHECK(report.verdict == Verdict::warn);
  CHECK(report.models[0].gates.size() == 1);
  CHECK(report.models[1].gates.empty());
  report.models[1].model.yaml.gates = {{"rows_changed_pct > 5", dbt::GateSeverity::fail}};
  judge(report, {});
  CHECK(report.verdict == Verdict::fail);
  CHECK(report.models[0].gates.size() == 1);
}

TEST_CASE("a gate of a model's YAML that can't be understood is a warning, and the others hold") {
  dbt::Plan plan;
  plan.models = {test::planned_model("orders")};
  plan.models[0].yaml_file = "models/schema.yml";
  plan.models[0].yaml.gates = {{"rows_gone > 1", {}}, {"rows_removed > 1", {}}, {"rows_removed", {}}};
  drop_wrong_gates(plan);
  REQUIRE(plan.models[0].yaml.gates.size() == 1);
  CHECK(plan.models[0].yaml.gates[0].when == "rows_removed > 1");
  REQUIRE(plan.warnings.size() == 2);
  CHECK(plan.warnings[0].starts_with("model orders: meta.diffgate.gates: "));
  CHECK(plan.warnings[0].find("rows_gone") != std::string::npos);
  CHECK(plan.warnings[0].ends_with("(models/schema.yml)"));
}

TEST_CASE("differences alone pass") {
  RunReport report = report_of({changed_model("orders")});
  judge(report, {});
  CHECK(report.verdict == Verdict::pass);
  CHECK(report.verdict_reasons.empty());
}

TEST_CASE("key problems fail only by the rule, errors unless the rule forgives them") {
  ModelResult bad_key = changed_model("orders");
  bad_key.kind = ModelResultKind::bad_pks;
  bad_key.diff->pr_key.duplicate_rows = 2;
  ModelResult error;
  error.model = test::planned_model("events");
  error.kind = ModelResultKind::error;
  error.reason = "permission denied";
  struct {
    ModelResult model;
    bool fail_on_keys;
    bool forgive_errors;
    Verdict verdict;
    std::size_t reasons;
  } const cases[] = {
      {bad_key, false, false, Verdict::pass, 0}, {bad_key, true, false, Verdict::fail, 1},
      {bad_key, true, true, Verdict::fail, 1},   {error, false, false, Verdict::fail, 1},
      {error, false, true, Verdict::pass, 1},
  };
  for (const auto& [model, fail_on_keys, forgive_errors, verdict, reasons] : cases) {
    CAPTURE(model.model.name);
    CAPTURE(fail_on_keys);
    CAPTURE(forgive_errors);
    RunReport report = report_of({model});
    config::Rules rules;
    rules.fail_on_primary_key_issues = fail_on_keys;
    rules.report_errors_as_success = forgive_errors;
    judge(report, rules);
    CHECK(report.verdict == verdict);
    CHECK(report.verdict_reasons.size() == reasons);
  }
}

TEST_CASE("a key problem of production alone is not the pull request's") {
  ModelResult fixed = changed_model("orders");
  fixed.diff->prod_key.duplicate_rows = 4;
  CHECK_FALSE(has_key_problem(fixed));
}

TEST_CASE("a model that was not built warns") {
  ModelResult model;
  model.model = test::planned_model("orders");
  model.kind = ModelResultKind::not_built;
  model.reason = "Database Error";
  RunReport report = report_of({model});
  judge(report, {});
  CHECK(report.verdict == Verdict::warn);
}

TEST_CASE("the headline counts each model once, worst first") {
  RunReport report = test::ordinary_report();
  CHECK(
      headline(report) ==
      "9 diffs: 1 error, 2 different, 1 key problem, 1 new, 4 identical; 1 not built, 1 removed, 2 skipped");
  report.models.clear();
  CHECK(headline(report) == "nothing to diff: no model changed");
  report.models = {test::identical_model("a", 1)};
  CHECK(headline(report) == "1 diff: 1 identical");
}

TEST_CASE("worst first: errors, key problems, the most different, then the rest") {
  const RunReport report = test::ordinary_report();
  std::vector<std::string> names;
  for (const std::size_t index : worst_first(report)) names.push_back(report.models[index].model.name);
  names.resize(7);
  CHECK(names == std::vector<std::string>{"stg_events", "dim_customers", "orders", "fct_payments",
                                          "customer_ltv", "fct_refunds", "legacy_orders"});
}
