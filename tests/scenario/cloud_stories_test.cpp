// How teams use dbt Cloud, each as a story: what its jobs do, and what the pull request shows.

#include "cloud_world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

std::string page_of(CloudWorld& world, std::int64_t run) {
  return world.cloud().wire().url() + "/deploy/4242/projects/70/runs/" + std::to_string(run) + "/";
}

}  // namespace

TEST_CASE("dbt Cloud: a scheduled production job and a CI job, and its webhook ends the wait at once") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  CHECK(world.look(sha).status == "queued");
  CHECK(contains(world.look(sha).title, "no run of dbt Cloud job"));

  const std::int64_t run = world.begin_build(sha);
  CHECK(world.tell(world.started) == 202);
  CHECK(contains(world.look(sha).title, "dbt Cloud run " + std::to_string(run) + " is running"));
  CHECK(contains(world.look(sha).summary, page_of(world, run)));

  const UtcTime before = world.clock.now();
  CHECK(world.tell(world.cloud().succeed(run, {{0, CloudWorld::built_files()}})) == 202);
  CHECK(world.is_done(sha));
  CHECK(world.clock.now() == before);
  CHECK(contains(world.comment(), "`orders`"));
}

TEST_CASE("dbt Cloud: without a webhook the run is found by asking, at growing intervals") {
  CloudWorld world({.has_webhook = false});
  world.build_production();
  const std::string sha = world.open_pull_request();
  const std::int64_t run = world.begin_build(sha);
  world.pass_time_until([&] { return contains(world.look(sha).title, "is running"); });
  const UtcTime begun = world.clock.now();
  const std::size_t asked = world.cloud().wire().count("GET", "*/runs/");
  world.pass_time_until([&] { return world.clock.now() - begun > std::chrono::minutes(15); });
  CHECK(world.cloud().wire().count("GET", "*/runs/") - asked < 25);
  world.cloud().succeed(run, {{0, CloudWorld::built_files()}});
  world.pass_time_until([&] { return world.is_done(sha); });
  world.settle();
  CHECK(contains(world.comment(), "`orders`"));
}

TEST_CASE("dbt Cloud: a push to main starts the production job, once for each delivery") {
  CloudWorld world({.production_type = "merge", .trigger_on_push_to = "main"});
  const stand_in::Hook pushed = world.github().push_to_branch("main", "Merge", {{"README.md", "more"}});
  world.send(pushed);
  REQUIRE(world.cloud().runs().size() == 1);
  const stand_in::CloudStandInRun run = world.cloud().runs().front();
  CHECK(run.job == world.production_job);
  CHECK(run.git_sha == world.stage.main_branch_tip());
  CHECK(contains(run.cause, "push of " + run.git_sha.substr(0, 7) + " to main"));
  world.send(pushed);  // the same delivery again
  world.send(world.github().push_to_branch("other", "Elsewhere", {{"README.md", "else"}}));
  CHECK(world.cloud().runs().size() == 1);

  world.cloud().succeed(run.id, {{0, {{"manifest.json", journey::production_manifest()}}}});
  const std::string sha = world.open_pull_request();
  const std::int64_t build = world.begin_build(sha);
  world.tell(world.cloud().succeed(build, {{0, CloudWorld::built_files()}}));
  CHECK(world.is_done(sha));
  CHECK_FALSE(contains(world.comment(), "no production manifest"));
}

TEST_CASE("dbt Cloud: an hourly `dbt ls` job, whose last good run is taken and fetched once") {
  CloudWorld world({.production_steps = {"dbt ls"}, .production_type = "scheduled"});
  world.build_production();
  world.cloud().start_run(world.production_job, world.stage.main_branch_tip(), {}, "main");
  world.cloud().fail(world.cloud().newest_run(), "Compilation Error");
  const std::string sha = world.open_pull_request();
  const std::int64_t build = world.begin_build(sha);
  world.tell(world.cloud().succeed(build, {{0, CloudWorld::built_files()}}));
  CHECK(world.is_done(sha));
  CHECK(world.downloads() == 2);  // one of each side

  const stand_in::Hook pushed = world.github().push(world.number, "More", {{"README.md", "more"}});
  const std::string next = world.head(world.number);
  world.send(pushed);
  world.tell(world.cloud().succeed(world.begin_build(next), {{0, CloudWorld::built_files()}}));
  CHECK(world.is_done(next));
  CHECK(world.downloads() == 3);
}

