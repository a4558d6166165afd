#include "vcs/forge_access.hpp"

#include "github_setup.hpp"
#include "gitlab_setup.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

const json kEnough = {{"checks", "write"},     {"pull_requests", "write"}, {"contents", "read"},
                      {"metadata", "read"},    {"issues", "read"},         {"actions", "read"},
                      {"merge_queues", "read"}};
const json kEvents = {"check_run",    "check_suite", "issue_comment", "label",       "merge_group",
                      "pull_request", "push",        "repository",    "workflow_run"};

std::vector<std::string> whats(const std::vector<AccessProblem>& problems) {
  std::vector<std::string> out;
  for (const AccessProblem& problem : problems) {
    CHECK_FALSE(problem.fix.empty());
    out.push_back(problem.what);
  }
  return out;
}

struct Wire {
  Wire() { clock.skip_sleeps(); }
  ForgeAccess github(std::vector<std::string> repositories) {
    return loop.run(github_access(loop.executor(), http, clock, github_options(), std::move(repositories)));
  }
  ForgeAccess gitlab(std::vector<std::string> projects) {
    GitLabOptions options;
    options.url = "https://git.acme.test/gitlab";
    options.token = Secret("glpat-x");
    return loop.run(gitlab_access(loop.executor(), http, clock, options, std::move(projects)));
  }

  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
};

}  // namespace

TEST_CASE("an App that has all it needs has no problem") {
  Wire wire;
  wire.http.once(
      "GET", kApi + "/app",
      answer(200, json{{"id", 1234}, {"slug", "acme-diffgate"}, {"permissions", kEnough}, {"events", kEvents}}
                      .dump()));
  wire.http.once("GET", kRepoUrl + "/installation",
                 answer(200, json{{"id", 99}, {"permissions", kEnough}}.dump()));
  const ForgeAccess access = wire.github({"acme/dbt"});
  CHECK(access.identity == "App acme-diffgate (id 1234)");
  CHECK(access.problems.empty());
  REQUIRE(access.repositories.size() == 1);
  CHECK(access.repositories[0].problems.empty());
}

TEST_CASE("what an App or its installation lacks is named one by one") {
  Wire wire;
  wire.http.once(
      "GET", kApi + "/app",
      answer(200, json{{"id", 1234},
                       {"slug", "acme-diffgate"},
                       {"permissions", {{"checks", "read"}, {"contents", "read"}, {"metadata", "read"}}},
                       {"events", {"push", "label"}}}
                      .dump()));
  wire.http.once("GET", kRepoUrl + "/installation", answer(404));
  wire.http.once("GET", kApi + "/repos/acme/old/installation",
                 answer(200, json{{"id", 7},
                                  {"suspended_at", "2026-01-01T00:00:00Z"},
                                  {"permissions", {{"checks", "write"}, {"metadata", "read"}}}}
                                 .dump()));
  const ForgeAccess access = wire.github({"acme/dbt", "acme/old"});
  CHECK(whats(access.problems) ==
        std::vector<std::string>{
            "the permission Checks: read & write is missing",
            "the permission Pull requests: read & write is missing", "the permission Issues: read is missing",
            "the permission Actions: read is missing", "the permission Merge queues: read is missing",
            "the App is not subscribed to the event pull_request",
            "the App is not subscribed to the event issue_comment",
            "the App is not subscribed to the event check_run",
            "the App is not subscribed to the event check_suite",
            "the App is not subscribed to the event merge_group",
            "the App is not subscribed to the event workflow_run",
            "the App is not subscribed to the event repository"});
  REQUIRE(access.repositories.size() == 2);
  CHECK(whats(access.repositories[0].problems) ==
        std::vector<std::string>{"the App is not installed on it, or there is no such repository"});
  CHECK(whats(access.repositories[1].problems) ==
        std::vector<std::string>{
            "the installation is suspended", "the permission Pull requests: read & write is missing",
            "the permission Contents: read is missing", "the permission Issues: read is missing",
            "the permission Actions: read is missing", "the permission Merge queues: read is missing"});
}

TEST_CASE("a key that GitHub does not take is the configuration's") {
  Wire wire;
  wire.http.always("GET", kApi + "/app",
                   answer(401, R"({"message":"A JSON web token could not be decoded"})"));
  try {
    wire.github({});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::configuration);
    CHECK(error.hint().find("private_key") != std::string::npos);
  }
}

TEST_CASE("a GitLab token's scope, end and role are checked") {
  Wire wire;
  wire.http.always("GET", kGitLab + "/user", answer(200, R"({"username":"diffgate-bot"})"));
  const std::string day = iso8601(wire.clock.now() + std::chrono::hours(48)).substr(0, 10);
  wire.http.once("GET", kGitLab + "/personal_access_tokens/self",
                 answer(200, json{{"scopes", {"read_api"}}, {"expires_at", day}}.dump()));
  const auto project = [&](const std::string& path, int status, const json& body) {
    wire.http.once("GET", kGitLab + "/projects/" + path, answer(status, body.dump()));
  };
  project("acme%2Fdbt", 200,
          {{"permissions", {{"project_access", {{"access_level", 30}}}, {"group_access", nullptr}}}});
  project("acme%2Fguest", 200,
          {{"permissions", {{"project_access", nullptr}, {"group_access", {{"access_level", 20}}}}}});
  project("acme%2Fgone", 404, {{"message", "404 Project Not Found"}});
  project("acme%2Fold", 200, {{"archived", true}});
  const ForgeAccess access = wire.gitlab({"acme/dbt", "acme/guest", "acme/gone", "acme/old"});
  CHECK(access.identity == "user diffgate-bot");
  CHECK(whats(access.problems) ==
        std::vector<std::string>{"the token has not the scope api", "the token ends on " + day});
  REQUIRE(access.repositories.size() == 4);
  CHECK(access.repositories[0].problems.empty());
  CHECK(whats(access.repositories[1].problems) ==
        std::vector<std::string>{"the token's user has less than the role Developer"});
  CHECK(access.repositories[2].problems.size() == 1);
  CHECK(whats(access.repositories[3].problems) == std::vector<std::string>{"the project is archived"});
}
