// Merge requests that GitLab CI builds, without an upload: a pipeline of the head, and one of GitLab's merged
// results, which runs on a commit of its own.

#include <nlohmann/json.hpp>

#include "app/demo/shop.hpp"
#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;
using nlohmann::json;

namespace {

const std::string kMergeCommit(40, 'e');

class GitLabCiWorld : public World {
 public:
  GitLabCiWorld()
      : World("", true, [](config::ServerConfig& config, World&) {
          config::CiArtifacts artifacts;
          artifacts.pull_request = "dbt build";
          config.projects[0].ci_artifacts = artifacts;
        }) {
    run(stage.upload_production());
    say("*/jobs", json::array());
    send(open());
  }

  // The merge request's pipelines are of the merged results from now on: `parents` are those of their commit.
  void merged_results(const std::vector<std::string>& parents) {
    gitlab().wire().clear_faults();
    const json pipeline = {{"id", 900},
                           {"project_id", gitlab_project()},
                           {"sha", kMergeCommit},
                           {"ref", "refs/merge-requests/" + std::to_string(number) + "/merge"},
                           {"source", "merge_request_event"},
                           {"status", "success"},
                           {"web_url", "https://gitlab.example/acme/shop/-/pipelines/900"}};
    json of_head = pipeline;  // what the status is put on
    of_head["id"] = gitlab().pipelines().front().id;
    of_head["sha"] = sha;
    of_head["ref"] = "refs/merge-requests/" + std::to_string(number) + "/head";
    say("*/merge_requests/*/pipelines", json::array({pipeline, of_head}));
    say("*/pipelines", json::array());
    say("*/repository/commits/" + kMergeCommit, {{"id", kMergeCommit}, {"parent_ids", parents}});
  }
  // What the job of that pipeline looks like.
  void job(const std::string& status, bool has_files) {
    json job = {{"id", 901},
                {"name", "dbt build"},
                {"status", status},
                {"web_url", "https://gitlab.example/acme/shop/-/jobs/901"},
                {"finished_at", "2026-05-04T01:14:52.123Z"},
                {"artifacts_file", nullptr}};
    if (has_files) job["artifacts_file"] = {{"filename", "artifacts.zip"}};
    say("*/pipelines/900/jobs", json::array({job}));
    if (has_files) file("target/manifest.json", journey::pull_request_manifest());
    if (has_files) file("target/run_results.json", journey::pull_request_run_results());
  }
  // GitLab's event of a pipeline that has ended.
  void tell(const std::string& built) {
    const json event = {
        {"object_kind", "pipeline"},
        {"object_attributes", {{"id", 900}, {"sha", built}, {"ref", "count-refunds"}, {"status", "success"}}},
        {"merge_request", {{"id", 1}, {"iid", number}}},
        {"project", json::parse(opened_.body).at("project")}};
    send(gitlab().sign("Pipeline Hook", event.dump()));
  }
  const stand_in::StandInStatus::Look& status() { return gitlab().status(sha, "diffgate")->now(); }
  bool is_done() { return status().state == "success" || status().state == "failed"; }
  std::string note() {
    const auto notes = gitlab().comments(number);
    return notes.empty() ? "" : notes.front().body;
  }

  std::string sha;
  int number = 0;

 private:
  const stand_in::Hook& open() {
    opened_ = gitlab().open(stage.shop_pull_request());
    number = opened_.number;
    sha = gitlab().merge_request(number).head_sha;
    return opened_;
  }
  std::int64_t gitlab_project() const { return json::parse(opened_.body).at("project").at("id"); }
  void say(const std::string& path, const json& body) { say(path, body.dump(), "application/json"); }
  void file(const std::string& path, const std::string& content) {
    say("*/jobs/901/artifacts/" + path, content, "application/octet-stream");
  }
  void say(const std::string& path, const std::string& body, const std::string& type) {
    net::Response response;
    response.status = 200;
    response.body = body;
    response.headers.set("Content-Type", type);
    gitlab().wire().add({.method = "GET", .path = path, .times = 100'000, .response = std::move(response)});
  }

  stand_in::Hook opened_;
};

}  // namespace

TEST_CASE(
    "GitLab CI: the job of a merged-results pipeline is the head's, and its event ends the wait at once") {
  GitLabCiWorld world;
  world.merged_results({std::string(40, 'a'), world.sha});
  world.job("running", false);
  world.tell(kMergeCommit);
  world.merged_results({std::string(40, 'a'), world.sha});
  world.job("success", true);
  const UtcTime before = world.clock.now();
  world.tell(kMergeCommit);
  CHECK(world.status().state == "success");
  CHECK(world.clock.now() == before);
  CHECK(contains(world.note(), "| 🟠 `orders` | 400 → 388 |"));
}

TEST_CASE("GitLab CI: merged results of an earlier push are not taken for those of the head") {
  GitLabCiWorld world;
  world.merged_results({std::string(40, 'a'), std::string(40, 'c')});
  world.job("success", true);
  world.tell(kMergeCommit);
  CHECK_FALSE(world.is_done());
}

TEST_CASE("GitLab CI: a run that failed for want of the job's files goes on when a later pipeline has them") {
  GitLabCiWorld world;
  world.merged_results({std::string(40, 'a'), world.sha});
  world.job("failed", false);
  world.tell(kMergeCommit);
  CHECK(world.status().state == "failed");
  CHECK(contains(world.status().description, "ended without the artifact 'dbt build'"));
  world.merged_results({std::string(40, 'a'), world.sha});
  world.job("success", true);
  world.tell(kMergeCommit);
  CHECK(world.status().state == "success");
}
