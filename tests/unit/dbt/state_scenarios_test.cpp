// dbt-core's own state scenarios (its functional tests of deferral and state), as far as two manifests can
// tell them: a change, a selection, and what is picked.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dbt/selection.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

struct Scenario {
  const char* change;
  const char* setup;  // JSON Patch on both sides
  const char* patch;  // JSON Patch on the new side
  const char* select;
  const char* exclude;
  std::vector<std::string> expected;
  MoreUnrendered more_unrendered = MoreUnrendered::off;
};

constexpr const char* kSeedRow =
    R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum/checksum", "value": "more"}])";

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"a seed that nobody touched", "[]", "[]", "resource_type:seed,state:modified", "", {}},
      {"a seed that nobody touched",
       "[]",
       "[]",
       "resource_type:seed,state:unmodified",
       "",
       {"seed.shop.customers_raw"}},
      {"a row more in a seed", "[]", kSeedRow, "state:modified", "", {"seed.shop.customers_raw"}},
      {"a row more in a seed",
       "[]",
       kSeedRow,
       "state:modified+",
       "",
       {"exposure.shop.dashboard", "model.shop.customers", "model.shop.stg_customers",
        "seed.shop.customers_raw", "snapshot.shop.customers_snapshot",
        "test.shop.unique_stg_customers_customer_id.c7614daada", "unit_test.shop.stg_customers.counts"}},
      {"a row more in a seed",
       "[]",
       kSeedRow,
       "state:modified+",
       "state:modified",
       {"exposure.shop.dashboard", "model.shop.customers", "model.shop.stg_customers",
        "snapshot.shop.customers_snapshot", "test.shop.unique_stg_customers_customer_id.c7614daada",
        "unit_test.shop.stg_customers.counts"}},
      {"a row more in a seed, and what hangs on the others",
       "[]",
       kSeedRow,
       "state:unmodified+,resource_type:seed state:unmodified+,resource_type:model",
       "",
       {"model.shop.customers", "model.shop.orders", "model.shop.stg_customers", "model.shop.stg_orders"}},
      {"the text of a model",
       "[]",
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/raw_code", "value": "select 1"}])",
       "state:modified",
       "",
       {"model.shop.customers"}},
      {"a model made public",
       "[]",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/access", "value": "public"}])",
       "state:modified",
       "",
       {"model.shop.customers"}},
      {"a deprecation date",
       "[]",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/deprecation_date",
            "value": "2027-01-01T00:00:00+00:00"}])",
       "state:modified",
       "",
       {"model.shop.customers"}},
      {"a second version that becomes the latest",
       R"([{"op": "move", "from": "/nodes/model.shop.orders", "path": "/nodes/model.shop.orders.v1"},
           {"op": "add", "path": "/nodes/model.shop.orders.v1/version", "value": 1},
           {"op": "add", "path": "/nodes/model.shop.orders.v1/latest_version", "value": 1}])",
       R"([{"op": "replace", "path": "/nodes/model.shop.orders.v1/latest_version", "value": 2},
           {"op": "copy", "from": "/nodes/model.shop.orders.v1", "path": "/nodes/model.shop.orders.v2"}])",
       "state:modified",
       "",
       {"model.shop.orders.v1", "model.shop.orders.v2"}},
      {"a semantic model",
       "[]",
       R"([{"op": "add", "path": "/semantic_models/semantic_model.shop.orders/description", "value": "more"}])",
       "state:modified",
       "",
       {"semantic_model.shop.orders"}},
      {"the value of an environment variable in a model's config",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/materialized",
            "value": "{{ env_var('KIND') }}"}])",
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/config/materialized", "value": "view"}])",
       "state:modified",
       "",
       {},
       MoreUnrendered::on},
      {"the expression of a model's config",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/materialized",
            "value": "{{ env_var('KIND') }}"}])",
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/unrendered_config/materialized",
            "value": "{{ env_var('SORT') }}"}])",
       "state:modified",
       "",
       {"model.shop.customers"},
       MoreUnrendered::on},
      {"the value of a var in a model's config, written down rendered",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/enabled", "value": true}])",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/enabled", "value": "yes"}])",
       "state:modified",
       "",
       {"model.shop.customers"}},
      {"the value of a var in a model's config, written down as text",
       R"json([{"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/enabled", "value": "var('on')"}])json",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/config/meta", "value": {"on": 2}}])",
       "state:modified",
       "",
       {},
       MoreUnrendered::on},
      {"a group renamed and both of its files edited",
       "[]",
       R"([{"op": "add", "path": "/nodes/model.shop.orders/unrendered_config/group", "value": "finance"},
           {"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/group", "value": "finance"},
           {"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": "select 1"},
           {"op": "replace", "path": "/nodes/model.shop.customers/raw_code", "value": "select 1"}])",
       "state:modified",
       "",
       {"model.shop.customers", "model.shop.orders"}},
      {"the default materialization made explicit",
       R"([{"op": "remove",
           "path": "/nodes/model.shop.stg_customers/unrendered_config/materialized"}])",
       R"([{"op": "add", "path": "/nodes/model.shop.stg_customers/unrendered_config/materialized", "value": "view"}])",
       "state:modified",
       "",
       {"model.shop.stg_customers"}},
      {"another owner of an exposure, and the models that it reads",
       "[]",
       R"([{"op": "add", "path": "/exposures/exposure.shop.dashboard/owner/name", "value": "Dan"}])",
       "1+state:modified,resource_type:model",
       "",
       {"model.shop.customers", "model.shop.orders"}},
      {"another owner of an exposure, and nothing unmodified",
       "[]",
       R"([{"op": "add", "path": "/exposures/exposure.shop.dashboard/owner/name", "value": "Dan"}])",
       "+state:modified",
       "state:unmodified",
       {"exposure.shop.dashboard"}},
      {"a model that becomes versioned is a new one",
       "[]",
       R"([{"op": "move", "from": "/nodes/model.shop.orders", "path": "/nodes/model.shop.orders.v1"}])",
       "state:modified",
       "",
       {"model.shop.orders.v1"}},
      {"a contract enforced",
       "[]",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/contract", "value": {"enforced": true, "checksum": "c"}},
           {"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/contract",
            "value": {"enforced": true}}])",
       "state:modified.contract state:modified.configs",
       "",
       {"model.shop.customers"}},
      {"a model with a contract deleted",
       R"([{"op": "add", "path": "/nodes/model.shop.customers/contract",
           "value": {"enforced": true, "checksum": "c"}}])",
       R"([{"op": "remove", "path": "/nodes/model.shop.customers"}])",
       "state:modified",
       "",
       {}},
      {"the value of an environment variable in a source's schema",
       "[]",
       R"([{"op": "replace", "path": "/sources/source.shop.shop.orders/schema", "value": "shop_prod"}])",
       "state:modified",
       "",
       {},
       MoreUnrendered::on},
      {"the value of an environment variable in a source's schema",
       "[]",
       R"([{"op": "replace", "path": "/sources/source.shop.shop.orders/schema", "value": "shop_prod"}])",
       "state:modified",
       "",
       {"source.shop.shop.orders"}},
      {"the text of a source's schema",
       "[]",
       R"([{"op": "replace", "path": "/sources/source.shop.shop.orders/unrendered_schema", "value": "x"}])",
       "state:modified",
       "",
       {"source.shop.shop.orders"},
       MoreUnrendered::on},
      {"an older dbt wrote the state",
       R"([{"op": "replace", "path": "/metadata/dbt_version", "value": "1.9.0"}])",
       R"([{"op": "replace", "path": "/metadata/dbt_version", "value": "1.12.0"}])",
       "state:modified",
       "",
       {}},
      {"a group renamed and one of its two files edited",
       "[]",
       R"([{"op": "add", "path": "/nodes/model.shop.orders/unrendered_config/group", "value": "finance"},
           {"op": "add", "path": "/nodes/model.shop.customers/unrendered_config/group", "value": "finance"},
           {"op": "replace", "path": "/nodes/model.shop.customers/raw_code", "value": "select 1"}])",
       "state:modified",
       "",
       {"model.shop.customers"}},
      {"a fixture of a unit test",
       "[]",
       R"([{"op": "replace", "path": "/unit_tests/unit_test.shop.stg_customers.counts/checksum", "value": "x"}])",
       "state:modified",
       "",
       {"unit_test.shop.stg_customers.counts"}},
      {"the model of a unit test",
       "[]",
       R"([{"op": "replace", "path": "/nodes/model.shop.stg_customers/raw_code", "value": "x"}])",
       "state:modified+1,test_type:unit",
       "",
       {"unit_test.shop.stg_customers.counts"}},
      {"a macro of which another hangs, whatever their order",
       "[]",
       R"([{"op": "replace", "path": "/macros/macro.shop.trimmed/macro_sql", "value": "x"},
           {"op": "replace", "path": "/nodes/model.shop.stg_customers/depends_on/macros",
            "value": ["macro.shop.unused", "macro.shop.clean"]}])",
       "state:modified.macros",
       "",
       {"model.shop.stg_customers"}},
  };
  return all;
}

}  // namespace

