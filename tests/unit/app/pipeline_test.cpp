// A pull request's life as people see it on the forge. The daemon is real; forge and warehouse are in memory.

#include <doctest/doctest.h>

#include <algorithm>

#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using test::DaemonWorld;
using test::FakeForge;
using test::sha_of;
using Strings = std::vector<std::string>;

Error transient() { return Error(ErrorClass::remote_transient, "503 from the forge"); }

std::string last_state(const DaemonWorld& world) { return FakeForge::state_of(world.forge.last_check()); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A daemon whose pull request is being diffed in a warehouse that does not answer.
void start_hanging_diff(DaemonWorld& world) {
  world.warehouse.hangs = true;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.until([&] { return world.warehouse.started > 0; });
}

}  // namespace

TEST_CASE("pipeline: an opened pull request gets its check, its comment and one run") {
  DaemonWorld world;
  world.start();
  CHECK(world.upload_production().status == 201);
  CHECK(world.upload_pull_request().status == 201);
  CHECK(world.deliver("opened").status == 202);
  world.settle();
  REQUIRE(world.forge.checks.size() == 1);
  const FakeForge::CheckRun& check = world.forge.last_check();
  CHECK(check.titles.front() == "Queued");
  CHECK(check.now.state == vcs::CheckState::completed);
  CHECK(check.now.name == "diffgate");
  CHECK(check.now.head_sha.value() == sha_of('1'));
  // The tables do not exist in this warehouse.
  CHECK(last_state(world) == "failure");
  REQUIRE(world.forge.comments.size() == 1);
  CHECK(world.forge.comments[0].body.size() > 100);
  const auto complete = std::find(world.forge.calls.begin(), world.forge.calls.end(), "complete_check");
  const auto comment = std::find(world.forge.calls.begin(), world.forge.calls.end(), "upsert_comment");
  CHECK(complete < comment);

  const net::Response runs =
      world.send("GET", "/api/v1/runs?pr=5", "", {{"Authorization", "Key upload-key"}});
  CHECK(runs.status == 200);
  CHECK(contains(runs.body, "\"state\":\"done\""));
  const net::Response run = world.send("GET", "/api/v1/runs/1", "", {{"Authorization", "Bearer upload-key"}});
  CHECK(run.status == 200);
  CHECK(contains(run.body, "\"models\":[{"));
}

TEST_CASE("pipeline: duplicates and repetitions of an event change nothing") {
  DaemonWorld world;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  CHECK(world.deliver("opened", "", "one").status == 202);
  CHECK(world.deliver("opened", "", "one").status == 202);
  CHECK(world.deliver("opened", "", "two").status == 202);
  world.settle();
  CHECK(world.deliver("edited").status == 202);
  world.settle();
  CHECK(world.forge.checks.size() == 1);
  REQUIRE(world.forge.comments.size() == 1);
  CHECK(world.forge.comments[0].edits == 0);
  const net::Response metrics = world.send("GET", "/metrics", "");
  CHECK(contains(metrics.body, "diffgate_deliveries_total{forge=\"github\",result=\"duplicate\"} 1"));
}

TEST_CASE("pipeline: without the label it is skipped, with the label it runs") {
  DaemonWorld world;
  world.rules().pull_request_label = "data";
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.settle();
  CHECK(world.forge.check_states() == Strings{"skipped"});
  CHECK(contains(world.forge.last_check().now.summary, "label_missing"));
  CHECK(world.forge.comments.empty());

  world.forge.pull.labels = {"data"};
  world.deliver("labeled", "data");
  world.settle();
  CHECK(world.forge.check_states() == Strings{"skipped", "failure"});
  CHECK(world.forge.comments.size() == 1);
}

TEST_CASE(
    "pipeline: a label removed while the diff runs cancels it, down to the warehouse, and the check passes") {
  DaemonWorld world;
  world.rules().pull_request_label = "data";
  world.forge.pull.labels = {"data"};
  start_hanging_diff(world);
  world.forge.pull.labels = {};
  world.deliver("unlabeled", "data");
  world.settle();
  CHECK(world.warehouse.cancelled == world.warehouse.started);
  CHECK(world.forge.check_states() == Strings{"cancelled", "skipped"});
  CHECK(world.forge.comments.empty());
}

TEST_CASE("pipeline: a new push cancels the run of the old head") {
  DaemonWorld world;
  start_hanging_diff(world);
  world.push('2');
  world.warehouse.hangs = false;
  world.upload_pull_request(sha_of('2'));
  world.deliver("synchronize");
  world.settle();
  CHECK(world.warehouse.cancelled > 0);
  REQUIRE(world.forge.checks.size() == 2);
  CHECK(world.forge.check_states() == Strings{"cancelled", "failure"});
  CHECK(world.forge.checks[0].now.head_sha.value() == sha_of('1'));
  CHECK(contains(world.forge.checks[0].now.title, "superseded"));
  CHECK(world.forge.checks[1].now.head_sha.value() == sha_of('2'));
  CHECK(world.forge.comments.size() == 1);
}

