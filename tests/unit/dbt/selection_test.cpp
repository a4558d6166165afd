#include "dbt/selection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

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
  options.files.base_run_results = R"({"results": [{"unique_id": "model.shop.orders", "status": "error"},
                                                  {"unique_id": "model.shop.stg_customers", "status": "success"}]})";
  const auto ids = select_nodes(small_manifest(), small_manifest(), options).ids;
  CHECK(std::find(ids.begin(), ids.end(), UniqueId("exposure.shop.dashboard")) != ids.end());
  CHECK(std::find(ids.begin(), ids.end(), UniqueId("model.shop.customers")) != ids.end());
  CHECK(std::find(ids.begin(), ids.end(), UniqueId("model.shop.stg_customers")) == ids.end());
}

TEST_CASE("source_status picks the sources with newer data than at the base run") {
  SelectionOptions options;
  options.select = "source_status:fresher";
  const auto fresher = [&](const char* before, const char* now) {
    const auto file = [](const std::string& time) {
      return R"({"results": [{"unique_id": "source.shop.shop.orders", "status": "pass", "max_loaded_at": ")" +
             time +
             R"("}, {"unique_id": "source.shop.shop.gone", "error": "x", "status": "runtime error"}]})";
    };
    options.files.base_sources = before == nullptr ? R"({"results": []})" : file(before);
    options.files.head_sources = file(now);
    return !select_nodes(small_manifest(), small_manifest(), options).ids.empty();
  };
  CHECK(fresher("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z"));
  CHECK(fresher(nullptr, "2026-01-01T00:00:00Z"));
  CHECK(fresher("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:01"));
  CHECK_FALSE(fresher("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"));
  CHECK_FALSE(fresher("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"));
  CHECK_THROWS_WITH_AS((void)fresher("yesterday", "2026-01-01T00:00:00Z"),
                       doctest::Contains("max_loaded_at of source.shop.shop.orders is no time: 'yesterday'"),
                       diffgate::Error);
  options.files.base_sources = "{}";
  CHECK_THROWS_WITH_AS((void)select_nodes(small_manifest(), small_manifest(), options),
                       doctest::Contains("is not dbt's sources.json"), diffgate::Error);
  options.files = {};
  CHECK_THROWS_WITH_AS((void)select_nodes(small_manifest(), small_manifest(), options),
                       doctest::Contains("needs the sources.json beside the base manifest"), diffgate::Error);
}

TEST_CASE("without a selection the project's default selector holds, and says so") {
  const Manifest head = with_selectors(
      R"({"few": {"name": "few", "default": true, "definition": {"method": "fqn", "value": "orders"}},
          "all": {"name": "all", "definition": {"method": "fqn", "value": "*"}}})");
  const Selection by_default = select("", head);
  CHECK(by_default.ids == select("orders").ids);
  REQUIRE(by_default.warnings.size() == 1);
  CHECK(by_default.warnings[0].find("default selector 'few'") != std::string::npos);
  CHECK(select("customers", head).ids == std::vector<UniqueId>{UniqueId("model.shop.customers")});
  SelectionOptions options;
  options.exclude = "customers";
  CHECK(select_nodes(small_manifest(), head, options).ids.size() > 5);
}

TEST_CASE("a definition may ask for tests, unless no tests are wanted at all") {
  const Manifest head = with_selectors(R"({"s": {"definition":
      {"method": "fqn", "value": "stg_customers", "indirect_selection": "eager"}}})");
  SelectionOptions options;
  options.select = "selector:s";
  options.indirect = IndirectSelection::empty;
  CHECK(select_nodes(small_manifest(), head, options).ids.size() > select("stg_customers").ids.size());
  options.indirect = IndirectSelection::none;
  CHECK(select_nodes(small_manifest(), head, options).ids == select("stg_customers").ids);
}

TEST_CASE("mistakes that need no manifest are found with their column") {
  struct Row {
    const char* selector;
    std::size_t column;
    const char* message;
  };
  constexpr Row rows[] = {
      {"orders state:modifed", 8, "invalid state selector 'modifed'"},
      {"tag:a,stat:modified", 7, "'stat' is not a valid method name in 'stat:modified'"},
      {"  resource_type:mdel", 3, "invalid resource_type selector 'mdel'"},
      {"a @b+", 3, "invalid node spec '@b+': '@' prefix and '+' suffix are incompatible"},
      {"metric:a.b.c", 1, "invalid metric selector value 'a.b.c'"},
      {"version:newest", 1, "invalid version selector 'newest'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.selector);
    const auto mistake = find_selector_mistake(row.selector);
    REQUIRE(mistake);
    CHECK(mistake->column == row.column);
    CHECK(mistake->message == row.message);
  }
  for (const char* const good : {"", "orders", "2+tag:x+,state:modified result:error", "selector:nightly"}) {
    CHECK_FALSE(find_selector_mistake(good));
  }
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
    CHECK(error_of("selector:s", manifest).starts_with("selector 's'"));
  }
  // The place leads into the definition.
  CHECK(error_of("selector:s", with_selectors(R"({"s": {"definition":
            {"union": ["a", {"intersection": ["b", {"exclude": [{"method": "state", "value": "new"}, 5]}]}]}}})"))
            .starts_with("selector 's', union[1], intersection[1], exclude[1]: "));
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

TEST_CASE("a selection by state tells what changed of each node, if asked") {
  const Manifest head = small_manifest(
      R"([{"op": "replace", "path": "/nodes/model.shop.orders/raw_code", "value": "select 1"}])");
  SelectionOptions options;
  options.select = "state:modified+ customers";
  options.explain = true;
  const Selection selection = select_nodes(small_manifest(), head, options);
  REQUIRE(selection.change_words.size() == selection.ids.size());
  for (std::size_t i = 0; i < selection.ids.size(); ++i) {
    CAPTURE(selection.ids[i].value());
    const bool is_changed = selection.ids[i].value() == "model.shop.orders";
    CHECK(selection.change_words[i] ==
          (is_changed ? std::vector<std::string>{"code"} : std::vector<std::string>{}));
  }
}
