// The labels and keywords that change what a pull request's run does, in our spelling and in Datafold's.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

// What the run does about each model: "orders diff modified".
std::set<std::string> plan_with(const std::vector<std::string>& labels) {
  test::DaemonWorld world;
  world.rules().slim_diff = true;
  world.forge.pull.labels = labels;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  REQUIRE(world.deliver("opened").status == 202);
  world.settle();
  const net::Response run = world.send("GET", "/api/v1/runs/1", "", {{"Authorization", "Key upload-key"}});
  const Json json = Json::parse(run.body);
  std::set<std::string> plan;
  for (const Json& model : json.at("models")) {
    plan.insert(model.at("name").get<std::string>() + " " + model.at("action").get<std::string>() + " " +
                model.at("why").get<std::string>());
  }
  return plan;
}

}  // namespace

TEST_CASE("labels: under Slim Diff either spelling of the label has all downstream models compared") {
  const std::set<std::string> slim = plan_with({"diff-all-downstream"});
  CHECK(slim.contains("country_summary skip slim_diff"));
  const std::set<std::string> ours = plan_with({"diffgate:diff-all-downstream"});
  CHECK(ours.contains("country_summary diff downstream"));
  CHECK(ours == plan_with({"bug", "datafold:diff-all-downstream"}));
}

TEST_CASE("labels: either keyword in the head commit's message has the run left out") {
  for (const char* message : {"fix\n\ndiffgate-skip-ci", "datafold-skip-ci: docs only"}) {
    CAPTURE(message);
    test::DaemonWorld world;
    world.forge.commit_message = message;
    world.start();
    REQUIRE(world.deliver("opened").status == 202);
    world.settle();
    CHECK(test::FakeForge::state_of(world.forge.last_check()) == "skipped");
  }
}

}  // namespace diffgate::app
