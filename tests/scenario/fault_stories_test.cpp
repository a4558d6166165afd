#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

stand_in::Fault answer(const std::string& method, const std::string& path, int status, std::size_t times) {
  stand_in::Fault fault;
  fault.method = method;
  fault.path = path;
  fault.times = times;
  fault.response.status = status;
  fault.response.body = R"({"message":"out of order"})";
  return fault;
}

}  // namespace

TEST_CASE("fault story: a forge in trouble delays the run and changes nothing else") {
  World world;
  world.run(world.stage.upload_production());
  stand_in::Fault fault;
  SUBCASE("reading fails with 500 for a while") { fault = answer("GET", "*/pulls/*", 500, 8); }
  SUBCASE("the check can't be created for a while") { fault = answer("POST", "*/check-runs", 502, 3); }
  SUBCASE("the check is created but the answer is lost") {
    fault = answer("POST", "*/check-runs", 502, 1);
    fault.kind = stand_in::Fault::Kind::answer_after_work;
  }
  SUBCASE("the comment is made but the answer is lost") {
    fault = answer("POST", "*/comments", 502, 1);
    fault.kind = stand_in::Fault::Kind::answer_after_work;
  }
  SUBCASE("a secondary limit asks for half a minute") {
    fault = answer("PATCH", "*/check-runs/*", 403, 2);
    fault.response.headers.set("retry-after", "30");
  }
  SUBCASE("the changed files are not there yet") { fault = answer("GET", "*/files", 404, 2); }
  world.stage.wire().add(fault);
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  REQUIRE(world.run(world.stage.send(opened)) == 202);
  world.run(world.stage.upload_pull_request(sha));
  world.pass_time_until([&] {
    return world.check_of(sha) == "completed success" && !world.github().comments(opened.number).empty();
  });
  world.settle();
  CHECK(world.github().comments(opened.number).size() == 1);
  for (const auto& check : world.github().checks()) CHECK(check.now().status == "completed");
}

TEST_CASE("fault story: a forge that never answers holds nobody else up") {
  World world;
  stand_in::Fault fault;
  fault.path = "*/pulls/42";
  fault.kind = stand_in::Fault::Kind::hang;
  fault.times = 1'000;
  world.stage.wire().add(fault);
  const stand_in::Hook stuck = world.github().open(world.stage.shop_pull_request());
  REQUIRE(world.run(world.stage.send(stuck)) == 202);
  stand_in::NewPullRequest request;
  request.head_branch = "other";
  request.edits = {{"models/other.sql", "select 1\n"}};
  const stand_in::Hook other = world.github().open(request);
  REQUIRE(world.run(world.stage.send(other)) == 202);
  world.run(world.stage.wire().until(
      "the other's check", [&] { return world.check_of(world.head(other.number)) == "queued "; },
      std::chrono::seconds(10)));
  CHECK(world.check_of(world.head(stuck.number)).empty());
}

TEST_CASE("fault story: an App without the permission to write checks is told so, and the daemon goes on") {
  World world;
  stand_in::Fault fault = answer("POST", "*/access_tokens", 422, 1'000);
  world.stage.wire().add(fault);
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  REQUIRE(world.run(world.stage.send(opened)) == 202);
  world.settle();
  CHECK(world.github().checks().empty());
  world.stage.wire().clear_faults();
  world.send(world.github().push(opened.number, "again", {{"models/again.sql", "select 1\n"}}));
  CHECK(world.check_of(world.head(opened.number)) == "queued ");
}

TEST_CASE("fault story: after a restart in the middle there is one comment and no open check") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.run(world.stage.upload_pull_request(sha));
  world.run(world.stage.wire().until(
      "the diff", [&] { return contains(world.look(sha).title, "of 11 models"); }, std::chrono::seconds(30)));
  world.run(world.stage.stop_daemon());
  CHECK(world.look(sha).status == "in_progress");
  world.run(world.stage.start_daemon());
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
  CHECK(world.github().checks().size() == 1);
  CHECK(world.github().comments(opened.number).size() == 1);
}
