#include "world.hpp"

// What happens to the repository, to the merge queue and to the App's installation.

using namespace diffgate;
using namespace diffgate::test;

namespace {

// Calls about the repository or in the installation's name; the App's own log of deliveries is read anyway.
std::size_t calls_of(World& world) {
  const stand_in::Wire& wire = world.stage.wire();
  return wire.calls().size() - wire.count("GET", "/app/hook/*");
}

stand_in::Hook opened(World& world) { return world.github().open(world.stage.shop_pull_request()); }

}  // namespace

TEST_CASE("story: a merge queue gets its answer at once, and once") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook hook = opened(world);
  world.send(hook);
  world.run(world.stage.upload_pull_request(world.head(hook.number)));
  world.settle();
  const stand_in::Hook queued = world.github().queue_to_merge(hook.number);
  world.send(queued);
  const std::string group = world.github().branch("gh-readonly-queue/main/pr-42-" + world.head(hook.number));
  CHECK(world.check_of(group) == "completed success");
  CHECK(contains(world.look(group).title, "Compared on the pull request"));

  // Delivered again, under another id as after "Redeliver".
  world.send(world.github().sign("merge_group", queued.body));
  CHECK(world.github().checks().size() == 2);
  world.send(world.github().leave_queue(hook.number));
  CHECK(world.github().checks().size() == 2);
}

TEST_CASE("story: a merge queue is answered in every project of the repository, and in no other repository") {
  World world;
  const stand_in::Hook hook = opened(world);
  stand_in::Hook queued = world.github().queue_to_merge(hook.number);
  std::string body = queued.body;
  const std::string name = "\"full_name\":\"acme/shop\"";
  for (std::size_t at = 0; (at = body.find(name, at)) != std::string::npos;)
    body.replace(at, name.size(), "\"full_name\":\"acme/web\"");
  world.send(world.github().sign("merge_group", body));
  CHECK(world.github().checks().empty());
}

TEST_CASE("story: the repository is renamed while a run waits, and nothing is lost") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  bool is_told = false;
  SUBCASE("and we are told") { is_told = true; }
  SUBCASE("and the webhook is lost: the old name leads on") {}
  const stand_in::Hook renamed = world.github().rename_repository("acme/store");
  if (is_told) world.send(renamed);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
  CHECK(world.github().comments(hook.number).size() == 1);

  world.send(world.github().push(hook.number, "more", {{"models/more.sql", "select 1\n"}}));
  CHECK(world.look(world.head(hook.number)).status == "queued");
}

TEST_CASE("story: the account that owns the repository is renamed, and its new name is used from then on") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  world.send(world.github().rename_account("apex"));
  const std::size_t before = world.stage.wire().count("GET", "/repos/acme/*");
  world.send(world.github().push(hook.number, "more", {{"models/more.sql", "select 1\n"}}));
  const std::string next = world.head(hook.number);
  world.run(world.stage.upload_pull_request(next));
  world.settle();
  CHECK(world.check_of(next) == "completed success");
  CHECK(world.stage.wire().count("GET", "/repos/acme/*") == before);
  CHECK(world.stage.wire().count("GET", "/repos/apex/*") > 0);
}

TEST_CASE("story: a repository that is deleted takes its runs with it") {
  World world;
  const stand_in::Hook hook = opened(world);
  world.send(hook);
  world.send(world.github().delete_repository());
  const net::Response run = world.run(world.stage.get("/api/v1/runs/1"));
  CHECK(contains(run.body, "the repository was deleted"));
}

TEST_CASE("story: a suspended App does nothing, and goes on when it is unsuspended") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  const stand_in::Hook suspended = world.github().suspend_installation();
  world.send(suspended);
  CHECK(contains(world.run(world.stage.get("/api/v1/runs/1")).body, "the App was suspended"));
  const std::size_t calls = calls_of(world);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(calls_of(world) == calls);
  SUBCASE("without a restart between") {}
  SUBCASE("with a restart between") {
    world.run(world.stage.stop_daemon());
    world.run(world.stage.start_daemon());
    world.settle();
    CHECK(calls_of(world) == calls);
  }
  world.send(world.github().unsuspend_installation());
  CHECK(world.check_of(sha) == "completed success");
  CHECK(world.github().comments(hook.number).size() == 1);
  for (const auto& check : world.github().checks()) CHECK(check.now().status == "completed");
}

TEST_CASE("story: an App that was removed and installed anew takes up its pull requests") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  world.send(world.github().remove_installation());
  CHECK(contains(world.run(world.stage.get("/api/v1/runs/1")).body, "the App was removed"));
  world.send(world.github().install_again());
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.check_of(sha) == "completed success");
  for (const auto& check : world.github().checks()) CHECK(check.now().status == "completed");
}

TEST_CASE("story: a push that mends the rules frees the pull requests that they stopped, and no others") {
  World world("slim_dif: true\n");
  world.run(world.stage.upload_production());
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  REQUIRE(world.check_of(sha) == "completed failure");

  const std::size_t calls = calls_of(world);
  world.send(world.github().push_to_branch("main", "something else", {{"README.md", "hello\n"}}));
  CHECK(calls_of(world) == calls);

  world.send(
      world.github().push_to_branch("main", "mend the rules", {{".diffgate.yml", "slim_diff: true\n"}}));
  CHECK(world.check_of(sha) == "queued ");
}

TEST_CASE("story: rules that change while a run waits for artifacts hold for that run") {
  World world("slim_diff: true\n");
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  REQUIRE(world.check_of(sha) == "queued ");
  world.send(world.github().push_to_branch("main", "off", {{".diffgate.yml", "enabled: false\n"}}));
  CHECK(world.check_of(sha) == "completed skipped");
}

TEST_CASE("story: the label of a rule is deleted or renamed, and the operator is told") {
  World world("pull_request_label: data-diff\n");
  const auto is_told = [&world] {
    return contains(world.run(world.stage.get("/metrics")).body, "diffgate_rule_labels_lost_total");
  };
  world.send(world.github().rename_label("something", "else"));
  CHECK_FALSE(is_told());
  SUBCASE("deleted") { world.send(world.github().delete_label("data-diff")); }
  SUBCASE("renamed") { world.send(world.github().rename_label("data-diff", "diff data")); }
  CHECK(is_told());
}

TEST_CASE("story: a workflow that ends wakes nobody wrongly") {
  World world;
  const stand_in::Hook hook = opened(world);
  const std::string sha = world.head(hook.number);
  world.send(hook);
  world.send(world.github().finish_workflow(sha, "count-refunds"));
  CHECK(world.check_of(sha) == "queued ");
}
