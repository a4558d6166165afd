#include "app/demo/expectations.hpp"
#include "app/demo/shop.hpp"
#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;

TEST_CASE("story: a pull request is opened, built and diffed; the check and the comment say what changed") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  const std::string sha = world.head(opened.number);
  CHECK(world.look(sha).status == "queued");
  CHECK(contains(world.look(sha).title, "Waiting for the dbt artifacts"));

  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  REQUIRE(world.github().checks().size() == 1);
  const stand_in::StandInCheckRun& check = world.github().checks()[0];
  std::vector<std::string> states;
  for (const auto& look : check.looks) {
    if (states.empty() || states.back() != look.status) states.push_back(look.status);
  }
  CHECK(states == std::vector<std::string>{"queued", "in_progress", "completed"});
  CAPTURE(check.now().title);
  CHECK(contains(check.now().title, "7 different, 1 key problem, 1 new, 2 identical"));

  const auto comments = world.github().comments(opened.number);
  REQUIRE(comments.size() == 1);
  CAPTURE(comments[0].body);
  CHECK(contains(comments[0].body, "| 🟠 `orders` | 400 → 388 | 0 | −12 | 35 (9%) |"));
  CHECK(contains(comments[0].body, "Weekly board report"));
  CHECK_FALSE(contains(comments[0].body, "Ada Holm"));  // no values of rows leave for the forge

  const net::Response run = world.run(world.stage.get("/api/v1/runs/1"));
  CHECK(app::journey::unmet_expectations(run.body) == std::vector<std::string>{});
}

TEST_CASE("story: the label decides, on and off and on again") {
  World world("pull_request_label: data-diff\n");
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  CHECK(world.check_of(sha) == "completed skipped");
  CHECK(contains(world.look(sha).title + world.look(sha).summary, "data-diff"));

  world.send(world.github().label(opened.number, "data-diff"));
  CHECK(world.look(sha).status == "queued");
  world.send(world.github().unlabel(opened.number, "data-diff"));
  CHECK(world.look(sha).status == "completed");
  CHECK(world.github().comments(opened.number).empty());

  world.send(world.github().label(opened.number, "data-diff"));
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
  CHECK(world.github().comments(opened.number).size() == 1);
}

TEST_CASE("story: a push supersedes the commit before it, and the comment follows") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string first = world.head(opened.number);
  world.send(opened);
  world.send(world.github().push(opened.number, "a second thought", {{"models/more.sql", "select 1\n"}}));
  const std::string second = world.head(opened.number);
  CHECK(world.check_of(first) == "completed cancelled");
  CHECK(world.look(second).status == "queued");

  world.run(world.stage.upload_pull_request(first));  // too late: nobody wants it
  world.settle();
  CHECK(world.github().comments(opened.number).empty());
  world.run(world.stage.upload_pull_request(second));
  world.settle();
  CHECK(world.check_of(second) == "completed success");
  REQUIRE(world.github().comments(opened.number).size() == 1);
  CHECK(contains(world.github().comments(opened.number)[0].body, second.substr(0, 7)));
}

TEST_CASE("story: a push in the middle of the diff cancels it") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string first = world.head(opened.number);
  world.send(opened);
  world.run(world.stage.upload_pull_request(first));
  world.run(world.stage.wire().until(
      "the diff", [&] { return contains(world.look(first).title, "of 11 models"); },
      std::chrono::seconds(30)));
  world.send(world.github().push(opened.number, "a second thought", {{"models/more.sql", "select 1\n"}}));
  CHECK(world.check_of(first) == "completed cancelled");
  CHECK(world.look(world.head(opened.number)).status == "queued");
  CHECK(world.github().comments(opened.number).empty());
}

TEST_CASE("story: when only ignored files changed nothing runs, and the check says which rule said so") {
  World world("files_to_ignore: [\"docs/\", \"*.md\"]\n");
  stand_in::NewPullRequest request;
  request.edits = {{"docs/a.txt", "a"}, {"README.md", "b"}};
  const stand_in::Hook opened = world.github().open(request);
  world.send(opened);
  const std::string sha = world.head(opened.number);
  CHECK(world.check_of(sha) == "completed skipped");
  CHECK(contains(world.look(sha).title + world.look(sha).summary, "files_to_ignore"));
  CHECK(world.github().comments(opened.number).empty());
}

TEST_CASE("story: a mistake in the rules file is on the check with its line") {
  World world("slim_diff: true\nslim_dif: true\n");
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  const auto& look = world.look(world.head(opened.number));
  CHECK(look.conclusion == "failure");
  CHECK(contains(look.summary, ".diffgate.yml:2:1"));
  CHECK(contains(look.summary, "did you mean 'slim_diff'?"));
}

TEST_CASE("story: artifacts that never come end the check with what to do") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  const std::string sha = world.head(opened.number);
  world.clock.advance(std::chrono::minutes(61));
  world.pass_time_until([&] { return world.look(sha).status == "completed"; });
  CHECK(world.look(sha).conclusion == "failure");
  CHECK(contains(world.look(sha).summary, "diffgate upload"));
  CHECK(contains(world.look(sha).summary, "pull_request"));

  // CI was only slow.
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
}

TEST_CASE("story: events that come twice and in the wrong order change nothing in the end") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const stand_in::Hook pushed =
      world.github().push(opened.number, "more", {{"models/more.sql", "select 1\n"}});
  const std::string sha = world.head(opened.number);
  for (const stand_in::Hook& hook : {pushed, opened, pushed, opened}) world.send(hook);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  world.send(opened);
  REQUIRE(world.github().checks().size() == 1);
  CHECK(world.github().checks()[0].head_sha == sha);
  CHECK(world.check_of(sha) == "completed success");
  CHECK(world.github().comments(opened.number).size() == 1);
}

TEST_CASE("story: a pull request closed while it waits is left in peace") {
  World world;
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  world.send(world.github().close(opened.number));
  CHECK(world.check_of(world.head(opened.number)) == "completed cancelled");
  CHECK(world.github().comments(opened.number).empty());
}

TEST_CASE("story: the base branch changes, and its rules with it") {
  World world;
  world.run(world.stage.upload_production());
  world.github().commit("release", "stop here", {{".diffgate.yml", "enabled: false\n"}});
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  CHECK(world.look(world.head(opened.number)).status == "queued");
  world.send(world.github().retarget(opened.number, "release"));
  CHECK(world.check_of(world.head(opened.number)) == "completed skipped");
}
