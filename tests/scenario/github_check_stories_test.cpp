#include <algorithm>

#include "world.hpp"

// What people press on a check.

using namespace diffgate;
using namespace diffgate::test;

namespace {

// A pull request whose data has been compared.
struct Compared : World {
  explicit Compared(std::string rules = "", bool is_fork = false) : World(std::move(rules)) {
    run(stage.upload_production());
    stand_in::NewPullRequest request = stage.shop_pull_request();
    request.is_fork = is_fork;
    number = github().open(request).number;
    sha = head(number);
  }

  void finish() {
    run(stage.upload_pull_request(sha));
    settle();
  }

  int number = 0;
  std::string sha;
};

}  // namespace

TEST_CASE("story: a check says whose run it is, where to read more, and offers three buttons") {
  Compared world;
  world.send(world.github().label(world.number, "any"));
  CHECK(world.github().check(world.sha, "diffgate")->buttons.empty());
  world.finish();
  const stand_in::StandInCheckRun& check = *world.github().check(world.sha, "diffgate");
  CHECK(check.external_id == "run-1");
  CHECK(check.details_url.starts_with("https://diffgate.example.com/runs/1?token="));
  CHECK(check.buttons == std::vector<std::string>{"rerun", "accept", "downstream"});
}

TEST_CASE("story: Re-run measures again and says so on a new check; the completed one is left as it was") {
  Compared world;
  world.send(world.github().label(world.number, "any"));
  world.finish();
  REQUIRE(world.check_of(world.sha) == "completed success");
  stand_in::Hook again;
  SUBCASE("by GitHub's own button") { again = world.github().rerequest_check(world.sha, "ada"); }
  SUBCASE("by ours") { again = world.github().press(world.sha, "rerun", "ada"); }
  SUBCASE("of all checks") { again = world.github().rerequest_suite(world.sha, "ada"); }
  world.send(again);
  REQUIRE(world.github().checks().size() == 2);
  CHECK(world.github().checks()[0].now().status == "completed");
  CHECK(world.github().checks()[1].looks.front().status == "queued");
  CHECK(world.check_of(world.sha) == "completed success");
  CHECK(world.github().comments(world.number).size() == 1);

  // The same delivery once more asks for nothing new.
  world.send(again);
  CHECK(world.github().checks().size() == 2);
}

TEST_CASE("story: who may only read can't have anything run again") {
  Compared world;
  world.github().set_permission("eve", "read");
  world.send(world.github().label(world.number, "any"));
  world.finish();
  world.send(world.github().rerequest_check(world.sha, "eve"));
  world.send(world.github().press(world.sha, "rerun", "eve"));
  CHECK(world.github().checks().size() == 1);
}

TEST_CASE("story: a button on a commit that was pushed over asks for nothing") {
  Compared world;
  world.send(world.github().label(world.number, "any"));
  world.finish();
  world.send(world.github().push(world.number, "more", {{"models/more.sql", "select 1\n"}}));
  world.send(world.github().press(world.sha, "rerun", "ada"));
  CHECK(world.github().checks().size() == 2);
  CHECK(world.check_of(world.sha) == "completed success");
}

TEST_CASE("story: a check of a fork's pull request names none, and its run is found nevertheless") {
  Compared world("fork_pull_requests: with_label\npull_request_label: data-diff\n", true);
  world.send(world.github().label(world.number, "data-diff"));
  world.finish();
  REQUIRE(world.check_of(world.sha) == "completed success");
  world.send(world.github().rerequest_suite(world.sha, "ada"));
  CHECK(world.github().checks().size() == 2);
  CHECK(world.check_of(world.sha) == "completed success");
}

TEST_CASE("story: re-running the checks of a commit that was never heard of finds its pull request") {
  Compared world;
  bool is_fork = false;
  SUBCASE("of this repository") {}
  SUBCASE("of a fork, which no payload links") { is_fork = true; }
  stand_in::NewPullRequest request;
  request.head_branch = "unheard-of";
  request.edits = {{"models/other.sql", "select 1\n"}};
  request.is_fork = is_fork;
  const int number = world.github().open(request).number;  // and the webhook was lost
  CHECK(world.github().checks().empty());
  world.send(world.github().rerequest_suite(world.head(number), "ada"));
  REQUIRE(world.github().checks().size() == 1);
  CHECK(world.check_of(world.head(number)) == (is_fork ? "completed neutral" : "queued "));
}

TEST_CASE("story: more diffs than the threshold wait for a button") {
  Compared world("diff_threshold: 1\n");
  world.send(world.github().label(world.number, "any"));
  world.finish();
  REQUIRE(world.check_of(world.sha) == "completed action_required");
  CHECK(world.github().comments(world.number).empty());
  CHECK(world.github().check(world.sha, "diffgate")->buttons == std::vector<std::string>{"rerun"});
  world.send(world.github().press(world.sha, "rerun", "ada"));
  CHECK(world.check_of(world.sha) == "completed success");
  CHECK(world.github().comments(world.number).size() == 1);
}

TEST_CASE("story: Accept on a red check takes its differences as meant, and the check turns green") {
  Compared world("gates: [{select: orders, when: \"rows_removed > 0\", severity: fail}]\n");
  world.send(world.github().label(world.number, "any"));
  world.finish();
  REQUIRE(world.check_of(world.sha) == "completed failure");
  world.send(world.github().press(world.sha, "accept", "ada"));
  CHECK(world.check_of(world.sha) == "completed success");
  REQUIRE(world.github().checks().size() == 2);
  CHECK(world.github().checks()[0].now().conclusion == "failure");
  REQUIRE(world.github().comments(world.number).size() == 1);
  CHECK(contains(world.github().comments(world.number)[0].body, "accepted by ada"));
}

TEST_CASE("story: Diff downstream adds what Slim Diff left out") {
  Compared world("slim_diff: true\n");
  world.send(world.github().label(world.number, "any"));
  world.finish();
  const std::string slim = world.look(world.sha).title;
  world.send(world.github().press(world.sha, "downstream", "ada"));
  REQUIRE(world.github().checks().size() == 2);
  CHECK(world.github().checks()[1].now().status == "completed");
  CAPTURE(slim);
  CAPTURE(world.look(world.sha).title);
  CHECK(world.look(world.sha).title != slim);
}