TEST_CASE("dbt Cloud: with merge_base the run of that commit counts, however many came after it") {
  CloudWorld world({.rules = "base_artifacts: merge_base\n"});
  const std::int64_t wanted = world.build_production();
  const std::string sha = world.open_pull_request();
  for (int i = 0; i < 120; ++i) {  // two pages
    world.cloud().start_run(world.production_job, std::string(40, "0123456789abcdef"[i % 16]), {}, "main");
    world.cloud().succeed(world.cloud().newest_run(), {{0, {{"manifest.json", "{}"}}}});
  }
  world.tell(world.cloud().succeed(world.begin_build(sha), {{0, CloudWorld::built_files()}}));
  CHECK(world.is_done(sha));
  CHECK(world.cloud().wire().count("GET", "*/runs/" + std::to_string(wanted) + "/artifacts/manifest.json") ==
        1);
  CHECK_FALSE(contains(world.comment(), "no production manifest"));
}

TEST_CASE("dbt Cloud: slim CI with deferral leaves out what was not built, and says so") {
  CloudWorld world({.pull_request_steps = {"dbt build --select state:modified+ --defer"}});
  world.build_production();
  const std::string sha = world.open_pull_request();
  auto files = CloudWorld::built_files();
  std::string& results = files["run_results.json"];
  const std::string built = "\"unique_id\": \"model.shop.orders\"";
  const std::size_t at = results.find(built);
  REQUIRE(at != std::string::npos);
  results.replace(at, built.size(), "\"unique_id\": \"model.shop.another\"");
  world.tell(world.cloud().succeed(world.begin_build(sha), {{0, files}}));
  CHECK(world.is_done(sha));
  CHECK_FALSE(contains(world.comment(), "| 🟠 `orders`"));
  CHECK(contains(world.comment(), "not part of"));
}

TEST_CASE("dbt Cloud: a newer commit's build replaces the older one's, and only its diff is shown") {
  CloudWorld world;
  world.build_production();
  const std::string first = world.open_pull_request();
  world.tell(([&] {
    world.begin_build(first);
    return world.started;
  })());
  const std::int64_t old_run = world.cloud().newest_run();
  const stand_in::Hook pushed = world.github().push(world.number, "Again", {{"README.md", "again"}});
  const std::string second = world.head(world.number);
  const std::int64_t new_run = world.begin_build(second);  // cancels the other
  CHECK(world.cloud().run(old_run).status == 30);
  world.send(pushed);
  CHECK(world.look(first).conclusion == "cancelled");
  world.tell(world.cloud().succeed(new_run, {{0, CloudWorld::built_files()}}));
  CHECK(world.is_done(second));
  CHECK(contains(world.comment(), second.substr(0, 7)));
}

TEST_CASE("dbt Cloud: a build that was superseded before the forge told of the push says by which") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  const std::int64_t old_run = world.begin_build(sha);
  const std::string other(40, 'e');
  const std::int64_t new_run = world.begin_build(other);
  CHECK(world.tell(world.started) == 202);
  CHECK(world.look(sha).status == "completed");
  CHECK(world.look(sha).conclusion == "cancelled");
  CHECK(contains(world.everything(sha), "dbt Cloud run " + std::to_string(old_run) +
                                            " was superseded by dbt Cloud run " + std::to_string(new_run) +
                                            " of commit eeeeeee"));
  CHECK(contains(world.everything(sha), page_of(world, old_run)));
}