TEST_CASE(
    "pipeline: a result whose head was overtaken without an event ends as cancelled, without a comment") {
  DaemonWorld world;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  // The push comes between the last progress and the final state.
  int reads = 0;
  world.forge.on_call = [&](const std::string& call) {
    if (call == "pull_request" && ++reads == 4) world.push('2');
  };
  world.deliver("opened");
  world.settle();
  REQUIRE(reads >= 4);
  CHECK(world.forge.check_states() == Strings{"cancelled"});
  CHECK(world.forge.comments.empty());
}

TEST_CASE("pipeline: closing the pull request cancels its run") {
  DaemonWorld world;
  start_hanging_diff(world);
  world.forge.pull.is_open = false;
  world.deliver("closed");
  world.settle();
  CHECK(world.forge.check_states() == Strings{"cancelled"});
  CHECK(contains(world.forge.last_check().now.title, "closed"));
}

TEST_CASE("pipeline: what is not to be run ends with the rule that says so") {
  struct Row {
    const char* rule;
    std::function<void(DaemonWorld&)> arrange;
    const char* conclusion;
  };
  const Row rows[] = {
      {"draft",
       [](DaemonWorld& world) {
         world.rules().draft_pull_requests = false;
         world.forge.pull.is_draft = true;
       },
       "skipped"},
      {"files_ignored", [](DaemonWorld& world) { world.rules().files_to_ignore = {"*.sql"}; }, "skipped"},
      {"base_branch", [](DaemonWorld& world) { world.rules().base_branches = {"release/*"}; }, "skipped"},
      {"skip_keyword", [](DaemonWorld& world) { world.forge.commit_message = "wip diffgate-skip-ci"; },
       "skipped"},
      {"disabled", [](DaemonWorld& world) { world.rules().enabled = false; }, "skipped"},
      {"fork", [](DaemonWorld& world) { world.forge.pull.is_fork = true; }, "neutral"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    DaemonWorld world;
    row.arrange(world);
    world.start();
    world.deliver("opened");
    world.settle();
    CHECK(world.forge.check_states() == Strings{row.conclusion});
    CHECK(contains(world.forge.last_check().now.summary, row.rule));
  }
}

TEST_CASE("pipeline: a fork runs once a writer labels this very head, and a push asks for the label again") {
  DaemonWorld world;
  world.rules().pull_request_label = "data";
  world.rules().fork_pull_requests = config::ForkPullRequests::with_label;
  world.forge.pull.is_fork = true;
  world.start();
  world.upload_production();
  world.forge.pull.labels = {"data"};
  SUBCASE("labelled by a writer") {
    world.deliver("labeled", "data");
    world.settle();
    CHECK(last_state(world) == "queued");
    world.push('2');
    world.deliver("synchronize");
    world.settle();
    CHECK(last_state(world) == "neutral");
  }
  SUBCASE("labelled by somebody else") {
    world.forge.actor_may_write = false;
    world.deliver("labeled", "data");
    world.settle();
    CHECK(last_state(world) == "neutral");
  }
}

TEST_CASE("pipeline: mistakes in the rules file fail the check with line and column") {
  DaemonWorld world;
  world.forge.base_files[".diffgate.yml"] = "slim_dif: true\n";
  world.start();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "failure");
  const vcs::Check& check = world.forge.last_check().now;
  CHECK(contains(check.summary, "slim_diff"));
  REQUIRE(check.annotations.size() == 1);
  CHECK(check.annotations[0].path == ".diffgate.yml");
  CHECK(check.annotations[0].line == 1);
}

TEST_CASE("pipeline: the base branch's rules hold, the pull request's own edit is only reported") {
  DaemonWorld world;
  world.forge.base_files[".diffgate.yml"] = "pull_request_label: data\n";
  world.forge.head_files[".diffgate.yml"] = "enabled: nonsense\n";
  world.forge.files.push_back({.path = ".diffgate.yml", .previous_path = {}, .is_removed = false});
  world.start();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "skipped");
  CHECK(world.forge.last_check().now.annotations.size() == 1);  // also where nothing is run

  world.forge.pull.labels = {"data"};
  world.upload_production();
  world.upload_pull_request();
  world.deliver("labeled", "data");
  world.settle();
  const vcs::Check& check = world.forge.last_check().now;
  REQUIRE_FALSE(check.annotations.empty());
  CHECK(check.annotations[0].path == ".diffgate.yml");
  CHECK(check.annotations[0].level == vcs::Annotation::Level::warning);
}

