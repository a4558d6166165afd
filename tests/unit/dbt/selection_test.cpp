#include "dbt/selection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "dbt/config_call.hpp"
#include "net/error.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

Selection select(const std::string& text, const Manifest& head = small_manifest()) {
  SelectionOptions options;
  options.select = text;
  return select_nodes(small_manifest(), head, options);
}

std::string error_of(const std::string& text, const Manifest& head = small_manifest()) {
  try {
    (void)select(text, head);
  } catch (const diffgate::Error& error) {
    CHECK(error.error_class() == diffgate::ErrorClass::caller);
    return error.what();
  }
  return "no error";
}

Manifest with_selectors(const std::string& selectors) {
  return small_manifest(R"([{"op": "replace", "path": "/selectors", "value": )" + selectors + "}]");
}

}  // namespace

TEST_CASE("a wrong selector is refused with its place") {
  struct Row {
    const char* text;
    const char* message;
  };
  constexpr Row rows[] = {
      {"orders stat:modified", "select, column 8: 'stat' is not a valid method name in 'stat:modified'"},
      {"orders,state:changed", "select, column 8: invalid state selector 'changed'"},
      {"state:+modified", "select, column 1: invalid state selector '+modified'"},
      {"@orders+",
       "select, column 1: invalid node spec '@orders+': '@' prefix and '+' suffix are incompatible"},
      {"result:error", "needs the run_results.json beside the base manifest"},
      {"selector:none", "no selector is named 'none'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string error = error_of(row.text);
    CAPTURE(error);
    CHECK(error.find(row.message) != std::string::npos);
  }
}

TEST_CASE("a criterion that matches nothing is a warning") {
  const Selection selection = select("nothing_is_called_so customers");
  CHECK(selection.ids == std::vector<UniqueId>{UniqueId("model.shop.customers")});
  CHECK(selection.warnings ==
        std::vector<std::string>{
            "the selection criterion 'nothing_is_called_so' does not match any enabled nodes"});
}

TEST_CASE("result picks by the run beside the base manifest") {
  SelectionOptions options;
  options.select = "result:error+";
  options.base_run_results_json = R"({"results": [{"unique_id": "model.shop.orders", "status": "error"},
                                                  {"unique_id": "model.shop.stg_customers", "status": "success"}]})";
  const auto ids = select_nodes(small_manifest(), small_manifest(), options).ids;
  CHECK(std::find(ids.begin(), ids.end(), UniqueId("exposure.shop.dashboard")) != ids.end());
  CHECK(std::find(ids.begin(), ids.end(), UniqueId("model.shop.customers")) != ids.end());
  CHECK(std::find(ids.begin(), ids.end(), UniqueId("model.shop.stg_customers")) == ids.end());
}

TEST_CASE("selectors that name each other in a circle, or in a wrong form, are refused") {
  const Manifest circle = with_selectors(R"({
    "a": {"name": "a", "definition": {"method": "selector", "value": "b"}},
    "b": {"name": "b", "definition": {"union": [{"method": "selector", "value": "a"}]}}})");
  CHECK(error_of("selector:a", circle).find("circular dependency in selector 'a'") != std::string::npos);
  for (const char* const definition :
       {"5", R"({"union": 5})", R"({"intersection": [5]})", R"({"method": "nonsense", "value": "x"})", "{}",
        R"({"union": [{"exclude": 5}]})", R"({"union": [{"exclude": ["a"]}, {"exclude": ["b"]}]})",
        R"({"method": "fqn", "value": "a", "children": true, "childrens_parents": true})"}) {
    CAPTURE(definition);
    const Manifest manifest = with_selectors(std::string(R"({"s": {"definition": )") + definition + "}}");
    CHECK(error_of("selector:s", manifest).starts_with("selector 's': "));
  }
}

TEST_CASE("the source text of a config argument is found in the code") {
  const char* const code =
      "-- config is below\n{{ config(\n  materialized = 'table',\n  enabled=var('on', [1, ')']),\n  "
      "tags=['a', 'b'] ) }}";
  CHECK(config_argument(code, "materialized") == "'table'");
  CHECK(config_argument(code, "enabled") == "var('on', [1, ')'])");
  CHECK(config_argument(code, "tags") == "['a', 'b']");
  CHECK(config_argument(code, "alias") == std::nullopt);
  CHECK(config_argument("select 1", "alias") == std::nullopt);
  CHECK(config_argument("{{ config(alias='x", "alias") == std::nullopt);
  CHECK(config_argument("{{ my_config(alias='x') }}", "alias") == std::nullopt);
}

TEST_CASE("the two spellings of an in-file config of before and after 1.12 are compared by the code") {
  const auto manifest = [](const char* version, const std::string& value, const std::string& code) {
    return small_manifest(R"([
      {"op": "replace", "path": "/metadata/dbt_version", "value": ")" +
                          std::string(version) + R"("},
      {"op": "add", "path": "/nodes/model.shop.orders/unrendered_config/enabled", "value": ")" +
                          value + R"("},
      {"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": ")" +
                          code + R"("}])");
  };
  const std::string tree = "Keyword(key='enabled', value=Call(node=Name(name='var', ctx='load')))";
  const Manifest old = manifest("1.11.4", tree, "{{ config(enabled=var('a')) }} select 1");
  const auto has_configs = [&](const Manifest& head) {
    for (const NodeState& state : compare_states(old, head, {})) {
      if (state.id.value() != "model.shop.orders") continue;
      return std::find(state.changes.begin(), state.changes.end(), StateChange::configs) !=
             state.changes.end();
    }
    return false;
  };
  CHECK_FALSE(has_configs(manifest("1.12.0", "var('a')", "{{ config(enabled=var('a')) }} select 1")));
  CHECK(has_configs(manifest("1.12.0", "var('b')", "{{ config(enabled=var('b')) }} select 1")));
}
