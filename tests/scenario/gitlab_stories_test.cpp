#include "app/demo/expectations.hpp"
#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

const stand_in::StandInStatus* status_of(World& world, int number) {
  return world.gitlab().status(world.gitlab().merge_request(number).head_sha, "diffgate");
}

}  // namespace

TEST_CASE("GitLab story: a merge request is opened, built and diffed") {
  World world("", true);
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.gitlab().open(world.stage.shop_pull_request());
  world.send(opened);
  REQUIRE(status_of(world, opened.number) != nullptr);
  CHECK(status_of(world, opened.number)->now().state == "pending");
  world.run(world.stage.upload_pull_request(world.gitlab().merge_request(opened.number).head_sha));
  world.settle();
  CHECK(status_of(world, opened.number)->now().state == "success");
  CHECK(contains(status_of(world, opened.number)->now().description, "7 different, 1 key problem"));
  CHECK(world.gitlab().statuses().size() == 1);
  CHECK(world.gitlab().pipelines().size() == 1);
  REQUIRE(world.gitlab().comments(opened.number).size() == 1);
  CHECK(contains(world.gitlab().comments(opened.number)[0].body, "| 🟠 `orders` | 400 → 388 |"));
  CHECK(app::journey::unmet_expectations(world.run(world.stage.get("/api/v1/runs/1")).body) ==
        std::vector<std::string>{});
}

TEST_CASE("GitLab story: the label decides") {
  World world("pull_request_label: data-diff\n", true);
  const stand_in::Hook opened = world.gitlab().open(world.stage.shop_pull_request());
  world.send(opened);
  REQUIRE(status_of(world, opened.number) != nullptr);
  CHECK(status_of(world, opened.number)->now().state != "running");
  CHECK(contains(status_of(world, opened.number)->now().description, "data-diff"));
  world.send(world.gitlab().label(opened.number, "data-diff"));
  CHECK(status_of(world, opened.number)->now().state == "pending");
}

TEST_CASE("GitLab story: a push leaves no status of the old commit open") {
  World world("", true);
  const stand_in::Hook opened = world.gitlab().open(world.stage.shop_pull_request());
  world.send(opened);
  const std::string first = world.gitlab().merge_request(opened.number).head_sha;
  world.send(world.gitlab().push(opened.number, "more", {{"models/more.sql", "select 1\n"}}));
  CHECK(world.gitlab().status(first, "diffgate")->now().state == "canceled");
  CHECK(status_of(world, opened.number)->now().state == "pending");
}
