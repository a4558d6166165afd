#include "app/demo/expectations.hpp"
#include "team.hpp"

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

TEST_CASE("GitLab story: the label goes on, off and on again") {
  Team team("pull_request_label: data-diff\n", true);
  team.open();
  CHECK(contains(team.title(), "Not run: the label 'data-diff' is not on the pull request"));
  CHECK(team.state() == "success");  // a status that must not block
  team.label("data-diff");
  CHECK(team.state() == "pending");
  team.send(team.gitlab().unlabel(team.number(), "data-diff"));
  CHECK(contains(team.title(), "Not run"));
  team.label("data-diff");
  team.build();
  CHECK(contains(team.title(), "7 different, 1 key problem"));
  CHECK(team.comments().size() == 1);
  for (const auto& status : team.gitlab().statuses()) {
    CHECK(status.now().state != "pending");
    CHECK(status.now().state != "running");
  }
}

TEST_CASE("GitLab story: the target branch changes, and its rules with it") {
  Team team("", true);
  team.gitlab().commit("release", "stop here", {{".diffgate.yml", "enabled: false\n"}});
  team.open();
  CHECK(team.state() == "pending");
  team.send(team.gitlab().retarget(team.number(), "release"));
  CHECK(team.state() == "success");
  CHECK(contains(team.title(), "switched off"));
}

TEST_CASE("GitLab story: a draft waits until it is ready") {
  Team team("draft_pull_requests: false\n", true);
  stand_in::NewPullRequest request = team.stage.shop_pull_request();
  request.is_draft = true;
  team.open(std::move(request));
  CHECK(contains(team.title(), "is a draft"));
  team.send(team.gitlab().set_draft(team.number(), false));
  CHECK(team.state() == "pending");
  team.send(team.gitlab().set_draft(team.number(), true));
  CHECK(contains(team.title(), "is a draft"));
}

TEST_CASE("GitLab story: a merge request that is closed or merged has no status left open") {
  for (const bool is_merged : {false, true}) {
    CAPTURE(is_merged);
    Team team("", true);
    team.open();
    team.send(team.gitlab().close(team.number(), is_merged));
    CHECK(team.state() == "cancelled");
    CHECK(team.comments().empty());
    if (is_merged) continue;
    team.send(team.gitlab().reopen(team.number()));
    team.build();
    CHECK(team.state() == "success");
  }
}

TEST_CASE("GitLab story: closing in the middle of the diff stops it") {
  Team team("", true);
  team.open();
  team.run(team.stage.upload_pull_request(team.head_sha()));
  team.run(team.stage.wire().until(
      "the diff", [&] { return team.state() == "running"; }, std::chrono::seconds(30)));
  team.send(team.gitlab().close(team.number()));
  CHECK(team.state() == "cancelled");
  CHECK(team.comments().empty());
}

TEST_CASE("GitLab story: a fork runs once a developer labels this commit, and its status is in the fork") {
  Team team("pull_request_label: data-diff\nfork_pull_requests: with_label\n", true);
  stand_in::NewPullRequest request = team.stage.shop_pull_request();
  request.is_fork = true;
  // The fork has no pipeline of the commit, and GitLab gets a moment to start one.
  const auto happens = [&](const stand_in::Hook& hook, const std::string& title) {
    REQUIRE(team.run(team.stage.send(hook)) == 202);
    const std::string sha = team.gitlab().merge_request(hook.number).head_sha;
    team.pass_time_until([&] {
      const auto* status = team.gitlab().status(sha, "diffgate");
      return status != nullptr && contains(status->now().description, title);
    });
    team.settle();
  };
  const stand_in::Hook opened = team.gitlab().open(request);
  happens(opened, "comes from a fork");
  CHECK(team.stage.wire().count("POST", "/api/v4/projects/3302/statuses/*") > 0);
  CHECK(team.stage.wire().count("POST", "/api/v4/projects/3301/statuses/*") == 0);
  happens(team.gitlab().label(opened.number, "data-diff"), "Queued");
  happens(team.gitlab().push(opened.number, "more", {{"models/more.sql", "select 1\n"}}),
          "comes from a fork");
}

