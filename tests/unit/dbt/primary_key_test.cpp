#include "dbt/primary_key.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dbt/key_expression.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;
using Columns = std::vector<std::string>;

namespace {

constexpr const char* kModel = "model.shop.customers";  // no key of its own

// A generic test on `customers` as JSON Patch.
std::string test(const std::string& name, const std::string& arguments, const std::string& config = "{}",
                 const std::string& model = kModel) {
  static int count = 0;
  return R"({"op": "add", "path": "/nodes/test.shop.t)" + std::to_string(++count) + R"(", "value": {
    "resource_type": "test", "name": "t", "attached_node": ")" +
         model + R"(", "config": )" + config + R"(,
    "test_metadata": {"name": ")" +
         name + R"(", "kwargs": )" + arguments + R"(},
    "depends_on": {"macros": [], "nodes": [")" +
         model + R"("]}}})";
}

std::string unique(const std::string& column, const std::string& config = "{}") {
  return test("unique", R"({"column_name": ")" + column + "\"}", config);
}

std::string not_null(const std::string& column) {
  return test("not_null", R"({"column_name": ")" + column + "\"}");
}

std::string at_model(const std::string& path, const std::string& value, const std::string& model = kModel) {
  return R"({"op": "add", "path": "/nodes/)" + model + "/" + path + R"(", "value": )" + value + "}";
}

std::string columns(const Columns& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "\"" : ", \"") + name + R"(": {"name": ")" + name + "\"}";
  return at_model("columns", "{" + text + "}");
}

PrimaryKey key_after(const std::vector<std::string>& operations, const char* model = kModel) {
  std::string patch;
  for (const std::string& operation : operations) patch += (patch.empty() ? "" : ", ") + operation;
  return primary_key_of(small_manifest("[" + patch + "]"), UniqueId(model), "primary-key");
}

bool has_note(const PrimaryKey& key, std::string_view part) {
  for (const std::string& note : key.notes) {
    if (note.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("each source of a key wins over those after it") {
  // In the order in which they are looked for; each is found once those before it are gone.
  const std::vector<std::pair<KeySource, std::string>> sources = {
      {KeySource::model_yaml, at_model("config/meta", R"({"diffgate": {"primary_key": ["a"]}})")},
      {KeySource::model_meta, at_model("meta", R"({"primary-key": ["b"]})")},
      {KeySource::column_meta, at_model("columns/c/meta", R"({"primary-key": true})")},
      {KeySource::column_tag, at_model("columns/d/tags", R"(["primary-key"])")},
      {KeySource::unique_combination_test,
       test("unique_combination_of_columns", R"({"combination_of_columns": ["e", "f"]})")},
      {KeySource::unique_test, unique("g")},
      {KeySource::unique_key_config, at_model("config/unique_key", "\"h\"")},
      {KeySource::constraint, at_model("constraints", R"([{"type": "primary_key", "columns": ["i"]}])")},
      {KeySource::name_guess, at_model("columns/id", R"({"name": "id"})")},
  };
  const Columns expected[] = {{"a"}, {"b"}, {"c"}, {"d"}, {"e", "f"}, {"g"}, {"h"}, {"i"}, {"id"}};
  for (std::size_t first = 0; first < sources.size(); ++first) {
    std::vector<std::string> operations{columns({"c", "d"}),
                                        at_model("config/materialized", "\"incremental\"")};
    for (std::size_t i = first; i < sources.size(); ++i) operations.push_back(sources[i].second);
    const PrimaryKey key = key_after(operations);
    CAPTURE(name_of(sources[first].first));
    CHECK(key.source == sources[first].first);
    CHECK(key.columns == expected[first]);
  }
  CHECK(key_after({}).source == KeySource::none);
  CHECK(key_after({}).columns.empty());
}

TEST_CASE("two columns that are each unique stay apart, and the one that is never null wins") {
  const PrimaryKey key =
      key_after({columns({"email", "key"}), unique("email"), unique("key"), not_null("key")});
  CHECK(key.columns == Columns{"key"});
  CHECK(has_note(key, "another candidate: email"));
}

TEST_CASE("a unique column that may be null is a key with a note") {
  const PrimaryKey key = key_after({unique("email")});
  CHECK(key.columns == Columns{"email"});
  CHECK(has_note(key, "email is unique but may be null"));
  CHECK_FALSE(has_note(key_after({unique("email"), not_null("email")}), "null"));
}

TEST_CASE("a uniqueness test that covers a part of the rows is no key, and says so") {
  const std::string where = R"({"where": "valid"})";
  const PrimaryKey partial = key_after({unique("a", where), not_null("a")});
  CHECK(partial.source == KeySource::none);
  CHECK(partial.columns.empty());
  CHECK(has_note(partial, "the uniqueness test of a covers some rows alone: it names no key"));
  CHECK(key_after({unique("a", where), not_null("a"), unique("b")}).columns == Columns{"b"});
  const PrimaryKey guessed = key_after({columns({"a", "id"}), unique("a", where)});
  CHECK(guessed.columns == Columns{"id"});
  CHECK(has_note(guessed, "covers some rows alone"));
  // Nor does a not_null test of some rows make a unique column one that is never null.
  CHECK(
      has_note(key_after({unique("a"), test("not_null", R"({"column_name": "a"})", where)}), "may be null"));
}

TEST_CASE("a uniqueness test that only warns comes after those that fail") {
  const std::string warn = R"({"severity": "WARN"})";
  const PrimaryKey alone = key_after({unique("a", warn)});
  CHECK(alone.columns == Columns{"a"});
  CHECK(has_note(alone, "only warns"));
  CHECK(key_after({unique("a", warn), not_null("a"), unique("b")}).columns == Columns{"b"});
}

TEST_CASE("disabled tests, and tests of sources, say nothing of a model") {
  CHECK(key_after({unique("a", R"({"enabled": false})")}).source == KeySource::none);
  const std::string disabled = R"({"op": "add", "path": "/disabled/test.shop.d", "value": [{
    "resource_type": "test", "name": "t", "attached_node": ")" +
                               std::string(kModel) + R"(", "test_metadata": {"name": "unique",
    "kwargs": {"column_name": "x"}}, "depends_on": {"nodes": [")" +
                               kModel + R"("]}}]})";
  CHECK(key_after({disabled}).source == KeySource::none);
  // A test of a source, before there was attached_node, that also reads the model.
  CHECK(key_after({R"({"op": "add", "path": "/nodes/test.shop.s", "value": {"resource_type": "test",
    "test_metadata": {"name": "unique", "kwargs": {"column_name": "x"}},
    "depends_on": {"nodes": ["source.shop.shop.orders", "model.shop.customers"]}}})"})
            .source == KeySource::none);
}