TEST_CASE("dbt's own scenarios of state selection come out as dbt has them") {
  for (const Scenario& scenario : scenarios()) {
    CAPTURE(scenario.change);
    CAPTURE(scenario.select);
    SelectionOptions options;
    options.select = scenario.select;
    options.exclude = scenario.exclude;
    options.state.more_unrendered = scenario.more_unrendered;
    std::vector<std::string> found;
    for (const UniqueId& id :
         select_nodes(small_manifest(scenario.setup), small_manifest(scenario.setup, scenario.patch), options)
             .ids) {
      found.push_back(id.value());
    }
    CHECK(found == scenario.expected);
  }
}

TEST_CASE("which setting fits a pair is read from its manifests") {
  const auto resolved = [](const char* base, const char* head) {
    return resolves_to_more_unrendered(small_manifest(base), small_manifest(head), MoreUnrendered::automatic);
  };
  constexpr const char* kOld = R"([{"op": "replace", "path": "/metadata/dbt_version", "value": "1.8.2"},
                                   {"op": "remove", "path": "/sources/source.shop.shop.orders/unrendered_schema"},
                                   {"op": "remove", "path": "/sources/source.shop.shop.orders/unrendered_database"}])";
  constexpr const char* kNoSources = R"([{"op": "replace", "path": "/sources", "value": {}}])";
  constexpr const char* kBeta =
      R"([{"op": "replace", "path": "/metadata/dbt_version", "value": "2.0.0-beta.2"},
                                    {"op": "replace", "path": "/sources", "value": {}}])";
  constexpr const char* kCloud =
      R"([{"op": "replace", "path": "/metadata/dbt_version", "value": "2026.8.1+abc"},
                                     {"op": "replace", "path": "/sources", "value": {}}])";
  CHECK(resolved("[]", "[]"));
  CHECK(resolved(kNoSources, kBeta));
  CHECK_FALSE(resolved(kOld, "[]"));
  CHECK_FALSE(resolved(kOld, kOld));
  CHECK_FALSE(resolved(kCloud, kCloud));
  CHECK_FALSE(resolves_to_more_unrendered(small_manifest(), small_manifest(), MoreUnrendered::off));
  CHECK(resolves_to_more_unrendered(small_manifest(kOld), small_manifest(kOld), MoreUnrendered::on));
}

