// What can be wrong with a connection to dbt Cloud, and what it says then.

#include "cloud_world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

net::Response answer(int status, std::string body = "{}", net::Headers headers = {}) {
  net::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

}  // namespace

TEST_CASE("dbt Cloud: a connection that can't work ends the check with what to do") {
  struct Case {
    std::string_view name;
    std::function<void(config::ServerConfig&)> adjust;
    std::string_view words;
  };
  const std::vector<Case> cases = {
      {"token", [](config::ServerConfig& config) { config.dbt_cloud[0].token = Secret("of-another-region"); },
       "check dbt_cloud.token"},
      {"account", [](config::ServerConfig& config) { config.dbt_cloud[0].account_id = 1; }, "in account 1"},
      {"job", [](config::ServerConfig& config) { config.projects[0].dbt_cloud->pull_request_job = 99; },
       "/jobs/99/"},
      {"production job",
       [](config::ServerConfig& config) { config.projects[0].dbt_cloud->artifacts_job = 98; }, "/jobs/98/"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    CloudWorld world({.adjust = each.adjust});
    const std::string sha = world.open_pull_request();
    CHECK(world.look(sha).status == "completed");
    CHECK(world.look(sha).conclusion == "failure");
    CAPTURE(world.everything(sha));
    CHECK(contains(world.everything(sha), each.words));
    CHECK_FALSE(contains(world.everything(sha), "of-another-region"));
  }
}

TEST_CASE("dbt Cloud: a token without the permission is told which one it needs") {
  CloudWorld world;
  world.cloud().set_permissions(false, false);
  const std::string sha = world.open_pull_request();
  CHECK(world.look(sha).conclusion == "failure");
  CHECK(contains(world.everything(sha), "Job Viewer"));
}

TEST_CASE("dbt Cloud: a redirect to another host is not followed, and the token stays here") {
  CloudWorld world;
  world.cloud().wire().add(
      {.method = "",
       .path = "*/runs/*",
       .times = 100,
       .response = answer(307, "", {{"Location", world.github().wire().url() + "/steal"}})});
  const std::string sha = world.open_pull_request();
  CHECK(world.look(sha).conclusion == "failure");
  CHECK(contains(world.everything(sha), "redirected to another host"));
  CHECK(world.github().wire().count("GET", "/steal") == 0);
}

TEST_CASE("dbt Cloud: limits, failures and broken answers of its API are waited out") {
  for (const net::Response& trouble :
       {answer(429, "{}", {{"Retry-After", "30"}}), answer(500), answer(503), answer(502, "<html>")}) {
    CAPTURE(trouble.status);
    CloudWorld world;
    world.build_production();
    world.cloud().wire().add({.method = "", .path = "*/runs/*", .times = 12, .response = trouble});
    const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
    world.number = opened.number;
    const std::string sha = world.head(opened.number);
    REQUIRE(world.run(world.stage.send(opened)) == 202);
    world.pass_time_until([&] { return !world.check_of(sha).empty(); });
    world.cloud().succeed(world.begin_build(sha), {{0, CloudWorld::built_files()}});
    world.pass_time_until([&] { return world.is_done(sha); });
    world.settle();
    CHECK(contains(world.comment(), "`orders`"));
  }
}

TEST_CASE("dbt Cloud: a build that does not end in time, and artifacts that expired") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  const std::int64_t run = world.begin_build(sha);
  world.pass_time_until([&] { return world.is_done(sha); });
  CHECK(contains(world.everything(sha), "No artifacts within 60 min"));
  CHECK(contains(world.everything(sha), "dbt Cloud run " + std::to_string(run) + " is running"));

  world.cloud().succeed(run, {{0, CloudWorld::built_files()}});
  world.cloud().expire(run);
  world.tell(world.cloud().sign(
      "job.run.completed", R"({"eventType": "job.run.completed", "eventId": "late", "data": {"jobId": ")" +
                               std::to_string(world.pull_request_job) + R"(", "runId": ")" +
                               std::to_string(run) + R"("}})"));
  CHECK(contains(world.everything(sha), "has no manifest, or has it no longer"));
}

TEST_CASE("dbt Cloud: a manifest that is none ends the check with the run's name") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  const std::int64_t run = world.begin_build(sha);
  world.tell(world.cloud().succeed(run, {{0, {{"manifest.json", std::string(100'000, '[')}}}}));
  CHECK(world.look(sha).conclusion == "failure");
  CHECK(contains(world.everything(sha), "dbt Cloud run " + std::to_string(run)));
  CHECK(contains(world.everything(sha), "manifest.json"));
}

TEST_CASE(
    "dbt Cloud: a webhook is proved over its bytes, kept once, and of foreign jobs it is of no interest") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  stand_in::Hook ended = world.cloud().succeed(world.begin_build(sha), {{0, CloudWorld::built_files()}});
  stand_in::Hook forged = ended;
  forged.body += " ";
  CHECK(world.tell(forged) == 401);
  stand_in::Hook unsigned_hook = ended;
  unsigned_hook.headers = {{"content-type", "application/json"}};
  CHECK(world.tell(unsigned_hook) == 401);
  CHECK_FALSE(world.is_done(sha));
  CHECK(world.tell(world.cloud().sign("job.run.completed", "not JSON")) == 422);
  CHECK(world.tell(world.cloud().sign(
            "job.run.completed",
            R"({"eventType": "job.run.completed", "eventId": "x", "data": {"jobId": "7", "runId": "8"}})")) ==
        202);
  CHECK_FALSE(world.is_done(sha));
  CHECK(world.tell(ended) == 202);
  CHECK(world.is_done(sha));
  const std::size_t asked = world.cloud().wire().calls().size();
  CHECK(world.tell(ended) == 202);
  CHECK(world.cloud().wire().calls().size() == asked);
}

TEST_CASE("dbt Cloud: without a webhook secret nothing is taken for genuine") {
  CloudWorld world({.has_webhook = false});
  CHECK(world.tell(world.cloud().sign("job.run.completed", "{}")) == 401);
}

TEST_CASE("dbt Cloud: the build of another pull request or of another commit is not this one's") {
  CloudWorld world;
  world.build_production();
  const std::string sha = world.open_pull_request();
  world.tell(world.cloud().start_run(world.pull_request_job, sha, world.number + 1, "count-refunds"));
  world.tell(world.cloud().succeed(world.cloud().newest_run(), {{0, CloudWorld::built_files()}}));
  world.tell(world.cloud().start_run(world.pull_request_job, std::string(40, 'd'), {}, "other"));
  world.tell(world.cloud().succeed(world.cloud().newest_run(), {{0, CloudWorld::built_files()}}));
  CHECK(world.look(sha).status == "queued");
  CHECK(contains(world.look(sha).title, "no run of dbt Cloud job"));
}

TEST_CASE("dbt Cloud: a push that can't start the job is logged, counted, and does no other harm") {
  CloudWorld world({.trigger_on_push_to = "main"});
  world.cloud().set_permissions(true, false);
  world.send(world.github().push_to_branch("main", "Merge", {{"README.md", "more"}}));
  CHECK(world.cloud().runs().empty());
  const net::Response metrics = world.run(world.stage.get("/metrics"));
  CHECK(contains(metrics.body, "diffgate_job_triggers_total{result=\"failed\"} 1"));
}