TEST_CASE("GitLab story: events that come twice and in the wrong order change nothing in the end") {
  Team team("", true);
  const stand_in::Hook opened = team.gitlab().open(team.stage.shop_pull_request());
  const stand_in::Hook pushed =
      team.gitlab().push(opened.number, "more", {{"models/more.sql", "select 1\n"}});
  const std::string sha = team.gitlab().merge_request(opened.number).head_sha;
  for (const stand_in::Hook& hook : {pushed, opened, pushed, opened}) team.send(hook);
  team.run(team.stage.upload_pull_request(sha));
  team.settle();
  team.send(opened);
  CHECK(team.gitlab().statuses().size() == 1);
  CHECK(team.gitlab().status(sha, "diffgate")->now().state == "success");
  CHECK(team.gitlab().comments(opened.number).size() == 1);
}

TEST_CASE("GitLab story: a system hook alone is enough, told apart by its body") {
  Team team("", true);
  stand_in::Hook opened = team.gitlab().open(team.stage.shop_pull_request());
  opened.headers.set("x-gitlab-event", "System Hook");
  team.send(opened);
  const std::string sha = team.gitlab().merge_request(opened.number).head_sha;
  CHECK(team.gitlab().status(sha, "diffgate")->now().state == "pending");
  stand_in::Hook pushed = team.gitlab().push_to_branch("main", "elsewhere", {{"README.md", "hello"}});
  pushed.headers.set("x-gitlab-event", "System Hook");
  team.send(pushed);
  CHECK(team.gitlab().statuses().size() == 1);
}

TEST_CASE("GitLab story: three pages of changed files are all looked at") {
  Team team("files_to_ignore: [\"docs/\"]\n", true);
  stand_in::NewPullRequest request;
  for (int i = 0; i < 250; ++i) request.edits["docs/page" + std::to_string(i) + ".md"] = "words";
  request.head_branch = "docs";
  team.open(request);
  CHECK(contains(team.title(), "all 250 changed files are ignored"));
  team.send(team.gitlab().push(team.number(), "and a model", {{"models/zz_last.sql", "select 1\n"}}));
  CHECK(team.state() == "pending");
  CHECK(team.stage.wire().count("GET", "*/merge_requests/*/diffs") == 6);
}

TEST_CASE("GitLab story: the merge request's diff is not made yet when it is opened") {
  Team team("", true);
  const stand_in::Hook opened = team.gitlab().open(team.stage.shop_pull_request());
  team.gitlab().withhold_diff(opened.number, 4);
  REQUIRE(team.run(team.stage.send(opened)) == 202);
  const std::string sha = team.gitlab().merge_request(opened.number).head_sha;
  team.pass_time_until([&] { return team.stage.wire().count("GET", "*/merge_requests/*/diffs") == 1; });
  team.settle();
  CHECK(team.gitlab().status(sha, "diffgate")->now().state == "pending");
}

TEST_CASE("GitLab story: what asks for an action is in the comment, as a status shows a line alone") {
  Team team("diff_threshold: 2\n", true);
  team.open();
  team.build();
  CHECK(team.state() == "failure");
  CHECK(contains(team.title(), "11 diffs need a confirmation (threshold 2)"));
  CHECK(contains(team.comment(), "comment `/diffgate run`"));
  team.say("ada", "/diffgate run");
  CHECK(team.state() == "success");
  CHECK(contains(team.comment(), "| 🟠 `orders` | 400 → 388 |"));
}

TEST_CASE("GitLab story: mistakes in the rules are told with their lines, and those of an edit in advance") {
  Team broken("slim_diff: true\nslim_dif: true\n", true);
  broken.open();
  CHECK(broken.state() == "failure");
  CHECK(contains(broken.comment(), ".diffgate.yml:2:1"));
  CHECK(contains(broken.comment(), "did you mean 'slim_diff'?"));

  Team edited("", true);
  stand_in::NewPullRequest request = edited.stage.shop_pull_request();
  request.edits[".diffgate.yml"] = "slim_diff: true\nenabled: false\n";
  edited.open(std::move(request));
  edited.build();
  CHECK(edited.state() == "success");
  CHECK(contains(edited.comment(), "slim_diff: false → true"));
  CHECK(contains(edited.comment(), "this pull request would not be run then"));
}

TEST_CASE("GitLab story: a second push says what it changed in the data") {
  Team team("reuse_results: false\n", true);
  team.open();
  team.build();
  CHECK_FALSE(contains(team.comment(), "Since the last push"));
  const std::string first = team.head_sha().substr(0, 7);
  team.sql("delete from pr_42.payments where payment_id = (select max(payment_id) from pr_42.payments)");
  team.push();
  team.build();
  CHECK(contains(team.comment(), "**Since the last push** (`" + first + "`): 1 result has changed"));
}