TEST_CASE(
    "dbt Cloud: an error, a cancelled and a skipped run each end in a line with a link, in check and "
    "comment") {
  struct Case {
    std::function<stand_in::Hook(CloudWorld&, std::int64_t)> end;
    std::string_view words;
    std::string_view detail;
    std::string_view conclusion;
  };
  const std::vector<Case> cases = {
      {[](CloudWorld& world, std::int64_t run) {
         return world.cloud().fail(run, "Parsing Error in schema.yml");
       },
       "failed", "Parsing Error in schema.yml", "failure"},
      {[](CloudWorld& world, std::int64_t run) { return world.cloud().cancel(run, "Cancelled by ada"); },
       "was cancelled", "Cancelled by ada", "cancelled"},
      {[](CloudWorld& world, std::int64_t run) {
         return world.cloud().cancel(run, "Skipped: the pull request is a draft");
       },
       "was skipped", "the pull request is a draft", "neutral"},
      {[](CloudWorld& world, std::int64_t run) { return world.cloud().succeed(run, {{5, {}}}); },
       "has no manifest", "", "failure"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.words);
    CloudWorld world;
    world.build_production();
    const std::string sha = world.open_pull_request();
    const std::int64_t run = world.begin_build(sha);
    CHECK(world.tell(each.end(world, run)) == 202);
    CHECK(world.look(sha).conclusion == each.conclusion);
    CHECK(contains(world.look(sha).title,
                   "dbt Cloud run " + std::to_string(run) + " " + std::string(each.words)));
    for (const std::string& text : {world.everything(sha), world.comment()}) {
      CAPTURE(text);
      CHECK(contains(text, each.words));
      CHECK(contains(text, each.detail));
      CHECK(contains(text, page_of(world, run)));
    }
  }
}

TEST_CASE("dbt Cloud: a later build of the same commit that comes through starts the diff after all") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  world.tell(world.cloud().fail(world.begin_build(sha), "Database Error"));
  REQUIRE(world.look(sha).conclusion == "failure");
  const std::int64_t again = world.begin_build(sha);
  world.tell(world.cloud().succeed(again, {{0, CloudWorld::built_files()}}));
  CHECK(world.is_done(sha));
  CHECK(contains(world.comment(), "`orders`"));
}

TEST_CASE("dbt Cloud: of a build that failed in part, what it built is compared and the rest is named") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  auto files = CloudWorld::built_files();
  std::string& results = files["run_results.json"];
  const std::size_t at = results.find("\"status\": \"success\"");
  REQUIRE(at != std::string::npos);
  results.replace(at, std::string("\"status\": \"success\"").size(), "\"status\": \"error\"");
  const std::int64_t run = world.begin_build(sha);
  world.tell(world.cloud().fail(run, "1 of 9 failed", {{0, files}}));
  CHECK(world.is_done(sha));
  CAPTURE(world.comment());
  CHECK(contains(world.comment(), "dbt Cloud run " + std::to_string(run) + " failed"));
  CHECK(contains(world.comment(), page_of(world, run)));
}

TEST_CASE("dbt Cloud: of a run of several steps the build's files are taken, not those of the last one") {
  const std::string docs = R"({"metadata": {}, "args": {"which": "generate"}, "results": []})";
  for (const bool knows_steps : {true, false}) {
    CAPTURE(knows_steps);
    CloudWorld world(
        {.pull_request_steps = {"dbt seed", "dbt run --select state:modified+", "dbt docs generate"},
         .knows_steps = knows_steps});
    world.build_production();
    const std::string sha = world.open_pull_request();
    auto built = CloudWorld::built_files();
    std::string seeds = R"({"metadata": {}, "args": {"which": "seed"}, "results": []})";
    world.tell(world.cloud().succeed(
        world.begin_build(sha),
        {{0, {{"manifest.json", journey::production_manifest()}, {"run_results.json", seeds}}},
         {1, built},
         {2, {{"manifest.json", journey::pull_request_manifest()}, {"run_results.json", docs}}}}));
    CHECK(world.is_done(sha));
    CAPTURE(world.comment());
    CHECK(contains(world.comment(), "| 🟠 `orders` | 400 → 388 |"));
  }
}

TEST_CASE("dbt Cloud: what is uploaded for the commit goes before what would be fetched") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  world.pass_time_until([&] { return world.is_done(sha); });
  world.settle();
  CHECK(contains(world.comment(), "`orders`"));
}

TEST_CASE("dbt Cloud: a daemon that is started anew while the build runs goes on waiting for it") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  const std::int64_t run = world.begin_build(sha);
  world.run(world.stage.stop_daemon());
  world.cloud().succeed(run, {{0, CloudWorld::built_files()}});
  world.run(world.stage.start_daemon());
  world.settle();
  CHECK(world.is_done(sha));
}
