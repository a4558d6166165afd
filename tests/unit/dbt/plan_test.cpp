#include "dbt/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "net/error.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

// Production stands in another schema, as it does in life.
constexpr const char* kProduction = R"([
  {"op": "replace", "path": "/nodes/model.shop.stg_customers/relation_name", "value": "\"prod\".\"main\".\"stg_customers\""},
  {"op": "replace", "path": "/nodes/model.shop.orders/relation_name", "value": "\"prod\".\"main\".\"orders\""},
  {"op": "replace", "path": "/nodes/model.shop.customers/relation_name", "value": "\"prod\".\"main\".\"customers\""},
  {"op": "replace", "path": "/nodes/seed.shop.customers_raw/relation_name", "value": "\"prod\".\"main\".\"customers_raw\""},
  {"op": "replace", "path": "/nodes/snapshot.shop.customers_snapshot/relation_name", "value": "\"prod\".\"main\".\"s\""}])";

constexpr const char* kEditedCustomersRaw =
    R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum/checksum", "value": "new"}])";

constexpr const char* kEditedOrders =
    R"([{"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": "select 1"}])";

Plan plan_of(const char* change, const PlanOptions& options = {}, const char* more = "[]") {
  return make_plan(small_manifest(kProduction), small_manifest(change, more), options);
}

const PlannedModel& model_of(const Plan& plan, const std::string& id) {
  const auto found = std::find_if(plan.models.begin(), plan.models.end(),
                                  [&](const auto& model) { return model.id.value() == id; });
  REQUIRE_MESSAGE(found != plan.models.end(), id);
  return *found;
}

std::string order_of(const Plan& plan) {
  std::string text;
  for (const PlannedModel& model : plan.models) {
    text += (text.empty() ? "" : " ") + model.name + ":" + std::string(name_of(model.reason));
  }
  return text;
}

