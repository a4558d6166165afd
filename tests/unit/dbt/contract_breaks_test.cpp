// What dbt says when an enforced contract is broken (reference: its functional tests of state, contracts).

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dbt/plan.hpp"
#include "small_manifest.hpp"

using namespace diffgate::dbt;

namespace {

// `customers` with a contract over two columns; each case changes it further.
constexpr const char* kContract = R"json([
  {"op": "replace", "path": "/nodes/model.shop.customers/contract", "value": {"enforced": true, "checksum": "c1"}},
  {"op": "replace", "path": "/nodes/model.shop.customers/columns", "value": {
    "id": {"name": "id", "data_type": "integer", "constraints": [
      {"type": "not_null", "name": null, "expression": null}, {"type": "unique", "name": "one_each"}]},
    "label": {"name": "label", "data_type": "varchar(5)", "constraints": []}}},
  {"op": "add", "path": "/nodes/model.shop.customers/constraints", "value": [
    {"type": "primary_key", "columns": ["id", "label"]}]}])json";

constexpr const char* kOtherChecksum =
    R"({"op": "replace", "path": "/nodes/model.shop.customers/contract/checksum", "value": "c2"})";

std::string at(const std::string& path) { return "/nodes/model.shop.customers/" + path; }

std::string replace(const std::string& path, const std::string& value) {
  return R"({"op": "replace", "path": ")" + at(path) + R"(", "value": )" + value + "}";
}

std::string remove(const std::string& path) { return R"({"op": "remove", "path": ")" + at(path) + R"("})"; }

std::string patch(const std::vector<std::string>& operations) {
  std::string text;
  for (const std::string& operation : operations) text += (text.empty() ? "[" : ", ") + operation;
  return text + "]";
}

struct Case {
  const char* what;
  std::vector<std::string> change;
  std::vector<std::string> breaks;
  const char* setup = "[]";  // on both sides, after the contract
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"nothing", {}, {}},
      {"enforcement removed",
       {replace("contract", R"({"enforced": false, "checksum": null})")},
       {"its contract is no longer enforced"}},
      {"a column removed", {kOtherChecksum, remove("columns/label")}, {"column 'label' was removed"}},
      {"a column renamed",
       {kOtherChecksum, R"({"op": "move", "from": ")" + at("columns/label") + R"(", "path": ")" +
                            at("columns/title") + R"("})"},
       {"column 'label' was removed"}},
      {"a column added",
       {kOtherChecksum, R"({"op": "add", "path": ")" + at("columns/more") +
                            R"(", "value": {"name": "more", "data_type": "int"}})"},
       {}},
      {"another data type",
       {kOtherChecksum, replace("columns/id/data_type", R"("text")")},
       {"column 'id' became text, was integer"}},
      {"another size of the type",
       {kOtherChecksum, replace("columns/label/data_type", R"json("VARCHAR(20)")json")},
       {}},
      {"another precision",
       {kOtherChecksum, replace("columns/id/data_type", R"json("numeric(12,4)")json")},
       {},
       R"json([{"op": "replace", "path": "/nodes/model.shop.customers/columns/id/data_type", "value": "numeric(10,2)"}])json"},
      {"no data type any more",
       {kOtherChecksum, remove("columns/id/data_type")},
       {"column 'id' became no type, was integer"}},
      {"constraints of a column removed",
       {kOtherChecksum, replace("columns/id/constraints", "[]")},
       {"constraint not_null of column 'id' was removed",
        "constraint unique 'one_each' of column 'id' was removed"}},
      {"a constraint of the model removed",
       {kOtherChecksum, replace("constraints", "[]")},
       {"constraint primary_key on (id, label) was removed"}},
      {"a constraint spelled with its default values",
       {kOtherChecksum,
        replace("constraints",
                R"([{"type": "primary_key", "columns": ["id", "label"], "name": null, "to": null}])")},
       {}},
      {"a constraint removed that the warehouse does not enforce",
       {kOtherChecksum, replace("constraints", "[]"),
        replace("columns/id/constraints", R"([{"type": "not_null"}])")},
       {},
       R"([{"op": "replace", "path": "/metadata/adapter_type", "value": "snowflake"}])"},
      {"constraints removed of what was a view",
       {kOtherChecksum, replace("constraints", "[]"), replace("columns/id/constraints", "[]")},
       {},
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/config/materialized", "value": "view"}])"},
      {"from table to view, with constraints",
       {kOtherChecksum, replace("config/materialized", R"("view")")},
       {"it became a view, was a table: its constraints are not enforced any more"}},
      {"from table to view, without constraints",
       {kOtherChecksum, replace("config/materialized", R"("view")")},
       {},
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/columns/id/constraints", "value": []},
           {"op": "replace", "path": "/nodes/model.shop.customers/constraints", "value": []}])"},
      {"from table to incremental", {kOtherChecksum, replace("config/materialized", R"("incremental")")}, {}},
      {"from view to table",
       {kOtherChecksum, replace("config/materialized", R"("table")")},
       {},
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/config/materialized", "value": "view"}])"},
      {"the model deleted",
       {R"({"op": "remove", "path": "/nodes/model.shop.customers"})"},
       {"the model was deleted or renamed"}},
      {"the model disabled",
       {R"({"op": "move", "from": "/nodes/model.shop.customers", "path": "/disabled/model.shop.customers"})"},
       {"the model was disabled"}},
      {"the model deleted after its deprecation date",
       {R"({"op": "remove", "path": "/nodes/model.shop.customers"})"},
       {},
       R"([{"op": "add", "path": "/nodes/model.shop.customers/deprecation_date", "value": "2026-07-31T00:00:00+00:00"}])"},
      {"the model deleted before its deprecation date",
       {R"({"op": "remove", "path": "/nodes/model.shop.customers"})"},
       {"the model was deleted or renamed"},
       R"([{"op": "add", "path": "/nodes/model.shop.customers/deprecation_date", "value": "2026-08-02T00:00:00+00:00"}])"},
      {"a contract that was not enforced before",
       {kOtherChecksum, replace("contract/enforced", "true"), remove("columns/label")},
       {},
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/contract/enforced", "value": false}])"},
      {"a model deleted whose contract was not enforced",
       {R"({"op": "remove", "path": "/nodes/model.shop.customers"})"},
       {},
       R"([{"op": "replace", "path": "/nodes/model.shop.customers/contract/enforced", "value": false}])"},
  };
  return all;
}

