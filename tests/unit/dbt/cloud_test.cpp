#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "dbt/cloud_run.hpp"
#include "dbt/cloud_webhook.hpp"
#include "dbt/merged_results.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

using namespace diffgate;
using namespace diffgate::dbt;
using Json = nlohmann::json;

namespace {

CloudRun run_with(const std::vector<std::string>& steps) {
  CloudRun run;
  int index = 0;
  for (const std::string& name : steps) run.steps.push_back({++index, name, CloudStatus::success});
  return run;
}

std::vector<int> indices(const std::vector<CloudStep>& steps) {
  std::vector<int> found;
  for (const CloudStep& step : steps) found.push_back(step.index);
  return found;
}

std::string results(const std::string& which,
                    const std::vector<std::pair<std::string, std::string>>& statuses) {
  Json json = {
      {"metadata", {{"dbt_version", "1.9.0"}}}, {"args", {{"which", which}}}, {"results", Json::array()}};
  for (const auto& [id, status] : statuses)
    json["results"].push_back({{"unique_id", id}, {"status", status}});
  return json.dump();
}

}  // namespace

TEST_CASE("dbt's command is read from the name of a step") {
  CHECK(dbt_command_of("Invoke dbt with `dbt build --select state:modified+`") == "build");
  CHECK(dbt_command_of("Invoke dbt with `dbt --quiet --log-format json run --full-refresh`") == "run");
  CHECK(dbt_command_of("dbt docs generate") == "docs");
  CHECK(dbt_command_of("Invoke dbt with `dbt deps`") == "deps");
  CHECK(dbt_command_of("Invoke dbt with `dbtf build`") == "build");
  CHECK(dbt_command_of("Clone git repository").empty());
  CHECK(dbt_command_of("Create profile from connection Snowflake").empty());
  CHECK(dbt_command_of("").empty());
  CHECK(dbt_command_of("`").empty());
}

TEST_CASE("of a run's steps those that build have the results, and the last of them the manifest") {
  const CloudRun several = run_with({"Clone git repository", "Create profile", "Invoke dbt with `dbt deps`",
                                     "Invoke dbt with `dbt seed`", "Invoke dbt with `dbt run`",
                                     "Invoke dbt with `dbt test`", "Invoke dbt with `dbt docs generate`"});
  CHECK(indices(build_steps(several)) == std::vector{4, 5});
  CHECK(indices(manifest_steps(several)) == std::vector{5, 7, 6, 4});
  const CloudRun listing =
      run_with({"Clone git repository", "Invoke dbt with `dbt deps`", "Invoke dbt with `dbt ls`"});
  CHECK(build_steps(listing).empty());
  CHECK(indices(manifest_steps(listing)) == std::vector{3});
}

TEST_CASE("a run is read as the API tells it, and what is missing or null is absent") {
  const std::string text =
      R"({"status": {"code": 200}, "data": {"id": 7, "job_definition_id": 3, "project_id": 70,
    "status": 10, "git_sha": "ABCDEF", "git_branch": null, "artifacts_saved": true,
    "finished_at": "2026-05-04 01:14:52.123456+00:00", "status_message": null,
    "trigger": {"git_branch": "main", "gitlab_merge_request_id": 42, "github_pull_request_id": null},
    "run_steps": [{"index": 2, "name": "b", "status": 10}, {"index": 1, "name": "a", "status": 20}]}})";
  const CloudRun run = read_cloud_run(text, "here");
  CHECK(run.id == CloudRunId(7));
  CHECK(run.status == CloudStatus::success);
  CHECK(run.git_sha == "abcdef");
  CHECK(run.git_branch == "main");
  CHECK(run.pull_request == 42);
  CHECK(run.has_artifacts);
  CHECK(iso8601(run.finished_at) == "2026-05-04T01:14:52Z");
  CHECK(indices(run.steps) == std::vector{1, 2});
  const CloudRun bare = read_cloud_run(R"({"data": {"id": 7, "status": 99}})", "here");
  CHECK(bare.status == CloudStatus::unknown);
  CHECK_FALSE(bare.is_over());
  CHECK_FALSE(bare.pull_request);
}

TEST_CASE("an answer that is not dbt Cloud's is an error that says so") {
  for (const char* text : {"", "<html>", "[]", "{}", R"({"data": null})",
                           R"({"data": {"id": "7", "status": 1}})", R"({"data": []})"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)read_cloud_run(text, "here"), Error);
  }
  CHECK_THROWS_AS((void)read_cloud_runs(R"({"data": {}})", "here"), Error);
  CHECK_THROWS_AS((void)read_cloud_runs(R"({"data": [1]})", "here"), Error);
  CHECK(read_cloud_runs(R"({"data": [], "extra": {"pagination": {"total_count": 7}}})", "here").total == 7);
  CHECK(cloud_error_message(R"({"status": {"user_message": "no\nway"}})") == "no way");
  CHECK(cloud_error_message("<html>").empty());
}

TEST_CASE("a webhook is genuine if Authorization is the body's HMAC under one of the secrets") {
  const std::string body = R"({"eventType": "job.run.completed"})";
  const std::vector<Secret> secrets = {Secret("old"), Secret("new")};
  const auto signed_by = [&](const std::string& secret) {
    return net::Headers{{"Authorization", net::to_hex(net::hmac_sha256(Secret(secret), body))}};
  };
  CHECK(is_genuine_cloud_event(secrets, signed_by("old"), body));
  CHECK(is_genuine_cloud_event(secrets, signed_by("new"), body));
  CHECK_FALSE(is_genuine_cloud_event(secrets, signed_by("other"), body));
  CHECK_FALSE(is_genuine_cloud_event(secrets, signed_by("new"), body + " "));
  CHECK_FALSE(is_genuine_cloud_event(secrets, {}, body));
  CHECK_FALSE(is_genuine_cloud_event({}, signed_by(""), body));
  CHECK_FALSE(is_genuine_cloud_event({Secret("")}, signed_by(""), body));
}

TEST_CASE("a webhook's ids come as texts or numbers, and an event without an id is named by its run") {
  const CloudEvent event = parse_cloud_event(
      R"({"accountId": 1, "eventId": "wev_1", "eventType": "job.run.completed", "data": {"jobId": "3", "runId": 9}})");
  CHECK(event.id == "wev_1");
  CHECK(event.is_end());
  CHECK(event.job == CloudJobId(3));
  CHECK(event.run == CloudRunId(9));
  CHECK(parse_cloud_event(R"({"eventType": "job.run.started", "data": {"runId": "9"}})").id ==
        "job.run.started/9");
  for (const char* text : {"", "[]", "{}", R"({"eventType": {}})"}) {
    CAPTURE(text);
    CHECK_THROWS_AS((void)parse_cloud_event(text), Error);
  }
}

TEST_CASE("results of several building commands are one, the last word of each node counts") {
  const auto merged = merged_run_results({results("seed", {{"seed.a", "success"}, {"model.b", "error"}}),
                                          results("run", {{"model.b", "success"}}),
                                          results("generate", {{"model.c", "success"}}), "not JSON", "[]"});
  REQUIRE(merged);
  const Json json = Json::parse(*merged);
  CHECK(json["args"]["which"] == "seed");
  REQUIRE(json["results"].size() == 2);
  CHECK(json["results"][0]["unique_id"] == "seed.a");
  CHECK(json["results"][1] == Json{{"unique_id", "model.b"}, {"status", "success"}});
  CHECK_FALSE(merged_run_results({}));
  CHECK_FALSE(merged_run_results({results("compile", {{"model.c", "success"}})}));
}