bool warns(const Plan& plan, std::string_view part) {
  return std::any_of(plan.warnings.begin(), plan.warnings.end(),
                     [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

std::string run_results(const std::string& results, const std::string& command = "build") {
  return R"({"args": {"which": ")" + command + R"("}, "results": [)" + results + "]}";
}

}  // namespace

TEST_CASE("a plan holds what changed first, then what it reaches by depth, then the rest") {
  const Plan plan = plan_of(kEditedCustomersRaw);
  CHECK(order_of(plan) ==
        "customers_raw:modified customers_snapshot:downstream stg_customers:downstream customers:downstream");
  const PlannedModel& customers = model_of(plan, "model.shop.customers");
  CHECK(customers.depth == 2);
  CHECK(customers.detail == "downstream of customers_raw");
  CHECK(customers.prod_relation == R"("prod"."main"."customers")");
  CHECK(customers.pr_relation == R"("dev"."main"."customers")");
  CHECK(customers.upstream == std::vector<UniqueId>{UniqueId("model.shop.stg_customers")});
  CHECK(model_of(plan, "seed.shop.customers_raw").changes == std::vector<StateChange>{StateChange::body});
  CHECK(plan.diffs() == 4);
}

TEST_CASE("exposures, saved queries and metrics downstream are listed with what they read") {
  const Plan plan = plan_of(kEditedOrders);
  std::vector<std::string> types;
  for (const DownstreamAsset& each : plan.assets) types.push_back(each.type);
  REQUIRE(types == std::vector<std::string>{"dashboard", "saved query", "metric"});
  CHECK(plan.assets[2].name == "Revenue");
  CHECK(plan.assets[2].reads == std::vector<UniqueId>{UniqueId("model.shop.orders")});
  const DownstreamAsset& asset = plan.assets.front();
  CHECK(asset.name == "dashboard");
  CHECK(asset.type == "dashboard");
  CHECK(asset.owner == "Dana");
  CHECK(asset.url == "https://example.com/d");
  CHECK(asset.reads ==
        std::vector<UniqueId>{UniqueId("model.shop.customers"), UniqueId("model.shop.orders")});
}

TEST_CASE("each reason to leave a model out is given") {
  PlanOptions slim;
  slim.slim_diff = true;
  CHECK(order_of(plan_of(kEditedOrders, slim)) == "orders:modified customers:slim_diff");
  slim.also_downstream = {"customers"};
  CHECK(order_of(plan_of(kEditedOrders, slim)) == "orders:modified customers:downstream");
  slim.also_downstream.clear();
  slim.diff_all_downstream = true;
  CHECK(order_of(plan_of(kEditedOrders, slim)) == "orders:modified customers:downstream");
  slim.diff_all_downstream = false;
  CHECK(order_of(
            plan_of(kEditedOrders, slim, R"([{"op": "add", "path": "/nodes/model.shop.customers/config/meta",
      "value": {"datafold": {"datadiff": {"slim_diff": "diff_when_downstream"}}}}])")) ==
        "orders:modified customers:downstream");

  PlanOptions options;
  CHECK(order_of(plan_of(kEditedOrders, options, R"([{"op": "add", "path": "/nodes/model.shop.customers/meta",
      "value": {"diffgate": {"never_diff": true}}}])")) == "orders:modified customers:never_diff");
  options.select = "orders";
  CHECK(order_of(plan_of(kEditedOrders, options)) == "orders:modified customers:not_selected");
  options.select = "";
  options.exclude = "orders";
  CHECK(order_of(plan_of(kEditedOrders, options)) == "customers:downstream orders:not_selected");
  // Ephemeral: no table, but its readers have one.
  CHECK(order_of(plan_of(
            R"([{"op": "replace", "path": "/nodes/model.shop.stg_orders/raw_code", "value": "x"}])")) ==
        "orders:downstream customers:downstream stg_orders:not_diffable");
  const Manifest same = small_manifest();
  CHECK(order_of(make_plan(same, small_manifest(kEditedOrders), {})) ==
        "orders:same_relation customers:same_relation");
}

TEST_CASE("new models are profiled, removed and disabled ones listed") {
  const Plan added =
      plan_of(R"([{"op": "copy", "from": "/nodes/model.shop.orders", "path": "/nodes/model.shop.new"}])");
  const PlannedModel& fresh = model_of(added, "model.shop.new");
  CHECK(fresh.action == PlanAction::profile);
  CHECK(fresh.reason == PlanReason::is_new);
  CHECK(fresh.prod_relation.empty());

  const Plan removed = plan_of(R"([{"op": "remove", "path": "/nodes/model.shop.orders"}])");
  CHECK(model_of(removed, "model.shop.orders").action == PlanAction::list);
  CHECK(model_of(removed, "model.shop.orders").reason == PlanReason::removed);
  CHECK(model_of(removed, "model.shop.orders").prod_relation == R"("prod"."main"."orders")");

  const Plan disabled = plan_of(R"([{"op": "remove", "path": "/nodes/model.shop.orders"},
                                    {"op": "add", "path": "/disabled/model.shop.orders", "value": [{}]}])");
  CHECK(model_of(disabled, "model.shop.orders").reason == PlanReason::disabled);
}

TEST_CASE("what the pull request's run built decides, if the run built anything") {
  PlanOptions options;
  options.run_results_json = run_results(
      R"({"unique_id": "seed.shop.customers_raw", "status": "success"},
         {"unique_id": "model.shop.stg_customers", "status": "error", "message": "no such column"},
         {"unique_id": "model.shop.customers", "status": "skipped", "message": null})");
  const Plan plan = plan_of(kEditedCustomersRaw, options);
  CHECK(model_of(plan, "seed.shop.customers_raw").action == PlanAction::diff);
  CHECK(model_of(plan, "model.shop.stg_customers").reason == PlanReason::not_built);
  CHECK(model_of(plan, "model.shop.stg_customers").detail == "error: no such column");
  CHECK(model_of(plan, "model.shop.customers").reason == PlanReason::not_built);
  CHECK(model_of(plan, "model.shop.customers").detail == "skipped");
  CHECK(model_of(plan, "snapshot.shop.customers_snapshot").reason == PlanReason::deferred);

  // dbt compile writes "success" too, and has built nothing.
  options.run_results_json =
      run_results(R"({"unique_id": "model.shop.orders", "status": "success"})", "compile");
  const Plan compiled = plan_of(kEditedCustomersRaw, options);
  CHECK(compiled.diffs() == 4);
  CHECK(warns(compiled, "'dbt compile', which builds nothing"));

  options.run_results_json = "[]";
  CHECK_THROWS_WITH_AS((void)plan_of(kEditedCustomersRaw, options), doctest::Contains("run_results.json"),
                       diffgate::Error);
}

