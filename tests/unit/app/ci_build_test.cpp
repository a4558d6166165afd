#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "app/commands/ci_build.hpp"
#include "net/error.hpp"
#include "temporary_directory.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

using Environment = std::map<std::string, std::string>;

std::string written(const test::TemporaryDirectory& directory, const std::string& text) {
  const std::string path = directory.file("event.json");
  std::ofstream(path) << text;
  return path;
}

}  // namespace

TEST_CASE("of a pull request's job the head, its number and its branch are known, never the merge commit") {
  const test::TemporaryDirectory directory;
  const std::string event = written(
      directory, R"({"pull_request": {"number": 42, "head": {"sha": "head", "ref": "count-refunds"}}})");
  struct Case {
    const char* system;
    Environment environment;
  };
  const std::vector<Case> cases = {
      {"GitHub Actions",
       {{"GITHUB_ACTIONS", "true"},
        {"GITHUB_SHA", "merge"},
        {"GITHUB_REF", "refs/pull/42/merge"},
        {"GITHUB_EVENT_PATH", event}}},
      {"GitLab CI",
       {{"GITLAB_CI", "true"},
        {"CI_COMMIT_SHA", "merge"},
        {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "head"},
        {"CI_MERGE_REQUEST_IID", "42"},
        {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "count-refunds"}}},
      {"GitLab CI",  // a pipeline of the branch itself
       {{"GITLAB_CI", "true"},
        {"CI_COMMIT_SHA", "head"},
        {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ""},
        {"CI_MERGE_REQUEST_IID", "42"},
        {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "count-refunds"}}},
      {"CircleCI",
       {{"CIRCLECI", "true"},
        {"CIRCLE_SHA1", "head"},
        {"CIRCLE_PULL_REQUEST", "https://github.com/acme/shop/pull/42"},
        {"CIRCLE_BRANCH", "count-refunds"}}},
      {"Jenkins",
       {{"JENKINS_URL", "https://ci"},
        {"GIT_COMMIT", "head"},
        {"CHANGE_ID", "42"},
        {"CHANGE_BRANCH", "count-refunds"}}},
      {"Jenkins",
       {{"JENKINS_URL", "https://ci"},
        {"GIT_COMMIT", "merge"},
        {"ghprbActualCommit", "head"},
        {"ghprbPullId", "42"},
        {"ghprbSourceBranch", "count-refunds"}}},
      {"Buildkite",
       {{"BUILDKITE", "true"},
        {"BUILDKITE_COMMIT", "head"},
        {"BUILDKITE_PULL_REQUEST", "42"},
        {"BUILDKITE_BRANCH", "count-refunds"}}},
      {"Azure Pipelines",
       {{"TF_BUILD", "True"},
        {"BUILD_REASON", "PullRequest"},
        {"BUILD_SOURCEVERSION", "merge"},
        {"SYSTEM_PULLREQUEST_SOURCECOMMITID", "head"},
        {"SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "42"},
        {"SYSTEM_PULLREQUEST_PULLREQUESTID", "1042"},
        {"SYSTEM_PULLREQUEST_SOURCEBRANCH", "refs/heads/count-refunds"}}},
      {"Bitbucket Pipelines",
       {{"BITBUCKET_BUILD_NUMBER", "7"},
        {"BITBUCKET_COMMIT", "head"},
        {"BITBUCKET_PR_ID", "42"},
        {"BITBUCKET_BRANCH", "count-refunds"}}},
      {"Travis CI",
       {{"TRAVIS", "true"},
        {"TRAVIS_COMMIT", "merge"},
        {"TRAVIS_PULL_REQUEST_SHA", "head"},
        {"TRAVIS_PULL_REQUEST", "42"},
        {"TRAVIS_PULL_REQUEST_BRANCH", "count-refunds"}}},
  };
  for (const Case& each : cases) {
    CAPTURE(each.system);
    const CiBuild build = ci_build_of(each.environment, true);
    CHECK(build.system == each.system);
    CHECK(build.sha == "head");
    CHECK(build.pull_request == 42);
    CHECK(build.branch == "count-refunds");
  }
}

TEST_CASE("of a job on the base branch the commit and the branch are known") {
  const std::vector<Environment> cases = {
      {{"GITHUB_ACTIONS", "true"}, {"GITHUB_SHA", "tip"}, {"GITHUB_REF_NAME", "main"}},
      {{"GITLAB_CI", "true"}, {"CI_COMMIT_SHA", "tip"}, {"CI_COMMIT_BRANCH", "main"}},
      {{"CIRCLECI", "true"}, {"CIRCLE_SHA1", "tip"}, {"CIRCLE_BRANCH", "main"}},
      {{"JENKINS_URL", "u"}, {"GIT_COMMIT", "tip"}, {"GIT_BRANCH", "origin/main"}},
      {{"BUILDKITE", "true"}, {"BUILDKITE_COMMIT", "tip"}, {"BUILDKITE_BRANCH", "main"}},
      {{"TF_BUILD", "True"}, {"BUILD_SOURCEVERSION", "tip"}, {"BUILD_SOURCEBRANCH", "refs/heads/main"}},
      {{"BITBUCKET_BUILD_NUMBER", "7"}, {"BITBUCKET_COMMIT", "tip"}, {"BITBUCKET_BRANCH", "main"}},
      {{"TRAVIS", "true"}, {"TRAVIS_COMMIT", "tip"}, {"TRAVIS_BRANCH", "main"}},
  };
  for (const Environment& environment : cases) {
    const CiBuild build = ci_build_of(environment, false);
    CAPTURE(build.system);
    CHECK(build.sha == "tip");
    CHECK(build.branch == "main");
    CHECK_FALSE(build.pull_request);
  }
}

TEST_CASE("where a CI system names nothing but a merge commit, the head is not guessed") {
  CHECK_FALSE(
      ci_build_of({{"GITHUB_ACTIONS", "true"}, {"GITHUB_SHA", "m"}, {"GITHUB_REF", "refs/pull/42/merge"}},
                  true)
          .sha);
  CHECK_FALSE(
      ci_build_of({{"TF_BUILD", "True"}, {"BUILD_REASON", "PullRequest"}, {"BUILD_SOURCEVERSION", "m"}}, true)
          .sha);
  CHECK_FALSE(ci_build_of({{"BUILDKITE", "true"}, {"BUILDKITE_COMMIT", "HEAD"}}, true).sha);
  CHECK_FALSE(ci_build_of({{"CI_COMMIT_SHA", ""}}, true).sha);
  CHECK_FALSE(ci_build_of({}, true).sha);
}

TEST_CASE("a push that builds a pull request's branch names its head") {
  const CiBuild build = ci_build_of({{"GITHUB_ACTIONS", "true"},
                                     {"GITHUB_SHA", "head"},
                                     {"GITHUB_REF", "refs/heads/count-refunds"},
                                     {"GITHUB_REF_NAME", "count-refunds"}},
                                    true);
  CHECK(build.sha == "head");
  CHECK(build.branch == "count-refunds");
}

TEST_CASE("a workflow that another one's end started takes the other one's commit") {
  const test::TemporaryDirectory directory;
  const std::string event = written(
      directory,
      R"({"workflow_run": {"head_sha": "head", "head_branch": "b", "pull_requests": [{"number": 42}]}})");
  const CiBuild build =
      ci_build_of({{"GITHUB_ACTIONS", "true"}, {"GITHUB_SHA", "main"}, {"GITHUB_EVENT_PATH", event}}, true);
  CHECK(build.sha == "head");
  CHECK(build.pull_request == 42);
}

TEST_CASE("GitHub's event that can't be read is an error, one of another shape is none") {
  const test::TemporaryDirectory directory;
  CHECK_THROWS_AS((void)ci_build_of({{"GITHUB_EVENT_PATH", directory.file("none.json")}}, true), Error);
  const std::string odd = written(directory, R"({"pull_request": {"number": "42", "head": []}})");
  CHECK_FALSE(ci_build_of({{"GITHUB_ACTIONS", "true"}, {"GITHUB_EVENT_PATH", odd}}, true).sha);
}
