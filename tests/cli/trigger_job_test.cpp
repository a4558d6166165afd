#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_binary.hpp"
#include "stub_server.hpp"

using namespace diffgate;
using test::run_diffgate;
using test::stub_answer;
using test::StubServer;
using Json = nlohmann::json;

namespace {

std::string run_json(int status, const std::string& message = "") {
  return Json{{"data", {{"id", 9}, {"project_id", 5}, {"status", status}, {"status_message", message}}}}
      .dump();
}

// Starts a run that has ended with that status when it is asked for.
StubServer::Answer ends_with(int status) {
  return [status](const net::ServerRequest& request) {
    return stub_answer(200, run_json(request.method == "POST" ? 1 : status, "by the stub"));
  };
}

std::vector<std::string> trigger_at(const std::string& url) {
  return {"trigger-job", "--url", url, "--account", "4242", "--job", "8"};
}

std::string server_file(const test::Folder& folder, const std::string& url) {
  folder.write("app.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
  return folder.write(
      "diffgate.yml",
      "public_url: https://diffgate.example\n"
      "data_dir: " +
          folder.path("data") +
          "\n"
          "github: [{app_id: 1, private_key_file: app.pem, webhook_secret: s}]\n"
          "dbt_cloud: [{url: '" +
          url +
          "', account_id: 4242, token: hush, authorization: bearer}]\n"
          "warehouses: {shop: {type: duckdb, path: shop.duckdb}}\n"
          "projects: [{id: 1, name: shop, repository: acme/shop, dbt_cloud: {artifacts_job: 8}}]\n");
}

}  // namespace

TEST_CASE("trigger-job starts the job with cause and commit, and prints the run's page") {
  StubServer cloud(ends_with(10));
  auto arguments = trigger_at(cloud.url());
  arguments.insert(arguments.end(), {"--git-sha", "abc", "--cause", "after the merge"});
  const test::Ran ran = run_diffgate(arguments, "", {{"DBT_CLOUD_TOKEN", "hush"}});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.out == "dbt Cloud run 9 is queued: " + cloud.url() + "/deploy/4242/projects/5/runs/9/\n");
  const net::ServerRequest& request = cloud.received().at(0);
  CHECK(request.method == "POST");
  CHECK(request.target == "/api/v2/accounts/4242/jobs/8/run/");
  CHECK(request.headers.get("Authorization") == "Token hush");
  CHECK(Json::parse(request.body) == Json{{"cause", "after the merge"}, {"git_sha", "abc"}});
}

TEST_CASE("trigger-job takes account, token and job of the server file") {
  const test::Folder folder;
  StubServer cloud(ends_with(10));
  const test::Ran ran =
      run_diffgate({"trigger-job", "--config", server_file(folder, cloud.url()), "--project", "1", "--json"});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(Json::parse(ran.out).at("run") == 9);
  CHECK(cloud.received().at(0).target == "/api/v2/accounts/4242/jobs/8/run/");
  CHECK(cloud.received().at(0).headers.get("Authorization") == "Bearer hush");
}

TEST_CASE("trigger-job says what it lacks, and what dbt Cloud refuses, without the token") {
  const std::string nowhere = "http://127.0.0.1:1";
  CHECK(run_diffgate(trigger_at(nowhere)).err.find("DBT_CLOUD_TOKEN") != std::string::npos);
  CHECK(run_diffgate({"trigger-job", "--url", nowhere}).err.find("--account") != std::string::npos);
  const test::Folder folder;
  const test::Ran unknown =
      run_diffgate({"trigger-job", "--config", server_file(folder, nowhere), "--project", "2"});
  CHECK(unknown.code == 2);
  CHECK(unknown.err.find("no project 2") != std::string::npos);
  struct {
    int status;
    const char* words;
  } const cases[] = {{401, "check dbt_cloud.token"}, {403, "Job Runner"}, {404, "in account 4242"}};
  for (const auto& [status, words] : cases) {
    CAPTURE(status);
    StubServer cloud([answered = status](const net::ServerRequest&) {
      return stub_answer(answered, R"({"status": {"user_message": "not for you"}})");
    });
    const test::Ran ran = run_diffgate(trigger_at(cloud.url()), "", {{"DBT_CLOUD_TOKEN", "hush"}});
    CHECK(ran.code == 2);
    CHECK(ran.err.find("not for you") != std::string::npos);
    CHECK(ran.err.find(words) != std::string::npos);
    CHECK(ran.err.find("hush") == std::string::npos);
  }
}

TEST_CASE("doctor tells of a job that dbt Cloud does not know, and of one that is no CI job") {
  const test::Folder folder;
  StubServer cloud([](const net::ServerRequest& request) {
    if (request.target.find("/jobs/8/") != std::string::npos) return stub_answer(404, "{}");
    if (request.target.find("/jobs/") != std::string::npos) {
      return stub_answer(200,
                         R"({"data": {"id": 7, "name": "Nightly", "job_type": "scheduled", "state": 1}})");
    }
    return stub_answer(200, R"({"data": [], "extra": {"pagination": {"total_count": 12}}})");
  });
  std::string file = test::read(server_file(folder, cloud.url()));
  const std::string jobs = "{artifacts_job: 8}";
  file.replace(file.find(jobs), jobs.size(), "{artifacts_job: 8, pull_request_job: 7}");
  const test::Ran ran = run_diffgate({"doctor", "--config", folder.write("diffgate.yml", file)});
  CAPTURE(ran.out);
  CHECK(ran.out.find("'Nightly' builds pull requests, but is of type scheduled") != std::string::npos);
  CHECK(ran.out.find("/jobs/8/: dbt Cloud answered 404") != std::string::npos);
  CHECK(ran.out.find("has no webhook_secret") != std::string::npos);
  CHECK(ran.out.find("hush") == std::string::npos);
}