TEST_CASE("a seed too large for dbt to hash is found through the changed files") {
  const char* const large = R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum",
                                 "value": {"name": "path", "checksum": "seeds/customers_raw.csv"}}])";
  const Manifest base = small_manifest(kProduction, large);
  PlanOptions options;
  CHECK(make_plan(base, small_manifest(large), options).models.empty());
  options.state.changed_files = {"seeds/customers_raw.csv"};
  const Plan plan = make_plan(base, small_manifest(large), options);
  CHECK(model_of(plan, "seed.shop.customers_raw").reason == PlanReason::modified);
  CHECK(plan.models.size() == 4);
}

TEST_CASE("a project under another name is the same project if its models are") {
  const Plan plan = make_plan(
      small_manifest(),
      small_manifest(R"([{"op": "replace", "path": "/metadata/project_name", "value": "store"}])"), {});
  CHECK(plan.models.empty());
  CHECK(warns(plan,
              "the project has another name: production's manifest is of 'shop', the pull request's of "
              "'store'"));
}

TEST_CASE("manifests of different projects are refused, by name or by id") {
  // What two projects share is one package at most.
  constexpr const char* kOtherModels =
      R"([{"op": "move", "from": "/nodes/model.shop.stg_customers", "path": "/nodes/model.other.stg_customers"},
          {"op": "move", "from": "/nodes/model.shop.customers", "path": "/nodes/model.other.customers"},
          {"op": "move", "from": "/nodes/model.shop.orders", "path": "/nodes/model.other.orders"},
          {"op": "move", "from": "/nodes/model.shop.stg_orders", "path": "/nodes/model.other.stg_orders"}])";
  const auto refused = [&](const char* base, const char* head) {
    CHECK_THROWS_WITH_AS((void)make_plan(small_manifest(base), small_manifest(head, kOtherModels), {}),
                         doctest::Contains("different dbt projects"), diffgate::Error);
  };
  refused("[]", R"([{"op": "replace", "path": "/metadata/project_name", "value": "other"}])");
  refused(R"([{"op": "remove", "path": "/metadata/project_name"}])",
          R"([{"op": "remove", "path": "/metadata/project_name"},
              {"op": "replace", "path": "/metadata/project_id", "value": "other"}])");
}

TEST_CASE("another dbt or adapter is worth a warning, and dbt's own macros can be left out") {
  const char* const upgraded = R"([
    {"op": "replace", "path": "/metadata/dbt_version", "value": "1.12.1"},
    {"op": "replace", "path": "/metadata/adapter_type", "value": "postgres"},
    {"op": "add", "path": "/macros/macro.dbt.statement", "value": {"macro_sql": "new"}},
    {"op": "add", "path": "/nodes/model.shop.orders/depends_on/macros", "value": ["macro.dbt.statement"]},
    {"op": "replace", "path": "/macros/macro.shop.clean/macro_sql", "value": "new"}])";
  PlanOptions options;
  const Plan plan = plan_of(upgraded, options);
  CHECK(warns(plan, "of dbt 1.12.0, the pull request's of dbt 1.12.1"));
  CHECK(warns(plan, "is for duckdb, the pull request's for postgres"));
  CHECK(model_of(plan, "model.shop.orders").changes == std::vector<StateChange>{StateChange::macros});

  options.state.ignore_builtin_macros = true;
  const Plan without = plan_of(upgraded, options);
  CHECK(order_of(without) == "stg_customers:modified customers:downstream");
}

TEST_CASE("models of which only the configured schema changed can be left out") {
  const char* const moved =
      R"([{"op": "add", "path": "/nodes/model.shop.orders/unrendered_config/schema", "value": "x"}])";
  PlanOptions options;
  CHECK(order_of(plan_of(moved, options)) == "orders:modified customers:downstream");
  options.state.ignore_relation_only = true;
  CHECK(plan_of(moved, options).models.empty());
}

