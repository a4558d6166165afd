#include <vector>

#include "world.hpp"

// GitHub in trouble, or only slow: each story ends as if nothing had been.

using namespace diffgate;
using namespace diffgate::test;

namespace {

stand_in::Fault fault(const std::string& method, const std::string& path, int status, std::size_t times,
                      net::Headers headers = {}, std::string body = R"({"message":"out of order"})") {
  stand_in::Fault made;
  made.method = method;
  made.path = path;
  made.times = times;
  made.response = {status, std::move(headers), std::move(body)};
  return made;
}

// Opens the shop's pull request, uploads for it and waits for the end.
void whole_journey(World& world) {
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  REQUIRE(world.run(world.stage.send(opened)) == 202);
  world.run(world.stage.upload_pull_request(sha));
  world.pass_time_until([&] {
    return world.check_of(sha) == "completed success" && world.github().comments(opened.number).size() == 1;
  });
  world.settle();
  CHECK(world.github().checks().size() == 1);
  CHECK(world.github().comments(opened.number).size() == 1);
}

}  // namespace

TEST_CASE("fault story: limits are waited out, whatever GitHub says of how long") {
  World world;
  world.run(world.stage.upload_production());
  SUBCASE("secondary, with Retry-After") {
    world.stage.wire().add(fault("POST", "*/check-runs", 403, 1, {{"retry-after", "60"}},
                                 R"({"message":"You have exceeded a secondary rate limit."})"));
  }
  SUBCASE("secondary, without Retry-After") {
    world.stage.wire().add(fault("POST", "*/check-runs", 403, 1, {},
                                 R"({"message":"You have exceeded a secondary rate limit."})"));
  }
  SUBCASE("429") { world.stage.wire().add(fault("PATCH", "*/check-runs/*", 429, 1, {{"retry-after", "5"}})); }
  SUBCASE("502 on a read and on a write") {
    world.stage.wire().add(fault("GET", "*/contents/*", 502, 2));
    world.stage.wire().add(fault("PATCH", "*/check-runs/*", 502, 1));
  }
  SUBCASE("files that are not there yet") { world.stage.wire().add(fault("GET", "*/files", 404, 2)); }
  whole_journey(world);
}

TEST_CASE("fault story: tokens that GitHub no longer takes are replaced") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.github().expire_tokens();
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
}

TEST_CASE("fault story: the hour's requests are spent, and the run goes on with the next hour's") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.github().limit_requests(3);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  const std::size_t refused = world.stage.wire().calls().size();
  world.clock.advance(std::chrono::minutes(1));
  world.settle();
  // Nobody knocks at a closed door.
  CHECK(world.stage.wire().calls().size() <= refused + 1);
  world.pass_time_until([&] { return world.check_of(sha) == "completed success"; });
  world.pass_time_until([&] { return world.github().comments(opened.number).size() == 1; });
}

TEST_CASE("fault story: commits that come in the wrong order end at the newest") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  std::vector<stand_in::Hook> pushes;
  for (int i = 0; i < 4; ++i) {
    world.clock.advance(std::chrono::seconds(1));
    pushes.push_back(world.github().push(opened.number, "more", {{"models/more.sql", std::to_string(i)}}));
  }
  const std::string newest = world.head(opened.number);
  for (const std::size_t at : {3U, 1U, 0U, 2U}) world.send(pushes.at(at));
  world.send(opened);
  CHECK(world.check_of(newest) == "queued ");
  for (const auto& check : world.github().checks())
    CHECK((check.head_sha == newest || check.now().status == "completed"));
}

TEST_CASE("fault story: the same delivery five times at once is one") {
  World world;
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  for (int i = 0; i < 5; ++i) REQUIRE(world.run(world.stage.send(opened)) == 202);
  world.settle();
  CHECK(world.github().checks().size() == 1);
}

TEST_CASE("fault story: what GitHub could not deliver while the daemon was down is taken from its log") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  REQUIRE(world.check_of(sha) == "completed success");
  world.github().log_delivery(opened, 202);
  world.run(world.stage.stop_daemon());

  world.clock.advance(std::chrono::hours(5));
  const stand_in::Hook pressed = world.github().press(sha, "rerun", "ada");
  world.github().log_delivery(pressed, 502);
  const stand_in::Hook queued = world.github().queue_to_merge(opened.number);
  world.github().log_delivery(queued, 0);
  world.github().log_delivery(queued, 0);  // tried again by a person, in vain
  const std::string group = world.github().branch("gh-readonly-queue/main/pr-42-" + sha);

  world.run(world.stage.start_daemon());
  world.settle();
  CHECK(world.check_of(group) == "completed success");
  CHECK(world.github().checks().size() == 3);  // the first, the one after the button, the merge queue's
  CHECK(world.check_of(sha) == "completed success");

  // And nothing of it once more.
  world.run(world.stage.stop_daemon());
  world.run(world.stage.start_daemon());
  world.settle();
  CHECK(world.github().checks().size() == 3);
}

TEST_CASE("fault story: a delivery that failed although the daemon was up is found within minutes") {
  World world;
  const stand_in::Hook first = world.github().open(world.stage.shop_pull_request());
  world.send(first);
  stand_in::NewPullRequest request;
  request.head_branch = "lost";
  request.edits = {{"models/lost.sql", "select 1\n"}};
  const stand_in::Hook lost = world.github().open(request);
  world.github().log_delivery(lost, 504);
  world.pass_time_until([&] { return world.check_of(world.head(lost.number)) == "queued "; });
}