TEST_CASE("what dbt can't know or ends at is a warning") {
  const auto warns = [](const char* base, const char* head, std::string_view part) {
    SelectionOptions options;
    options.select = "state:modified";
    const auto warnings = select_nodes(small_manifest(base), small_manifest(head), options).warnings;
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
  };
  constexpr const char* kLarge = R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum",
                                      "value": {"name": "path", "checksum": "seeds/customers_raw.csv"}}])";
  CHECK(warns("[]", kLarge, "customers_raw is over 1 MiB now"));
  CHECK(warns(kLarge, kLarge, "customers_raw is over 1 MiB, so dbt does not look into it"));
  CHECK_FALSE(warns("[]", "[]", "1 MiB"));
  CHECK(warns("[]", R"([{"op": "replace", "path": "/nodes/test.shop.no_negative/depends_on/macros",
                         "value": [null]},
                        {"op": "replace", "path": "/macros/macro.shop.unused/macro_sql", "value": "x"}])",
              "test.shop.no_negative depends on a macro that does not exist (null)"));
  CHECK(warns("[]", R"([{"op": "replace", "path": "/nodes/test.shop.no_negative/depends_on/macros",
                         "value": ["macro.shop.nowhere"]},
                        {"op": "replace", "path": "/macros/macro.shop.unused/macro_sql", "value": "x"}])",
              "does not exist (macro.shop.nowhere)"));
  CHECK(warns(R"([{"op": "replace", "path": "/metadata/dbt_version", "value": "1.11.2"}])", "[]",
              "production's manifest is of dbt 1.11.2"));
}

