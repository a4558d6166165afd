#include "sample_reports.hpp"

#include <fmt/format.h>

namespace diffgate::test {
namespace {

using app::ModelResult;
using app::ModelResultKind;

diff::ColumnDiff column(const std::string& name, std::int64_t changed, std::int64_t became_null = 0,
                        std::int64_t was_null = 0) {
  diff::ColumnDiff out;
  out.name = diff::Identifier(name);
  out.changed = changed;
  out.became_null = became_null;
  out.was_null = was_null;
  return out;
}

ModelResult orders() {
  ModelResult result = identical_model("orders", 1'204'350);
  result.kind = ModelResultKind::different;
  result.reason = "rows, values and schema differ";
  result.model.changes = {dbt::StateChange::body, dbt::StateChange::macros};
  result.model.change_words = {"code", "macro cents_to_euros"};
  result.model.materialization = "incremental";
  diff::TableDiff& diff = *result.diff;
  diff.result = diff::Result::different;
  diff.rows = {1'204'350, 1'204'359, 12, 3, 240'021, 964'326};
  diff.prod_key.distinct = 1'204'350;
  diff.pr_key.distinct = 1'204'359;
  diff.columns = {column("amount", 240'021, 3), column("status", 480, 0, 12), column("currency", 1),
                  column("ordered_at", 0), column("customer_id", 0)};
  diff.columns.push_back(column("payload", 0));
  diff.columns.back().not_compared = "retyped from json to text";
  diff.schema.added = {{diff::Identifier("discount"), "DECIMAL(18,2)", true}};
  diff.schema.retyped = {{diff::Identifier("payload"), "JSON", "VARCHAR"}};
  diff.samples.columns = {diff::Identifier("amount"), diff::Identifier("status")};
  diff.samples.changed = {{{"17"}, {"10.00", "paid"}, {"12.00", "paid"}},
                          {{"18"}, {"7.50", "open"}, {std::nullopt, "paid"}}};
  diff.samples.added = {{{"1204351"}, {}, {"3.10", "open"}}};
  return result;
}

ModelResult customers() {
  ModelResult result = identical_model("dim_customers", 48'210);
  result.kind = ModelResultKind::bad_pks;
  result.reason = "5 rows with a duplicate key in the PR";
  result.model.reason = dbt::PlanReason::downstream;
  result.model.changes = {};
  result.model.change_words = {};
  result.model.detail = "downstream of orders";
  result.model.key.source = dbt::KeySource::unique_key_config;
  diff::TableDiff& diff = *result.diff;
  diff.result = diff::Result::bad_pks;
  diff.rows = {48'210, 48'214, 0, 1, 0, 48'207};
  diff.pr_key = {1, 5, 48'209};
  diff.columns = {column("lifetime_value", 0)};
  return result;
}

ModelResult payments() {
  ModelResult result = identical_model("fct_payments", 9'120);
  result.kind = ModelResultKind::different;
  result.reason = "whole rows differ";
  result.model.key = {};
  diff::TableDiff& diff = *result.diff;
  diff.result = diff::Result::different;
  diff.key.clear();
  diff.rows = {9'120, 9'119, 4, 5, std::nullopt, 9'115};
  diff.columns.clear();
  return result;
}

ModelResult events() {
  ModelResult result;
  result.model = planned_model("stg_events");
  result.kind = ModelResultKind::error;
  result.reason =
      "prod.stg_events: permission denied for table stg_events (SQLSTATE 42501) (grant select to diffgate)";
  return result;
}

ModelResult new_model() {
  ModelResult result;
  result.model = planned_model("customer_ltv");
  result.model.action = dbt::PlanAction::profile;
  result.model.reason = dbt::PlanReason::is_new;
  result.model.changes = {dbt::StateChange::is_new};
  result.model.prod_relation.clear();
  result.kind = ModelResultKind::is_new;
  result.reason = "new: there is no production table to compare with";
  result.profile = diff::TableProfile{};
  result.profile->rows = 48'209;
  result.profile->columns = {{diff::Identifier("customer_ltv_id"), "BIGINT", false},
                             {diff::Identifier("ltv"), "DOUBLE", true}};
  result.profile->key.distinct = 48'209;
  return result;
}

ModelResult without_diff(const std::string& name, ModelResultKind kind, dbt::PlanReason reason,
                         const std::string& words) {
  ModelResult result;
  result.model = planned_model(name);
  result.model.action = kind == ModelResultKind::removed ? dbt::PlanAction::list : dbt::PlanAction::skip;
  result.model.reason = reason;
  result.model.changes = {};
  result.model.change_words = {};
  result.model.pr_relation.clear();
  result.kind = kind;
  result.reason = words;
  return result;
}

}  // namespace

dbt::PlannedModel planned_model(const std::string& name) {
  dbt::PlannedModel model;
  model.id = dbt::UniqueId("model.shop." + name);
  model.name = name;
  model.resource_type = "model";
  model.materialization = "table";
  model.action = dbt::PlanAction::diff;
  model.reason = dbt::PlanReason::modified;
  model.changes = {dbt::StateChange::body};
  model.change_words = {"code"};
  model.prod_relation = "\"shop\".\"prod\".\"" + name + "\"";
  model.pr_relation = "\"shop\".\"pr_7\".\"" + name + "\"";
  model.key.columns = {name + "_id"};
  model.key.source = dbt::KeySource::unique_test;
  model.sql_file = "models/" + name + ".sql";
  model.yaml_file = "models/schema.yml";
  return model;
}

ModelResult identical_model(const std::string& name, std::int64_t rows) {
  ModelResult result;
  result.model = planned_model(name);
  result.kind = ModelResultKind::identical;
  result.reason = "both tables hold the same rows";
  diff::TableDiff diff;
  diff.rows = {rows, rows, 0, 0, 0, rows};
  diff.key = {diff::Identifier(name + "_id")};
  diff.prod_key.distinct = rows;
  diff.pr_key.distinct = rows;
  diff.plan = {"columns", "fingerprint"};
  diff.duration = std::chrono::milliseconds(120);
  result.diff = diff;
  return result;
}

app::RunReport ordinary_report() {
  app::RunReport report;
  report.project = "shop";
  report.repository = "acme/shop";
  report.pull_request = 7;
  report.details_url = "https://diffgate.example.com/runs/42";
  report.prod_sha = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567";
  report.pr_sha = "89abcdef0123456789abcdef0123456789abcdef";
  report.base_branch = "main";
  report.head_branch = "fix/order-amounts";
  report.models = {orders(), customers(), payments(), events(), new_model()};
  for (const char* name : {"stg_orders", "stg_payments", "stg_customers", "order_items"}) {
    report.models.push_back(identical_model(name, 1'000));
  }
  report.models.push_back(without_diff("legacy_orders", ModelResultKind::removed, dbt::PlanReason::removed,
                                       "removed by the pull request"));
  report.models.push_back(without_diff("fct_refunds", ModelResultKind::not_built, dbt::PlanReason::not_built,
                                       "Database Error: column \"refund\" does not exist"));
  report.models.push_back(without_diff("int_order_totals", ModelResultKind::skipped,
                                       dbt::PlanReason::not_diffable, "ephemeral: it has no table"));
  report.models.push_back(without_diff("big_log", ModelResultKind::skipped, dbt::PlanReason::never_diff,
                                       "never_diff in its YAML"));
  report.assets = {{dbt::UniqueId("exposure.shop.revenue"),
                    "dashboard",
                    "Weekly revenue",
                    "Finance",
                    "https://bi.example.com/d/12",
                    {dbt::UniqueId("model.shop.orders"), dbt::UniqueId("model.shop.dim_customers")}},
                   {dbt::UniqueId("exposure.shop.ops"),
                    "notebook",
                    "Ops",
                    "",
                    "",
                    {dbt::UniqueId("model.shop.stg_orders")}}};
  report.warnings = {"the production manifest is of 0f1e2d3, two commits behind the merge base"};
  report.lineage =
      "flowchart LR\n  n0[\"orders\"]:::modified --> n1[\"dim_customers\"]\n  classDef modified "
      "stroke-width:3px\n";
  report.verdict = app::Verdict::fail;
  report.verdict_reasons = {"stg_events could not be compared: permission denied for table stg_events",
                            "orders: rows_changed_pct is 19.9, limit: > 5"};
  report.models[0].gates = {{"orders", config::Severity::fail, "rows_changed_pct is 19.9, limit: > 5"}};
  report.duration = std::chrono::milliseconds(8'240);
  return report;
}

app::RunReport hostile_report(std::size_t models) {
  const std::vector<std::string> names = {"a|b|c",
                                          "`tick``s`",
                                          "</details><script>alert(1)</script>",
                                          "--> <!--",
                                          "@everyone and @org/team",
                                          "[x](javascript:alert(1))",
                                          "line\nbreak\r\n# heading",
                                          "**bold** __under__ ~~gone~~",
                                          "\xff\xfe broken \xc3(",
                                          "```\nfence",
                                          "| --- |",
                                          "&lt;b&gt; &amp;",
                                          "\xe2\x80\xae reversed",
                                          "#1 !2 $3 ~4 %5 &6",
                                          "https://evil.example",
                                          ":tada: $x$",
                                          "'quote' \"double\"",
                                          "\\",
                                          "",
                                          std::string(5'000, 'x'),
                                          "<img src=x onerror=alert(1)>",
                                          "</summary></table>"};
  app::RunReport report = ordinary_report();
  const ModelResult pattern = report.models[0];
  report.models.clear();
  report.since = app::SinceLastPush{names[models % names.size()], {}, 3};
  for (std::size_t i = 0; i < models; ++i) {
    const std::string& other = names[(i + 1) % names.size()];
    report.since->changes.push_back({other, other, other});
    const std::string& name = names[i % names.size()];
    ModelResult result = pattern;
    result.model.id = dbt::UniqueId(fmt::format("model.shop.{}", i));
    result.model.name = name;
    result.model.prod_relation = name;
    result.model.detail = name;
    result.model.yaml_file = name;
    result.model.key.columns = {name};
    result.model.key.notes = {name};
    result.notes = {name};
    if (i % 2 == 0) result.accepted = app::Acceptance{name, name, name, {}};
    result.diff->key = {diff::Identifier(name)};
    for (diff::ColumnDiff& changed : result.diff->columns) changed.name = diff::Identifier(name);
    result.diff->columns.back().not_compared = name;
    result.diff->schema.added = {{diff::Identifier(name), name, true}};
    result.diff->samples.columns = {diff::Identifier(name), diff::Identifier(name)};
    result.diff->samples.changed = {{{name}, {name, std::nullopt}, {"x", name}}};
    if (i % 5 == 1) result.kind = ModelResultKind::error;
    if (i % 5 == 2) {
      result.model.key.columns.clear();
      result.diff->key.clear();
    }
    if (i % 5 == 3) {
      result.kind = ModelResultKind::skipped;
      result.diff.reset();
    }
    if (i % 5 == 4) result.kind = ModelResultKind::identical;
    result.reason = name;
    report.models.push_back(result);
    report.warnings.push_back(name);
    report.verdict_reasons.push_back(name);
    report.assets.push_back({result.model.id, name, name, name, name, {result.model.id}});
  }
  report.base_branch = report.head_branch = report.project = names[2];
  report.details_url = "javascript:alert(1)";
  report.lineage = "flowchart LR\n  a[\"```\"]\n````\n";
  return report;
}

}  // namespace diffgate::test