TEST_CASE("keys of both sides are told when they differ") {
  const Plan plan = plan_of(
      kEditedOrders, {},
      R"([{"op": "add", "path": "/nodes/model.shop.orders/config/unique_key", "value": ["a", "b"]}])");
  const PlannedModel& orders = model_of(plan, "model.shop.orders");
  CHECK(orders.key.columns == std::vector<std::string>{"a", "b"});
  REQUIRE(orders.prod_key);
  CHECK(orders.prod_key->columns == std::vector<std::string>{"order_id"});
  REQUIRE(orders.key.notes.size() == 1);
  CHECK(orders.key.notes[0] ==
        "production's key is order_id (from the unique_key config): both sides are compared by this one");
  CHECK_FALSE(model_of(plan, "model.shop.customers").prod_key);
}

TEST_CASE("columns with a masking tag are named") {
  const Plan plan = plan_of(kEditedCustomersRaw, {}, R"([
    {"op": "replace", "path": "/nodes/model.shop.stg_customers/columns/name/tags", "value": ["pii"]},
    {"op": "add", "path": "/nodes/model.shop.stg_customers/columns/customer_id/config",
     "value": {"tags": ["sensitive"]}}])");
  CHECK(model_of(plan, "model.shop.stg_customers").masked_columns ==
        std::vector<std::string>{"customer_id", "name"});
}

TEST_CASE("a fingerprint changes with code, config, macros and upstream, and with nothing else") {
  const auto fingerprint = [](const char* more) {
    return model_of(plan_of(kEditedCustomersRaw, {}, more), "model.shop.customers").fingerprint;
  };
  const std::string original = fingerprint("[]");
  CHECK(original.size() == 64);
  for (const char* const same : {
           R"([{"op": "replace", "path": "/nodes/model.shop.customers/description", "value": "x"}])",
           R"([{"op": "replace", "path": "/metadata/generated_at", "value": "x"}])",
           R"([{"op": "replace", "path": "/macros/macro.shop.unused/macro_sql", "value": "x"}])",
           R"([{"op": "replace", "path": "/nodes/snapshot.shop.customers_snapshot/raw_code", "value": "x"}])",
       }) {
    CAPTURE(same);
    CHECK(fingerprint(same) == original);
  }
  for (
      const char* const other : {
          R"([{"op": "replace", "path": "/nodes/model.shop.customers/raw_code", "value": "x"}])",
          R"([{"op": "replace", "path": "/nodes/model.shop.customers/unrendered_config/materialized", "value": "x"}])",
          R"([{"op": "replace", "path": "/nodes/model.shop.stg_orders/raw_code", "value": "x"}])",
          R"([{"op": "replace", "path": "/macros/macro.shop.trimmed/macro_sql", "value": "x"}])",
          R"([{"op": "add", "path": "/nodes/model.shop.customers/meta", "value": {"primary-key": ["x"]}}])",
      }) {
    CAPTURE(other);
    CHECK(fingerprint(other) != original);
  }
}

TEST_CASE("cycles end: every node of one has a depth and a fingerprint") {
  const char* const cycle = R"([
    {"op": "replace", "path": "/nodes/model.shop.stg_orders/depends_on/nodes", "value": ["model.shop.customers"]},
    {"op": "replace", "path": "/macros/macro.shop.trimmed/depends_on/macros", "value": ["macro.shop.clean"]}])";
  const Plan plan = plan_of(kEditedOrders, {}, cycle);
  CHECK(model_of(plan, "model.shop.orders").fingerprint.size() == 64);
  CHECK(model_of(plan, "model.shop.customers").depth >= 1);
}

