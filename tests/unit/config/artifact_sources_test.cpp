// The keys that say where a project's artifacts come from.

#include <doctest/doctest.h>

#include "config/server_config.hpp"
#include "support.hpp"

using namespace diffgate::config;

namespace {

const std::string kAccount = "{url: 'https://ab123.us1.dbt.com/', account_id: 4242, token: '${TOKEN}'}";

// A server file with these accounts and keys of its one project.
Parsed<ServerConfig> parse(const std::string& accounts, const std::string& project) {
  std::string text =
      "public_url: https://diffgate.example\n"
      "github: [{app_id: 1, private_key: '${KEY}', webhook_secret: s}]\n"
      "warehouses: {local: {type: duckdb, path: /data/x.duckdb}}\n";
  if (!accounts.empty()) text += "dbt_cloud: [" + accounts + "]\n";
  text += "projects: [{id: 1, name: a, repository: acme/dbt" + project + "}]\n";
  return parse_server_config(
      text, "f",
      {{"KEY", "-----BEGIN PRIVATE KEY-----\\nMIIB\\n-----END PRIVATE KEY-----"}, {"TOKEN", "hunter2"}});
}

std::string problem_of(const std::string& accounts, const std::string& project) {
  std::string text;
  for (Problem problem : parse(accounts, project).problems) {
    problem.line = 0;
    text += to_line(problem) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("dbt Cloud is an account with a token, and a project's jobs in it") {
  const auto parsed =
      parse(kAccount, ", dbt_cloud: {pull_request_job: 1, artifacts_job: 2, trigger_on_push_to: main}");
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  const DbtCloudAccount& account = parsed.value.dbt_cloud.at(0);
  CHECK(account.url == "https://ab123.us1.dbt.com");
  CHECK(account.token.expose() == "hunter2");
  CHECK(account.authorization == DbtCloudAccount::Authorization::token);
  CHECK(account.webhook_secrets.empty());
  const auto& jobs = parsed.value.projects[0].dbt_cloud;
  REQUIRE(jobs);
  CHECK(jobs->account == "dbt-cloud");  // the only one
  CHECK(jobs->pull_request_job == 1);
  CHECK(jobs->artifacts_job == 2);
  CHECK(jobs->trigger_on_push_to == "main");
  CHECK_FALSE(parse(kAccount, "").value.projects[0].dbt_cloud);
}

TEST_CASE("CI artifacts and a place of production's manifest are read with their defaults") {
  const auto parsed = parse(
      "", ", ci_artifacts: {pull_request: dbt}, production_manifest: {url: 'https://x/{sha}/m.json?s=1'}");
  INFO(test::joined(parsed.problems));
  REQUIRE(parsed.ok());
  const ProjectConfig& project = parsed.value.projects[0];
  CHECK(project.ci_artifacts->folder == "target");
  CHECK_FALSE(project.ci_artifacts->from_forks);
  CHECK(project.production_manifest->url.expose() == "https://x/{sha}/m.json?s=1");
}

TEST_CASE("mistakes in a project's sources are told with what to do, and no secret is in them") {
  struct Case {
    const char* accounts;
    const char* project;
    const char* problem;
  };
  const Case cases[] = {
      {"", ", dbt_cloud: {artifacts_job: 2}",
       "projects[0].dbt_cloud: there is no account of dbt Cloud (give one under dbt_cloud at the top level)"},
      {kAccount.c_str(), ", dbt_cloud: {artifacts_job: 2, account: other}",
       "projects[0].dbt_cloud.account: 'other' is not the name of an account"},
      {kAccount.c_str(), ", dbt_cloud: {account: dbt-cloud}",
       "projects[0].dbt_cloud: there is no job (give pull_request_job, artifacts_job or both)"},
      {kAccount.c_str(), ", dbt_cloud: {pull_request_job: 1, trigger_on_push_to: main}",
       "projects[0].dbt_cloud.trigger_on_push_to: there is no job to trigger (give artifacts_job)"},
      {kAccount.c_str(), ", dbt_cloud: {pull_request_jop: 1, artifacts_job: 2}",
       "did you mean 'pull_request_job'?"},
      {kAccount.c_str(), ", dbt_cloud:", "projects[0].dbt_cloud: the value is missing"},
      {"{url: 'https://x', account_id: 1}", "", "dbt_cloud[0]: token or token_file is missing"},
      {"{url: 'https://hunter2@x', account_id: 1, token: t}", "",
       "dbt_cloud[0].url: a URL must not hold a user or a password"},
      {"", ", ci_artifacts: {folder: x}",
       "projects[0].ci_artifacts: there is no artifact (give pull_request, production or both)"},
      {"", ", production_manifest: {url: 'ftp://x/hunter2'}",
       "projects[0].production_manifest.url: the URL does not begin with https:// or s3://"},
      {"", ", production_manifest: {}",
       "projects[0].production_manifest: url, url_file or folder is missing"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.problem);
    const std::string problem = problem_of(each.accounts, each.project);
    CAPTURE(problem);
    CHECK(problem.find(each.problem) != std::string::npos);
    CHECK(problem.find("hunter2") == std::string::npos);
  }
}