TEST_CASE("a seed that dbt does not look into is modified if it is among the changed files") {
  constexpr const char* kLarge = R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum",
                                      "value": {"name": "path", "checksum": "seeds/customers_raw.csv"}}])";
  SelectionOptions options;
  options.select = "state:modified";
  const auto picked = [&] {
    return select_nodes(small_manifest(kLarge), small_manifest(kLarge), options).ids;
  };
  CHECK(picked().empty());
  options.state.changed_files = {"README.md"};
  CHECK(picked().empty());
  options.state.changed_files = {"seeds/customers_raw.csv"};
  CHECK(picked() == std::vector<UniqueId>{UniqueId("seed.shop.customers_raw")});
}

TEST_CASE("options make less of what dbt counts") {
  const auto picked = [](const char* head, const StateOptions& state) {
    SelectionOptions options;
    options.select = "state:modified";
    options.state = state;
    return select_nodes(small_manifest(), small_manifest(head), options).ids.size();
  };
  StateOptions options;
  constexpr const char* kSpace = R"json([{"op": "replace", "path": "/nodes/model.shop.orders/raw_code",
                                      "value": "select  *\nfrom {{ ref('stg_orders') }} "}])json";
  CHECK(picked(kSpace, options) == 1);
  options.body = BodyMode::ignore_whitespace;
  CHECK(picked(kSpace, options) == 0);

  constexpr const char* kSchema =
      R"([{"op": "add", "path": "/nodes/model.shop.orders/unrendered_config/schema", "value": "x"}])";
  CHECK(picked(kSchema, options) == 1);
  options.ignore_relation_only = true;
  CHECK(picked(kSchema, options) == 0);

  constexpr const char* kBuiltin =
      R"([{"op": "replace", "path": "/macros/macro.dbt.test_unique/macro_sql", "value": "x"}])";
  CHECK(picked(kBuiltin, options) == 1);
  options.ignore_builtin_macros = true;
  CHECK(picked(kBuiltin, options) == 0);
}

TEST_CASE("what changed of a node is said in words") {
  const auto words = [](const char* head, const char* id) {
    std::string text;
    for (const NodeState& state : compare_states(small_manifest(), small_manifest(head), {})) {
      if (state.id.value() != id) continue;
      for (const std::string& word : state.words) text += (text.empty() ? "" : "; ") + word;
    }
    return text;
  };
  constexpr const char* kModel = "model.shop.stg_customers";
  CHECK(words("[]", kModel).empty());
  CHECK(words(R"([{"op": "replace", "path": "/nodes/model.shop.stg_customers/raw_code", "value": "x"},
                  {"op": "add", "path": "/nodes/model.shop.stg_customers/unrendered_config/lookback", "value": 2},
                  {"op": "add", "path": "/nodes/model.shop.stg_customers/unrendered_config/docs", "value": {}},
                  {"op": "add", "path": "/nodes/model.shop.stg_customers/unrendered_config/alias", "value": "y"},
                  {"op": "add", "path": "/nodes/model.shop.stg_customers/access", "value": "public"},
                  {"op": "replace", "path": "/macros/macro.shop.trimmed/macro_sql", "value": "x"}])",
              kModel) == "code; config docs, lookback; configured alias; macro trimmed; access");
  CHECK(
      words(
          R"([{"op": "replace", "path": "/nodes/seed.shop.customers_raw/checksum/checksum", "value": "x"}])",
          "seed.shop.customers_raw") == "its rows");
  CHECK(words(R"([{"op": "replace", "path": "/macros/macro.dbt.test_unique/macro_sql", "value": "x"}])",
              "test.shop.unique_stg_customers_customer_id.c7614daada") ==
        "macro test_unique (dbt's or the adapter's own)");
  CHECK(words(R"([{"op": "copy", "from": "/nodes/model.shop.orders", "path": "/nodes/model.shop.fresh"}])",
              "model.shop.fresh") == "new");
}