TEST_CASE("the picture stays within its limit and escapes names") {
  const Plan plan =
      plan_of(kEditedCustomersRaw, {},
              R"([{"op": "replace", "path": "/nodes/model.shop.customers/name", "value": "a\"]<b>"}])");
  const std::string whole = mermaid_lineage(plan, 10'000);
  CHECK(whole.starts_with("flowchart LR\n"));
  CHECK(whole.find("n0[\"customers_raw\"]:::modified") != std::string::npos);
  CHECK(whole.find("n0 --> ") != std::string::npos);
  CHECK(whole.find("a#34;]#60;b#62;") != std::string::npos);
  for (std::size_t limit = 0; limit < whole.size(); limit += 13) {
    CHECK(mermaid_lineage(plan, limit).size() <= limit);
  }
}

TEST_CASE("gates and a column's own tolerance are read from the model's YAML") {
  const Plan plan = plan_of(kEditedOrders, {}, R"([
    {"op": "add", "path": "/nodes/model.shop.orders/config/meta", "value": {"diffgate": {
        "tolerance": {"a": "abs:1", "b": "abs:2"},
        "gates": ["schema_break", {"when": "rows_removed_pct > 1", "severity": "warn"}]}}},
    {"op": "add", "path": "/nodes/model.shop.orders/columns", "value": {
        "b": {"name": "b", "config": {"meta": {"diffgate": {"tolerance": "rel:0.1", "timestamp_precision": 3}}}},
        "c": {"name": "c", "meta": {"diffgate": {"tolerance": 0.5, "exclude": true}}},
        "d": {"name": "d", "meta": {"diffgate": {"tolerance": "much", "exclude": "no", "key": 1}}},
        "e": {"name": "e", "meta": {"diffgate": true}}}}])");
  const ModelYaml& yaml = model_of(plan, "model.shop.orders").yaml;
  CHECK(yaml.timestamp_precision == std::map<std::string, int>{{"b", 3}});
  CHECK(yaml.tolerance ==
        std::map<std::string, std::string>{{"a", "abs:1"}, {"b", "rel:0.1"}, {"c", "abs:0.5"}});
  CHECK(yaml.exclude_columns == std::vector<std::string>{"c"});
  REQUIRE(yaml.gates.size() == 2);
  CHECK(yaml.gates[0].when == "schema_break");
  CHECK(yaml.gates[0].severity == GateSeverity::fail);
  CHECK(yaml.gates[1].severity == GateSeverity::warn);
  CHECK(warns(plan, "model orders, column d: meta.diffgate.tolerance must be a number, 'abs:0.01'"));
  CHECK(warns(plan, "model orders, column d: meta.diffgate.exclude must be true or false, not text"));
  CHECK(warns(plan, "model orders, column d: meta.diffgate.key is not known and is ignored"));
  CHECK(warns(
      plan,
      "model orders, column e: meta.diffgate must be a mapping, not true or false (models/schema.yml)"));
}

TEST_CASE("a fingerprint tells what the build made, and is none below a seed whose content nobody knows") {
  const auto fingerprint = [](const std::string& results, const char* id = "model.shop.customers") {
    PlanOptions options;
    options.run_results_json = run_results(results);
    return model_of(plan_of(kEditedCustomersRaw, options), id).fingerprint;
  };
  const auto built = [](const std::string& id, const char* more = "") {
    return R"({"unique_id": ")" + id + R"(", "status": "success")" + more + "}";
  };
  const std::string customers = built("model.shop.customers");
  const std::string upstream = built("model.shop.stg_customers");
  const std::string both = fingerprint(customers + "," + upstream);
  CHECK(both == fingerprint(upstream + "," + customers));
  CHECK(both != fingerprint(customers));  // read from production's stg_customers
  CHECK(both != fingerprint(upstream + "," +
                            built("model.shop.customers", R"(, "adapter_response": {"rows_affected": 7})")));

  const char* const large = R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum",
                                 "value": {"name": "path", "checksum": "seeds/customers_raw.csv"}}])";
  PlanOptions options;
  options.state.changed_files = {"seeds/customers_raw.csv"};
  const Plan plan = make_plan(small_manifest(kProduction, large), small_manifest(large), options);
  CHECK(model_of(plan, "seed.shop.customers_raw").fingerprint.empty());
  CHECK(model_of(plan, "model.shop.customers").fingerprint.empty());
}