TEST_CASE("combinations keep their quoted columns, whichever package the test is from") {
  struct Row {
    const char* test_name;
    const char* arguments;
    Columns columns;
    KeySource source;
  };
  const auto combination = KeySource::unique_combination_test;
  const Row rows[] = {
      {"unique_combination_of_columns",
       R"({"combination_of_columns": ["\"Order Id\"", "line"]})",
       {"Order Id", "line"},
       combination},
      {"unique_combination_of_columns",
       R"({"combination_of_columns": ["Order Id", "line-no"], "quote_columns": true})",
       {"Order Id", "line-no"},
       combination},
      {"unique_combination_of_columns",
       R"({"combination_of_columns": ["`a`", "[b c]"]})",
       {"a", "b c"},
       combination},
      {"unique_combination_of_columns", R"({"combination_of_columns": []})", {}, KeySource::none},
      {"expect_compound_columns_to_be_unique", R"({"column_list": ["a", "b"]})", {"a", "b"}, combination},
      {"expect_compound_columns_to_be_unique",
       R"({"column_list": ["a"], "row_condition": "b > 1"})",
       {},
       KeySource::none},
      {"expect_column_values_to_be_unique", R"({"column_name": "a"})", {"a"}, KeySource::unique_test},
      {"primary_key", R"({"column_names": ["a", "b"]})", {"a", "b"}, combination},
      {"primary_key", R"({"column_name": "a"})", {"a"}, KeySource::unique_test},
      {"unique",
       R"({"column_name": "\"Order Id\" || '-' || line"})",
       {"Order Id", "line"},
       KeySource::unique_test},
      {"accepted_values", R"({"column_name": "a"})", {}, KeySource::none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.test_name);
    CAPTURE(row.arguments);
    const PrimaryKey key = key_after({test(row.test_name, row.arguments)});
    CHECK(key.columns == row.columns);
    CHECK(key.source == row.source);
  }
}

TEST_CASE("each version of a model has its own tests") {
  const std::string other = "model.shop.customers.v2";
  const std::string copy =
      R"({"op": "copy", "from": "/nodes/model.shop.customers", "path": "/nodes/)" + other + "\"}";
  const std::string second = test("unique", R"({"column_name": "b"})", "{}", other);
  CHECK(key_after({copy, unique("a"), second}).columns == Columns{"a"});
  CHECK(key_after({copy, unique("a"), second}, other.c_str()).columns == Columns{"b"});
}

TEST_CASE("meta names a key before tags do, at the model before at its columns") {
  const std::string tagged = at_model("columns", R"({"a": {"name": "a", "tags": ["primary-key"]},
      "b": {"name": "b", "meta": {"primary-key": true}}, "c": {"name": "c", "meta": {"primary-key": false}}})");
  CHECK(key_after({tagged}).columns == Columns{"b"});
  CHECK(key_after({tagged, at_model("config/meta", R"({"primary-key": ["c"]})")}).columns == Columns{"c"});
  CHECK(key_after(
            {tagged, at_model("config/meta", R"({"primary-key": ["c"], "diffgate": {"primary_key": "d"}})")})
            .columns == Columns{"d"});
  CHECK(key_after({tagged, at_model("config/meta", R"({"datafold": {"datadiff": {"primary_key": "e"}}})")})
            .columns == Columns{"e"});
}

