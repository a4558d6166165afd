// Two manifests by different versions of dbt, or by its two engines: what a config() call came to in each.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "dbt/selection.hpp"
#include "dbt/state.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

constexpr const char* kModel = "model.shop.customers";

// `customers` as one dbt wrote it: its code, and what it stored of the code's config() call.
std::string written(const std::string& dbt_version, const std::string& config_call,
                    const std::string& stored) {
  return R"([{"op": "replace", "path": "/metadata/dbt_version", "value": ")" + dbt_version + R"("},
    {"op": "replace", "path": "/nodes/model.shop.customers/raw_code", "value": "{{ config()" +
         config_call + R"() }} select 1"},
    {"op": "replace", "path": "/nodes/model.shop.customers/unrendered_config", "value": )" +
         stored + "}]";
}

std::string rendered(std::string patch, const std::string& key, const std::string& value) {
  patch.back() = ',';
  return patch + R"({"op": "add", "path": "/nodes/model.shop.customers/config/)" + key + R"(", "value": )" +
         value + "}]";
}

bool is_config_changed(const std::string& base, const std::string& head, MoreUnrendered setting) {
  StateOptions options;
  options.more_unrendered = setting;
  for (const NodeState& state : compare_states(small_manifest(base), small_manifest(head), options)) {
    if (state.id.value() == kModel)
      return std::find(state.changes.begin(), state.changes.end(), StateChange::configs) !=
             state.changes.end();
  }
  return false;
}

struct Case {
  const char* what;
  std::string base;
  std::string head;
  bool with_flag;     // whether configs changed with the flag on
  bool without_flag;  // and off
};

const std::vector<Case>& cases() {
  static const char* const kDump =
      R"json({"enabled": "Keyword(key='enabled', value=Call(node=Name(name='var', ctx='load'), args=[Const(value='on')]))"})json";
  static const char* const kText = R"json({"enabled": "var('on')"})json";
  static const std::vector<Case> all = {
      {"an upgrade over 1.12, the call untouched", written("1.11.6", "enabled=var('on')", kDump),
       written("1.12.6", "enabled=var('on')", kText), false, true},
      {"an upgrade from rendered values", written("1.11.6", "enabled=var('on')", R"({"enabled": true})"),
       written("1.12.6", "enabled=var('on')", kText), false, true},
      {"an upgrade with the flag off on both sides",
       written("1.11.6", "enabled=var('on')", R"({"enabled": true})"),
       written("1.12.6", "enabled=var('on')", R"({"enabled": true})"), false, false},
      {"an upgrade and another expression", written("1.11.6", "enabled=var('on')", kDump),
       written("1.12.6", "enabled=var('off')", R"json({"enabled": "var('off')"})json"), true, true},
      {"an upgrade and the call gone", written("1.11.6", "enabled=var('on')", kDump),
       written("1.12.6", "", "{}"), true, true},
      {"an upgrade of a constant", written("1.11.6", "materialized='table'", R"({"materialized": "table"})"),
       written("1.12.6", "materialized='table'", R"({"materialized": "table"})"), false, false},
      {"an upgrade and another constant",
       written("1.11.6", "materialized='table'", R"({"materialized": "table"})"),
       written("1.12.6", "materialized='view'", R"({"materialized": "view"})"), true, true},
      {"an upgrade of what stands in YAML", written("1.11.6", "", R"({"materialized": "table"})"),
       written("1.12.6", "", R"({"materialized": "view"})"), true, true},
      {"an upgrade of a list, spelled in other spaces",
       written("1.11.6", "unique_key=['a','b']",
               R"json({"unique_key": "Keyword(key='unique_key', value=List(items=[]))"})json"),
       written("1.12.6", "unique_key=['a','b']", R"({"unique_key": "['a', 'b']"})"), false, true},
      {"an upgrade of what dbt 1.12 dumps still",
       written("1.11.6", "enabled=1 if x else 2",
               R"json({"enabled": "Keyword(key='enabled', value=CondExpr(test=Name(name='x')))"})json"),
       written("1.12.6", "enabled=1 if x else 2", R"json({"enabled": "CondExpr(test=Name(name='x'))"})json"),
       false, true},
      {"a downgrade, the call untouched", written("1.12.6", "enabled=var('on')", kText),
       written("1.11.6", "enabled=var('on')", kDump), false, false},
      {"a downgrade and another expression", written("1.12.6", "enabled=var('on')", kText),
       written("1.11.6", "enabled=var('off')",
               R"json({"enabled": "Keyword(key='enabled', value=Call(args=[Const(value='off')]))"})json"),
       true, true},
      {"two releases that dump", written("1.10.1", "enabled=var('on')", kDump),
       written("1.11.6", "enabled=var('on')", kDump), false, false},
      {"two engines, an expression in two spellings",
       written("1.12.6", "persist_docs={'relation': true}",
               R"({"persist_docs": "{'relation': True}", "meta": {}})"),
       written("2.0.0-alpha.4", "persist_docs={'relation': true}",
               R"({"persist_docs": "{'relation': true}"})"),
       false, false},
      {"two engines, a hook in two spellings", written("1.12.6", "", R"({"pre-hook": "select 1"})"),
       written("2.0.0-alpha.4", "", R"({"pre_hook": "select 1"})"), false, false},
      // What is unrendered on one side alone is compared as it came out.
      {"two engines, one of which does not write the key", written("1.12.6", "", R"({"severity": "warn"})"),
       written("2.0.0-alpha.4", "", "{}"), false, false},
      {"two engines, another value", written("1.12.6", "", R"({"materialized": "table"})"),
       rendered(written("2.0.0-alpha.4", "", R"({"materialized": "view"})"), "materialized", R"("view")"),
       true, true},
  };
  return all;
}

}  // namespace

TEST_CASE("a config that nobody touched is no change, whichever dbt wrote it down") {
  for (const Case& one : cases()) {
    CAPTURE(one.what);
    CHECK(is_config_changed(one.base, one.head, MoreUnrendered::on) == one.with_flag);
    CHECK(is_config_changed(one.base, one.head, MoreUnrendered::automatic) == one.with_flag);
    CHECK(is_config_changed(one.base, one.head, MoreUnrendered::off) == one.without_flag);
  }
}