TEST_CASE("model YAML is read from both vocabularies, and wrong values are named with model, key and file") {
  const auto yaml_with = [](const std::string& meta) {
    return plan_of(
        kEditedOrders, {},
        (R"([{"op": "add", "path": "/nodes/model.shop.orders/config/meta", "value": )" + meta + "}]")
            .c_str());
  };
  const Plan good = yaml_with(R"({
    "datafold": {"datadiff": {"filter": "a > 1", "include_columns": ["a", "b"], "time_column": ["t"],
                              "prod_time_travel": "-1h", "exclude_columns": ["z"]}},
    "diffgate": {"filter": "a > 2", "primary_key": "id", "tolerance": {"a": "abs:0.01", "b": {"relative": 0.5}},
                 "timestamp_precision": 3, "sample": 0.5, "ignore_case": true, "trim": ["a", "b"],
                 "null_equals_empty": false, "rename": {"old": "new"}, "overlap": true}})");
  const ModelYaml& yaml = model_of(good, "model.shop.orders").yaml;
  CHECK(yaml.filter == "a > 2");
  CHECK(yaml.include_columns == std::vector<std::string>{"a", "b"});
  CHECK(yaml.exclude_columns == std::vector<std::string>{"z"});
  CHECK(yaml.time_column == "t");
  CHECK(yaml.prod_time_travel == "-1h");
  CHECK(yaml.primary_key == std::vector<std::string>{"id"});
  CHECK(yaml.tolerance == std::map<std::string, std::string>{{"a", "abs:0.01"}, {"b", "rel:0.5"}});
  CHECK(yaml.timestamp_precision == std::map<std::string, int>{{"", 3}});
  CHECK(yaml.sample == 0.5);
  CHECK(yaml.ignore_case == std::vector<std::string>{""});
  CHECK(yaml.trim == std::vector<std::string>{"a", "b"});
  CHECK(yaml.null_equals_empty.empty());
  CHECK(yaml.rename == std::map<std::string, std::string>{{"old", "new"}});
  CHECK(yaml.overlap == true);
  CHECK(good.warnings.empty());

  struct Row {
    const char* meta;
    const char* warning;
  };
  const Row rows[] = {
      {R"({"diffgate": {"filter": 5}})",
       "model orders: meta.diffgate.filter must be text, not a number (models/schema.yml)"},
      {R"({"datafold": {"datadiff": {"never_diff": "yes"}}})",
       "meta.datafold.datadiff.never_diff must be true or false, not text"},
      {R"({"diffgate": {"include_columns": [1]}})", "include_columns must be a list of column names"},
      {R"({"diffgate": {"slim_diff": "always"}})", "slim_diff can only be 'diff_when_downstream'"},
      {R"({"diffgate": {"tolerance": "fuzzy"}})", "tolerance must be"},
      {R"({"diffgate": {"tolerance": {"a": "abs:-1"}}})", "tolerance of column 'a' must be"},
      {R"({"diffgate": {"tolerance": {"a": "digits:0"}}})", "tolerance of column 'a' must be"},
      {R"({"diffgate": {"timestamp_precision": 12}})", "timestamp_precision must be"},
      {R"({"diffgate": {"timestamp_precision": {"a": -1}}})", "timestamp_precision of column 'a' must be"},
      {R"({"diffgate": {"sample": 2}})", "sample must be"},
      {R"({"diffgate": {"trim": 1}})", "trim must be a list of column names"},
      {R"({"diffgate": {"rename": ["a"]}})", "rename must be a mapping"},
      {R"({"diffgate": {"overlap": "day"}})", "overlap must be true or false"},
      {R"({"diffgate": {"fliter": "x"}})", "meta.diffgate.fliter is not known"},
      {R"({"diffgate": [1]})", "meta.diffgate must be a mapping, not a list"},
      {R"({"diffgate": {"gates": [5]}})", "gates must be a list of {when: "},
      {R"({"diffgate": {"gates": {"when": "schema_break", "severity": "loud"}}})",
       "gates has a severity that is none of note, warn, fail"},
      {R"({"diffgate": {"gates": [{"when": "schema_break", "select": "x"}]}})",
       "gates has the unknown key 'select'"},
  };
  for (const Row& row : rows) {
    const Plan plan = yaml_with(row.meta);
    CAPTURE(row.meta);
    CHECK(warns(plan, row.warning));
    CHECK(model_of(plan, "model.shop.orders").action == PlanAction::diff);
  }
}

