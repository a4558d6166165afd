// Later pushes to a pull request: what was measured before and still holds is not measured again.

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/demo/shop.hpp"
#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

using Json = nlohmann::json;

Json manifest_with(const std::string& model, const std::string& field, const Json& value) {
  Json manifest = Json::parse(journey::pull_request_manifest());
  manifest.at("nodes").at(model).at(field) = value;
  return manifest;
}

// A pull request of which a first commit has been diffed.
class Pushed : public World {
 public:
  explicit Pushed(const std::string& rules = "") : World(rules) {
    run(stage.upload_production());
    const stand_in::Hook opened = github().open(stage.shop_pull_request());
    number_ = opened.number;
    send(opened);
    first_ = head(number_);
    build(first_, Json::parse(journey::pull_request_manifest()));
    REQUIRE(check_of(first_) == "completed success");
  }

  // Whoever measured one of these again would find nothing.
  void drop_tables_of_pull_request_but(const std::string& kept) {
    std::string script;
    for (const std::string table : {"orders", "order_items", "payments", "customers", "country_summary",
                                    "product_reach", "daily_revenue", "channel_share"}) {
      if (table != kept) script += "drop table pr_42." + table + ";";
    }
    journey::run_duckdb_script(std::string(DIFFGATE_BINARY_DIR) + "/diffgate-duckdb",
                               stage.folder() + "/shop.duckdb", script);
  }

  void push(const Json& manifest, const stand_in::TreeEdits& files = {{"models/more.sql", "select 1\n"}}) {
    send(github().push(number_, "a second thought", files));
    const std::string sha = head(number_);
    build(sha, manifest);
    REQUIRE(look(sha).status == "completed");
  }

  // What CI uploads after it has built a commit. All manifests are written by the same hand, as dbt would.
  void build(const std::string& sha, const Json& manifest,
             const std::string& results = journey::pull_request_run_results()) {
    run(stage.upload("pull_request", sha, "run_results.json", results));
    run(stage.upload("pull_request", sha, "manifest.json", manifest.dump()));
    settle();
  }

  // The models whose result is of an earlier commit, and those measured for the last one.
  struct Split {
    std::set<std::string> carried_over;
    std::set<std::string> measured;
  };
  Split split() {
    const Json run_json = Json::parse(run(stage.get("/api/v1/runs/" + std::to_string(++run_id_))).body);
    Split split;
    for (const Json& model : run_json.at("report").at("models")) {
      if (model.at("result") == "skipped" || model.at("result") == "removed") continue;
      const bool is_carried = !model.at("carried_over").is_null();
      if (is_carried) CHECK(model.at("carried_over").at("sha") == first_);
      (is_carried ? split.carried_over : split.measured).insert(model.at("name"));
    }
    return split;
  }

  int number() const { return number_; }
  const std::string& first() const { return first_; }
  std::string comment() { return github().comments(number_).at(0).body; }

 private:
  int number_ = 0;
  std::string first_;
  int run_id_ = 1;  // of the first commit
};

}  // namespace

TEST_CASE("story: a push that touches one model measures one model, and says what it carried over") {
  Pushed world;
  world.drop_tables_of_pull_request_but("country_summary");
  world.push(manifest_with("model.shop.country_summary", "raw_code", "select 1 as country"));
  CHECK(world.check_of(world.head(world.number())) == "completed success");
  const auto split = world.split();
  CHECK(split.measured == std::set<std::string>{"country_summary"});
  CHECK(split.carried_over.size() == 10);
  const std::string comment = world.comment();
  CAPTURE(comment);
  CHECK(contains(comment, "1 model measured, 10 carried over from an earlier push"));
  CHECK(contains(comment, "measured at " + world.first().substr(0, 7)));
  CHECK(contains(comment, "| 🟠 `orders` | 400 → 388 | 0 | −12 | 35 (9%) |"));
}

TEST_CASE("story: a change is measured again in all that reads it") {
  Pushed world;
  world.push(manifest_with("model.shop.stg_orders", "raw_code", "select 1"));
  const auto split = world.split();
  CHECK(split.measured == std::set<std::string>{"stg_orders", "orders", "order_items", "customers",
                                                "country_summary", "product_reach", "daily_revenue",
                                                "channel_share"});
  CHECK(split.carried_over == std::set<std::string>{"payments", "stg_customers", "stg_promotions"});
}

TEST_CASE("story: nothing is carried over where the tables may hold something else, or the rules say so") {
  const Json same = Json::parse(journey::pull_request_manifest());
  SUBCASE("by the rule") {
    Pushed world("reuse_results: false\n");
    world.push(same);
    CHECK(world.split().carried_over.empty());
  }
  SUBCASE("after production was built again") {
    Pushed world;
    Json production = Json::parse(journey::production_manifest());
    production.at("metadata").at("generated_at") = "2026-11-22T02:08:12Z";
    world.run(
        world.stage.upload("production", world.stage.main_branch_tip(), "manifest.json", production.dump()));
    world.push(same);
    CHECK(world.split().carried_over.empty());
  }
  SUBCASE("with the project's settings edited") {
    Pushed world;
    world.push(same, {{"dbt_project.yml", "vars: {cutoff: 2}\n"}});
    CHECK(world.split().carried_over.empty());
  }
  SUBCASE("a day later") {
    Pushed world;
    world.clock.advance(std::chrono::hours(25));
    world.push(same);
    CHECK(world.split().carried_over.empty());
  }
}

TEST_CASE(
    "story: rows that the build reported differently are measured again, and of the same build nothing is") {
  Pushed world;
  const Json same = Json::parse(journey::pull_request_manifest());
  world.push(same);
  CHECK(world.split().measured.empty());
  CHECK(contains(world.comment(), "0 models measured, 11 carried over"));

  Json results = Json::parse(journey::pull_request_run_results());
  for (Json& result : results.at("results")) {
    if (result.at("unique_id") == "model.shop.payments") result.at("adapter_response")["rows_affected"] = 5;
  }
  world.send(world.github().push(world.number(), "a third", {{"models/third.sql", "select 1\n"}}));
  world.build(world.head(world.number()), same, results.dump());
  const auto split = world.split();
  CHECK(split.measured == std::set<std::string>{"payments"});
  CHECK(split.carried_over.size() == 10);
}
