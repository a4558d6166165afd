// One project before and after the same edits, written by dbt 1.12 and by dbt 2 (tests/data/dbt_projects).

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "dbt/manifest.hpp"
#include "dbt/selection.hpp"

using namespace diffgate::dbt;

namespace {

using Ids = std::set<std::string>;

const Manifest& manifest(const std::string& name) {
  static std::map<std::string, Manifest> kept;
  const auto found = kept.find(name);
  if (found != kept.end()) return found->second;
  return kept.emplace(name, load_manifest("tests/data/dbt_projects/two_engines/" + name + ".json.gz"))
      .first->second;
}

Ids select(const std::string& base, const std::string& head, const std::string& selector) {
  SelectionOptions options;
  options.select = selector;
  Ids ids;
  for (const UniqueId& id : select_nodes(manifest(base), manifest(head), options).ids) ids.insert(id.value());
  return ids;
}

}  // namespace

TEST_CASE("a project that changes the engine and nothing else has nothing modified") {
  CHECK(select("dbt1_base", "dbt2_base", "state:modified") == Ids{});
  CHECK(select("dbt1_base", "dbt2_base", "state:new") == Ids{});
  CHECK(select("dbt2_base", "dbt1_base", "state:modified") == Ids{});
}

TEST_CASE("the same edits are found whichever engine wrote which side") {
  const Ids edited = select("dbt1_base", "dbt1_head", "state:modified");
  CHECK(edited.size() == 26);
  // The alpha reads no semantic models, and dbt 2 hashes no unit tests.
  Ids of_both = edited;
  for (const char* const id : {"metric.shop.revenue", "saved_query.shop.weekly",
                               "semantic_model.shop.orders_sm", "unit_test.shop.stg_customers.counts_orders"})
    CHECK(of_both.erase(id) == 1);
  CHECK(select("dbt2_base", "dbt1_head", "state:modified") == of_both);
  // Its ids have no punctuation.
  CHECK(of_both.erase("source.shop.shop.odd-name.v2") == 1);
  of_both.insert("source.shop.shop.odd__name__v2");
  CHECK(select("dbt1_base", "dbt2_head", "state:modified") == of_both);
  CHECK(select("dbt2_base", "dbt2_head", "state:modified") == of_both);
}

TEST_CASE("across engines the sub-selectors name what was edited") {
  const Ids relation{"model.shop.brand_new", "model.shop.stg_customers", "model.shop.stg_orders",
                     "model.shop.stg_pay", "source.shop.shop.payments"};
  for (const char* const base : {"dbt1_base", "dbt2_base"}) {
    for (const char* const head : {"dbt1_head", "dbt2_head"}) {
      CAPTURE(std::string(base));
      CAPTURE(std::string(head));
      CHECK(select(base, head, "state:modified.relation") == relation);
      CHECK(select(base, head, "state:modified.macros") == Ids{"model.shop.stg_customers"});
      CHECK(select(base, head, "state:modified.contract") ==
            Ids{"model.shop.brand_new", "model.shop.contracted"});
    }
  }
}

TEST_CASE("a change of the engine is worth a warning that says what is left out") {
  const auto warnings = version_warnings(manifest("dbt1_base"), manifest("dbt2_base"));
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().find("two engines") != std::string::npos);
  CHECK(version_warnings(manifest("dbt2_base"), manifest("dbt2_head")).empty());
}