TEST_CASE(
    "a relation that the manifest leaves out is made of database, schema and alias, as the adapter quotes") {
  struct Row {
    std::string_view adapter;
    std::string_view quoting;
    std::string_view relation;
  };
  constexpr Row rows[] = {
      {"duckdb", "{}", R"("dev"."main"."orders")"},
      {"postgres", R"({"identifier": false})", R"("dev"."main".orders)"},
      {"snowflake", "{}", "dev.main.orders"},
      {"snowflake", R"({"schema": true, "identifier": true})", R"(dev."main"."orders")"},
      {"bigquery", "null", "`dev`.`main`.`orders`"},
      {"spark", "{}", "`main`.`orders`"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.adapter);
    CAPTURE(row.quoting);
    const std::string patch =
        R"([{"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": "select 1"},
            {"op": "replace", "path": "/metadata/adapter_type", "value": ")" +
        std::string(row.adapter) + R"("},
            {"op": "add", "path": "/nodes/model.shop.orders/database", "value": "dev"},
            {"op": "add", "path": "/nodes/model.shop.orders/schema", "value": "main"},
            {"op": "add", "path": "/nodes/model.shop.orders/alias", "value": "orders"},
            {"op": "add", "path": "/nodes/model.shop.orders/config/quoting", "value": )" +
        std::string(row.quoting) + R"(},
            {"op": "remove", "path": "/nodes/model.shop.orders/relation_name"}])";
    const PlannedModel planned = model_of(plan_of(patch.c_str()), "model.shop.orders");
    CHECK(planned.pr_relation == row.relation);
    CHECK(planned.action == PlanAction::diff);
  }
}

TEST_CASE("unchanged models are proved by a key of all that makes them, wherever their tables are") {
  PlanOptions options;
  options.prove_unchanged = true;
  const Plan plan = plan_of(kEditedOrders, options);
  std::vector<std::string> names;
  for (const UnchangedModel& model : plan.unchanged) {
    CHECK(model.cache_key.size() == 64);
    names.push_back(model.id.value());
  }
  CHECK(names == std::vector<std::string>{"model.shop.stg_customers", "model.shop.stg_orders",
                                          "seed.shop.customers_raw", "snapshot.shop.customers_snapshot"});
  CHECK(plan_of(kEditedOrders).unchanged.empty());
}

TEST_CASE("an unmodified model whose rendered config differs between the environments has no proof") {
  PlanOptions options;
  options.prove_unchanged = true;
  const Plan plan = plan_of(
      R"([{"op": "add", "path": "/nodes/model.shop.stg_customers/config/post-hook", "value": ["of development"]}])",
      options);
  const auto key_of = [&](std::string_view id) {
    const auto found = std::find_if(plan.unchanged.begin(), plan.unchanged.end(),
                                    [&](const UnchangedModel& model) { return model.id.value() == id; });
    REQUIRE(found != plan.unchanged.end());
    return found->cache_key;
  };
  CHECK(key_of("model.shop.stg_customers").empty());
  CHECK(key_of("model.shop.customers").empty());
  CHECK(!key_of("seed.shop.customers_raw").empty());
}

TEST_CASE("meta that an engine hands down from a model to its columns is no mistake of the columns") {
  const Plan plan = plan_of(R"([
    {"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": "select 1"},
    {"op": "add", "path": "/nodes/model.shop.orders/config/meta", "value": {"diffgate": {"primary_key": "order_id"}}},
    {"op": "add", "path": "/nodes/model.shop.orders/columns", "value":
      {"order_id": {"name": "order_id", "config": {"meta": {"diffgate": {"primary_key": "order_id"}}}},
       "amount": {"name": "amount", "meta": {"diffgate": {"primary_key": "amount"}}}}}])");
  CHECK(!warns(plan, "column order_id"));
  CHECK(warns(plan, "column amount: meta.diffgate.primary_key is not known"));
}
