#include "world.hpp"

// A pull request's own life on GitHub, beside what github_stories_test.cpp tells.

using namespace diffgate;
using namespace diffgate::test;

TEST_CASE("story: drafts wait until they are ready, where the rules say so") {
  World world("draft_pull_requests: false\n");
  stand_in::NewPullRequest request = world.stage.shop_pull_request();
  request.is_draft = true;
  const stand_in::Hook opened = world.github().open(request);
  const std::string sha = world.head(opened.number);
  world.send(opened);
  CHECK(world.check_of(sha) == "completed skipped");
  world.send(world.github().ready_for_review(opened.number));
  CHECK(world.check_of(sha) == "queued ");
  world.send(world.github().convert_to_draft(opened.number));
  CHECK(world.look(sha).status == "completed");
  world.send(world.github().ready_for_review(opened.number));
  CHECK(world.check_of(sha) == "queued ");
}

TEST_CASE("story: a fork is compared only for this very commit, after somebody who may write says so") {
  World world("fork_pull_requests: with_label\npull_request_label: data-diff\n");
  world.run(world.stage.upload_production());
  stand_in::NewPullRequest request = world.stage.shop_pull_request();
  request.is_fork = true;
  request.author = "stranger";
  const stand_in::Hook opened = world.github().open(request);
  const std::string first = world.head(opened.number);
  world.send(opened);
  CHECK(world.check_of(first) == "completed neutral");

  world.send(world.github().label(opened.number, "data-diff"));
  CHECK(world.check_of(first) == "queued ");
  world.send(world.github().push(opened.number, "now for the real thing", {{"models/x.sql", "select 1\n"}}));
  const std::string second = world.head(opened.number);
  CHECK(world.check_of(first) == "completed cancelled");
  CHECK(world.check_of(second) == "completed neutral");
  world.run(world.stage.upload_pull_request(second));
  world.settle();
  CHECK(world.github().comments(opened.number).empty());
}

TEST_CASE("story: without the rule a fork is never compared") {
  World world;
  stand_in::NewPullRequest request = world.stage.shop_pull_request();
  request.is_fork = true;
  const stand_in::Hook opened = world.github().open(request);
  world.send(opened);
  world.send(world.github().label(opened.number, "data-diff"));
  CHECK(world.check_of(world.head(opened.number)) == "completed neutral");
  CHECK(world.github().comments(opened.number).empty());
}

TEST_CASE("story: three pages of files, and the one that counts is on the last") {
  World world("files_to_ignore: [\"docs/\"]\n");
  stand_in::NewPullRequest request;
  for (int i = 0; i < 250; ++i) request.edits["docs/page" + std::to_string(1000 + i) + ".md"] = "text\n";
  SUBCASE("there is none") {
    const stand_in::Hook opened = world.github().open(request);
    world.send(opened);
    CHECK(world.check_of(world.head(opened.number)) == "completed skipped");
  }
  SUBCASE("there is one") {
    request.edits["models/zebra.sql"] = "select 1\n";
    const stand_in::Hook opened = world.github().open(request);
    world.send(opened);
    CHECK(world.check_of(world.head(opened.number)) == "queued ");
  }
  CHECK(world.stage.wire().count("GET", "/repos/acme/shop/pulls/*/files") == 3);
}

TEST_CASE(
    "story: more files than GitHub lists are not taken for all: everything is compared, and it says so") {
  World world("files_to_ignore: [\"docs/\"]\n");
  world.run(world.stage.upload_production());
  stand_in::NewPullRequest request = world.stage.shop_pull_request();
  for (int i = 0; i < 3'100; ++i) request.edits["docs/page" + std::to_string(10'000 + i) + ".md"] = "text\n";
  const stand_in::Hook opened = world.github().open(request);
  const std::string sha = world.head(opened.number);
  world.send(opened);
  CHECK(world.check_of(sha) == "queued ");
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
  CHECK(contains(world.look(sha).summary, "lists only 3000 of the changed files"));
  REQUIRE(world.github().comments(opened.number).size() == 1);
  CHECK(contains(world.github().comments(opened.number)[0].body, "lists only 3000 of the changed files"));
}

TEST_CASE("story: a comment that a person deleted comes back with the next result, and there is one") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  world.run(world.stage.upload_pull_request(world.head(opened.number)));
  world.settle();
  const auto before = world.github().comments(opened.number);
  REQUIRE(before.size() == 1);
  world.github().delete_comment(before[0].id);
  // Somebody plants what ours would begin with.
  world.github().comment_as(opened.number, "eve", before[0].body);

  world.send(world.github().push(opened.number, "more", {{"models/more.sql", "select 1\n"}}));
  world.run(world.stage.upload_pull_request(world.head(opened.number)));
  world.settle();
  const auto after = world.github().comments(opened.number);
  REQUIRE(after.size() == 2);
  CHECK(after[0].author == "eve");
  CHECK(after[0].edits == 0);
  CHECK(after[1].author == "diffgate[bot]");
  CHECK(contains(after[1].body, world.head(opened.number).substr(0, 7)));
}

TEST_CASE("story: closed and opened again, it goes on") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.send(world.github().close(opened.number));
  CHECK(world.check_of(sha) == "completed cancelled");
  world.send(world.github().reopen(opened.number));
  CHECK(world.check_of(sha) == "queued ");
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
}

TEST_CASE("story: a merged pull request leaves no check open") {
  World world;
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.send(opened);
  world.send(world.github().close(opened.number, true));
  CHECK(world.check_of(world.head(opened.number)) == "completed cancelled");
}

TEST_CASE("story: GitHub's API lags behind its webhooks, and the event is believed") {
  World world("pull_request_label: data-diff\n");
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string first = world.head(opened.number);
  world.send(opened);
  world.clock.advance(std::chrono::seconds(1));
  SUBCASE("with a label") {
    world.github().lag(opened.number, 2);
    REQUIRE(world.run(world.stage.send(world.github().label(opened.number, "data-diff"))) == 202);
    world.pass_time_until([&] { return world.check_of(first) == "queued "; });
  }
  SUBCASE("with a commit") {
    world.github().lag(opened.number, 2);
    const stand_in::Hook pushed =
        world.github().push(opened.number, "more", {{"models/more.sql", "select 1\n"}});
    REQUIRE(world.run(world.stage.send(pushed)) == 202);
    world.pass_time_until([&] { return world.check_of(world.head(opened.number)) == "completed skipped"; });
  }
}

TEST_CASE("story: rules are read at the tip of the base branch, which the pull request lags behind") {
  World world("enabled: false\n");
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  world.github().commit("main", "on again", {{".diffgate.yml", "enabled: true\n"}});
  world.send(opened);
  CHECK(world.check_of(world.head(opened.number)) == "queued ");
}