TEST_CASE("pipeline: the pull request's valid rules are shown in advance, with what they would decide") {
  DaemonWorld world;
  world.forge.base_files[".diffgate.yml"] = "slim_diff: true\n";
  world.forge.head_files[".diffgate.yml"] = "slim_diff: false\npull_request_label: data\n";
  world.forge.files.push_back({.path = ".diffgate.yml", .previous_path = {}, .is_removed = false});
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.settle();
  REQUIRE(world.forge.comments.size() == 1);
  const std::string& comment = world.forge.comments[0].body;
  CAPTURE(comment);
  CHECK(contains(comment, "this pull request changes .diffgate.yml: once it is merged these rules hold"));
  CHECK(contains(comment, "this pull request would not be run then"));
}

TEST_CASE("pipeline: a rules file that can't be read for the moment is not taken for none") {
  DaemonWorld world;
  world.forge.base_files[".diffgate.yml"] = "enabled: false\n";
  world.forge.failures["file_at"] = {transient(), transient()};
  world.start();
  world.deliver("opened");
  world.settle();
  CHECK(world.forge.checks.empty());
  world.clock.advance(std::chrono::seconds(5));
  world.until([&] { return world.forge.count("file_at") == 2; });
  world.settle();
  world.clock.advance(std::chrono::seconds(15));
  world.until([&] { return world.forge.count("file_at") == 3; });
  world.settle();
  CHECK(world.forge.check_states() == Strings{"skipped"});
}

TEST_CASE("pipeline: a missing permission is one clear line on the check") {
  DaemonWorld world;
  world.forge.failures["file_at"] = {
      Error(ErrorClass::configuration, "403", "acme/shop", "grant contents: read to the App")};
  world.start();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "failure");
  CHECK(contains(world.forge.last_check().now.title, "grant contents: read"));
}

TEST_CASE("pipeline: missing artifacts are waited for, then named with the command to upload them") {
  DaemonWorld world;
  world.start();
  world.upload_production();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "queued");
  CHECK(contains(world.forge.last_check().now.title, "Waiting for the dbt artifacts of 1111111"));

  world.clock.advance(std::chrono::minutes(59));
  world.settle();
  CHECK(last_state(world) == "queued");
  world.clock.advance(std::chrono::minutes(2));
  world.until([&] { return last_state(world) != "queued"; });
  world.settle();
  CHECK(last_state(world) == "failure");
  const std::string summary = world.forge.last_check().now.summary;
  CHECK(contains(summary, sha_of('1')));
  CHECK(contains(summary, "diffgate upload --project 7 --run-type pull_request"));

  SUBCASE("an upload that comes later starts the run again") {
    world.upload_pull_request();
    world.settle();
    CHECK(world.forge.checks.size() == 2);
    CHECK(world.forge.comments.size() == 1);
  }
}

TEST_CASE("pipeline: an upload wakes the run that waits for it, in either order of files") {
  DaemonWorld world;
  world.start();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "queued");
  const std::string results = test::bytes_of("app/demo/project/built/pull_request_run_results.json.gz");
  CHECK(world.upload("pull_request", sha_of('1'), "run_results.json", results).status == 201);
  CHECK(world.upload_pull_request().status == 201);
  world.settle();
  CHECK(last_state(world) == "queued");
  CHECK(contains(world.forge.last_check().titles.back(), "Waiting for"));
  CHECK(world.upload_production().status == 201);
  world.settle();
  CHECK(world.forge.comments.size() == 1);
}

TEST_CASE(
    "pipeline: without the merge base's manifest the latest is used, and the report names both commits") {
  DaemonWorld world;
  world.start();
  world.upload_production(sha_of('c'));
  world.upload_pull_request();
  world.deliver("opened");
  world.settle();
  const std::string comment = world.forge.comments.at(0).body;
  CHECK(contains(comment, "bbbbbbb"));
  CHECK(contains(comment, "ccccccc"));
}

TEST_CASE("pipeline: more diffs than the threshold need a confirmation, which starts them") {
  DaemonWorld world;
  world.rules().diff_threshold = 1;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "action_required");
  CHECK(contains(world.forge.last_check().now.summary, "/api/v1/runs/1/confirm"));
  CHECK(world.warehouse.started == 0);

  CHECK(world.send("POST", "/api/v1/runs/1/confirm", "").status == 401);
  const net::Headers key{{"Authorization", "Key upload-key"}};
  CHECK(world.send("POST", "/api/v1/runs/1/confirm", "", key).status == 202);
  world.settle();
  CHECK(world.forge.check_states() == Strings{"action_required", "failure"});
  CHECK(world.send("POST", "/api/v1/runs/1/confirm", "", key).status == 409);
}

TEST_CASE("pipeline: errors do not block where the rules say so") {
  DaemonWorld world;
  world.rules().report_errors_as_success = true;
  world.start();
  world.upload_production();
  CHECK(world
            .upload("pull_request", sha_of('1'), "manifest.json",
                    test::bytes_of("app/demo/project/built/pull_request_manifest.json.gz"))
            .status == 201);
  world.forge.failures["merge_base"] = {Error(ErrorClass::remote_final, "404", "compare")};
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "success");
  CHECK(contains(world.forge.last_check().now.title, "Error"));
}

}  // namespace diffgate::app