std::string joined_setup(const char* setup) {
  const std::string more(setup);
  if (more == "[]") return kContract;
  std::string first(kContract);
  first.erase(first.rfind(']'));
  return first + ", " + more.substr(1);
}

std::vector<std::string> breaks_in(const Plan& plan) {
  for (const PlannedModel& model : plan.models) {
    if (model.id.value() == "model.shop.customers") return model.contract_breaks;
  }
  return {};
}

bool warns(const Plan& plan, std::string_view part) {
  return std::any_of(plan.warnings.begin(), plan.warnings.end(),
                     [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a plan says what a pull request breaks of a contract") {
  for (const Case& one : cases()) {
    CAPTURE(one.what);
    const std::string setup = joined_setup(one.setup);
    const Manifest base = small_manifest(setup);
    const Manifest head = small_manifest(
        setup,
        patch(
            one.change.empty()
                ? std::vector<
                      std::
                          string>{R"({"op": "test", "path": "/nodes/model.shop.customers/name", "value": "customers"})"}
                : one.change));
    const Plan plan = make_plan(base, head, {});
    CHECK(breaks_in(plan) == one.breaks);
    CHECK(warns(plan, "the contract of customers is broken") == !one.breaks.empty());
    CHECK_FALSE(warns(plan, "dbt ends with an error"));
  }
}

TEST_CASE("for a versioned model a broken contract is an error in dbt") {
  const std::string setup =
      joined_setup(R"([{"op": "add", "path": "/nodes/model.shop.customers/version", "value": 1}])");
  for (
      const std::string& change :
      {replace("contract", R"({"enforced": false, "checksum": null})"),
       std::string(R"({"op": "remove", "path": "/nodes/model.shop.customers"})"),
       std::string(
           R"({"op": "move", "from": "/nodes/model.shop.customers", "path": "/disabled/model.shop.customers"})")}) {
    CAPTURE(change);
    const Plan plan = make_plan(small_manifest(setup), small_manifest(setup, patch({change})), {});
    CHECK(warns(plan, "The model is versioned, so dbt ends with an error"));
  }
}

TEST_CASE("a model without a contract may be disabled in silence") {
  const Plan plan = make_plan(
      small_manifest(),
      small_manifest(
          R"([{"op": "move", "from": "/nodes/model.shop.customers", "path": "/disabled/model.shop.customers"}])"),
      {});
  CHECK(plan.warnings.empty());
}