TEST_CASE("a snapshot's unique_key repeats with each version of a row, which is said") {
  CHECK(has_note(key_after({}, "snapshot.shop.customers_snapshot"), "older versions count as duplicates"));
  CHECK_FALSE(has_note(key_after({}, "model.shop.orders"), "older versions"));
}

TEST_CASE("tests of another node are not this model's") {
  CHECK(key_after({test("unique", R"({"column_name": "x"})", "{}", "model.shop.orders")}).source ==
        KeySource::none);
  // Before v9 there is no attached_node: the first node that the test reads is the tested one.
  const auto without_attached = [](const char* nodes) {
    return std::string(R"({"op": "add", "path": "/nodes/test.shop.old", "value": {"resource_type": "test",
      "test_metadata": {"name": "unique", "kwargs": {"column_name": "x"}},
      "depends_on": {"nodes": )") +
           nodes + "}}}";
  };
  CHECK(key_after({without_attached(R"(["model.shop.customers", "model.shop.orders"])")}).columns ==
        Columns{"x"});
  CHECK(key_after({without_attached(R"(["model.shop.orders", "model.shop.customers"])")}).columns.empty());
}

TEST_CASE("unique_key is a key of incremental models and snapshots alone") {
  CHECK(key_after({at_model("config/unique_key", "\"a\"")}).source == KeySource::none);
  CHECK(key_after({}, "model.shop.orders").columns == Columns{"order_id"});
  CHECK(key_after({}, "model.shop.orders").source == KeySource::unique_key_config);
  CHECK(key_after({}, "snapshot.shop.customers_snapshot").columns == Columns{"id"});
  CHECK(key_after({at_model("config/unique_key", R"(["a", "b"])", "model.shop.orders")}, "model.shop.orders")
            .columns == Columns{"a", "b"});
}

TEST_CASE("the model's name is guessed as a key with and without a version") {
  CHECK(key_after({columns({"Customers_ID", "x"})}).columns == Columns{"Customers_ID"});
  CHECK(key_after({columns({"pk", "id"})}).columns == Columns{"id"});
}

TEST_CASE("config.meta goes over meta, for models and for columns") {
  CHECK(key_after({at_model("meta", R"({"primary-key": ["old"]})"),
                   at_model("config/meta", R"({"primary-key": ["new"]})")})
            .columns == Columns{"new"});
  CHECK(key_after({at_model("columns", R"({"a": {"name": "a", "config": {"meta": {"primary-key": true}}},
                                           "b": {"name": "b", "config": {"tags": ["primary-key"]}}})")})
            .columns == Columns{"a"});
}

TEST_CASE("the columns of an expression are found") {
  struct Row {
    const char* expression;
    Columns documented;
    Columns columns;
  };
  const Row rows[] = {
      {"id", {}, {"id"}},
      {"\"Id\"", {}, {"Id"}},
      {"`id`", {"id"}, {"id"}},
      {"ID", {"id"}, {"id"}},
      {"\"ID\"", {"id"}, {"ID"}},
      {"a || b", {}, {"a", "b"}},
      {"a || '-' || b", {"a", "b"}, {"a", "b"}},
      {"a||'it''s || c'||b", {}, {"a", "b"}},
      {"CONCAT(a, b)", {"a", "b"}, {"a", "b"}},
      {"concat(a, '-', b)", {}, {"a", "b"}},
      {"(a || b)", {}, {"a", "b"}},
      {"cast(a as text) || b", {"a", "b"}, {"a", "b"}},
      {"a::varchar || b::varchar", {"a", "b"}, {"a", "b"}},
      {"coalesce(a, 'x') || b", {"a", "b"}, {"a", "b"}},
      {"a || region", {"a"}, {"a", "region"}},
      {"t.a || t.b", {"a", "b"}, {"a", "b"}},
      {"a || a", {}, {"a"}},
      {"'text'", {}, {}},
      {"", {}, {}},
      {"a || 'unclosed", {}, {"a"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(columns_of_expression(row.expression, KnownColumns(row.documented)) == row.columns);
  }
}

TEST_CASE("the audit names every model with a table, sorted, with its files") {
  const auto lines = audit_primary_keys(small_manifest(), "primary-key");
  std::vector<std::string> ids;
  for (const KeyAuditLine& line : lines) ids.push_back(line.id.value());
  CHECK(ids == std::vector<std::string>{"model.shop.customers", "model.shop.orders",
                                        "model.shop.stg_customers", "seed.shop.customers_raw",
                                        "snapshot.shop.customers_snapshot"});
  CHECK(lines[2].key.columns == Columns{"customer_id"});
  CHECK(lines[2].key.source == KeySource::unique_test);
  CHECK(lines[2].relation == R"("dev"."main"."stg_customers")");
  CHECK(lines[2].sql_file == "models/staging/stg_customers.sql");
  CHECK(lines[2].yaml_file == "models/schema.yml");
}
