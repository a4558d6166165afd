#include "app/commands/ci_build.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string_view>

#include "app/commands/files.hpp"

namespace diffgate::app {
namespace {

using Environment = std::map<std::string, std::string>;
using Names = std::array<const char*, 3>;  // tried in order; unused ones are null

constexpr std::size_t kMaxEvent = 32U << 20U;

// Each system's own documentation of its predefined variables is the source of its row.
struct System {
  const char* name;
  const char* marker;  // set by this system alone
  Names head;          // a pull request's head
  Names commit;        // what was checked out
  bool merges;         // what it checks out for a pull request is a merge commit, or may be one
  Names pull_request;  // its number, or a URL that ends in it
  Names head_branch;
  Names branch;
};

constexpr std::array<System, 8> kSystems = {{
    {"GitHub Actions",
     "GITHUB_ACTIONS",
     {},
     {"GITHUB_SHA"},
     true,
     {},
     {"GITHUB_HEAD_REF"},
     {"GITHUB_REF_NAME"}},
    // Branch SHA: of merged-results pipelines and merge trains alone; else the commit is the head itself.
    {"GitLab CI",
     "GITLAB_CI",
     {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"},
     {"CI_COMMIT_SHA"},
     false,
     {"CI_MERGE_REQUEST_IID"},
     {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"},
     {"CI_COMMIT_BRANCH"}},
    {"CircleCI",
     "CIRCLECI",
     {},
     {"CIRCLE_SHA1"},
     false,
     {"CIRCLE_PR_NUMBER", "CIRCLE_PULL_REQUEST"},
     {"CIRCLE_BRANCH"},
     {"CIRCLE_BRANCH"}},
    {"Buildkite",
     "BUILDKITE",
     {},
     {"BUILDKITE_COMMIT"},
     false,
     {"BUILDKITE_PULL_REQUEST"},
     {"BUILDKITE_BRANCH"},
     {"BUILDKITE_BRANCH"}},
    {"Azure Pipelines",
     "TF_BUILD",
     {"SYSTEM_PULLREQUEST_SOURCECOMMITID"},
     {"BUILD_SOURCEVERSION"},
     true,
     {"SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "SYSTEM_PULLREQUEST_PULLREQUESTID"},
     {"SYSTEM_PULLREQUEST_SOURCEBRANCH"},
     {"BUILD_SOURCEBRANCH"}},
    {"Bitbucket Pipelines",
     "BITBUCKET_BUILD_NUMBER",
     {},
     {"BITBUCKET_COMMIT"},
     false,
     {"BITBUCKET_PR_ID"},
     {"BITBUCKET_BRANCH"},
     {"BITBUCKET_BRANCH"}},
    {"Travis CI",
     "TRAVIS",
     {"TRAVIS_PULL_REQUEST_SHA"},
     {"TRAVIS_COMMIT"},
     true,
     {"TRAVIS_PULL_REQUEST"},
     {"TRAVIS_PULL_REQUEST_BRANCH"},
     {"TRAVIS_BRANCH"}},
    // The plug-ins for pull requests each have their own; GIT_COMMIT may be a merge that Jenkins made, which
    // the server notices by the pull request's number.
    {"Jenkins",
     "JENKINS_URL",
     {"ghprbActualCommit", "gitlabMergeRequestLastCommit"},
     {"GIT_COMMIT"},
     false,
     {"CHANGE_ID", "ghprbPullId", "gitlabMergeRequestIid"},
     {"CHANGE_BRANCH", "ghprbSourceBranch", "gitlabSourceBranch"},
     {"GIT_LOCAL_BRANCH", "BRANCH_NAME", "GIT_BRANCH"}},
}};

std::string value_of(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string first_of(const Environment& environment, const Names& names) {
  for (const char* name : names) {
    if (name == nullptr) break;
    if (std::string value = value_of(environment, name); !value.empty()) return value;
  }
  return {};
}

// "HEAD", which Buildkite knows until the checkout, is no commit.
std::optional<std::string> commit_in(std::string text) {
  if (text.empty() || text == "HEAD") return std::nullopt;
  return text;
}

// "42" and "https://github.com/acme/dbt/pull/42"; "false" where there is no pull request.
std::optional<std::int64_t> number_in(std::string_view text) {
  text = text.substr(text.rfind('/') + 1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0) return std::nullopt;
  return number;
}

std::string branch_in(std::string text) {
  for (const std::string_view prefix : {"refs/heads/", "origin/"}) {
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
  }
  return text;
}

const System* system_of(const Environment& environment) {
  for (const System& system : kSystems) {
    if (!value_of(environment, system.marker).empty()) return &system;
  }
  // Containers within a job may be given the commit alone.
  for (const System& system : kSystems) {
    const bool tells =
        !first_of(environment, system.head).empty() || !first_of(environment, system.commit).empty();
    if (tells) return &system;
  }
  return nullptr;
}

// GitHub tells a pull request's head in the file of its event alone; GITHUB_SHA is a merge commit.
void read_github_event(const Environment& environment, CiBuild& build) {
  const std::string path = value_of(environment, "GITHUB_EVENT_PATH");
  if (path.empty()) return;
  const auto event = nlohmann::json::parse(read_file(path, kMaxEvent), nullptr, false);
  if (!event.is_object()) return;
  const auto text_at = [&](const char* pointer) -> std::optional<std::string> {
    const nlohmann::json::json_pointer at(pointer);
    if (!event.contains(at) || !event.at(at).is_string()) return std::nullopt;
    return event.at(at).get<std::string>();
  };
  const auto number_at = [&](const char* pointer) -> std::optional<std::int64_t> {
    const nlohmann::json::json_pointer at(pointer);
    if (!event.contains(at) || !event.at(at).is_number_integer()) return std::nullopt;
    return event.at(at).get<std::int64_t>();
  };
  // The second row: a workflow that is started by the end of another one.
  struct Place {
    const char* sha;
    const char* number;
    const char* branch;
  };
  constexpr std::array<Place, 2> places = {{
      {"/pull_request/head/sha", "/pull_request/number", "/pull_request/head/ref"},
      {"/workflow_run/head_sha", "/workflow_run/pull_requests/0/number", "/workflow_run/head_branch"},
  }};
  for (const Place& place : places) {
    const auto sha = text_at(place.sha);
    if (!sha) continue;
    build.sha = sha;
    build.pull_request = number_at(place.number);
    build.branch = text_at(place.branch).value_or("");
    return;
  }
}

}  // namespace

CiBuild ci_build_of(const Environment& environment, bool is_pull_request) {
  CiBuild build;
  const System* system = system_of(environment);
  if (is_pull_request) read_github_event(environment, build);
  if (system == nullptr) return build;
  build.system = system->name;
  if (!is_pull_request) {
    build.sha = commit_in(first_of(environment, system->commit));
    build.branch = branch_in(first_of(environment, system->branch));
    return build;
  }
  if (!build.pull_request) build.pull_request = number_in(first_of(environment, system->pull_request));
  if (build.branch.empty()) build.branch = branch_in(first_of(environment, system->head_branch));
  if (build.branch.empty() && !build.pull_request)
    build.branch = branch_in(first_of(environment, system->branch));
  if (!build.sha) build.sha = commit_in(first_of(environment, system->head));
  if (build.sha) return build;
  // Of a build of a branch that has a pull request, the commit is the head.
  const std::string ref = value_of(environment, "GITHUB_REF");
  const bool is_of_branch = !build.pull_request && !ref.starts_with("refs/pull/") &&
                            value_of(environment, "BUILD_REASON") != "PullRequest";
  if (!system->merges || is_of_branch) build.sha = commit_in(first_of(environment, system->commit));
  return build;
}

}  // namespace diffgate::app
