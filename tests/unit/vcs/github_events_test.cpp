#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/error.hpp"
#include "vcs/events.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;

namespace {

const std::string kBase(40, 'b');
const std::string kHead(40, 'd');

json repository() { return {{"id", 186853002}, {"full_name", "acme/dbt"}}; }

json pull_request_payload(const std::string& action) {
  return {{"action", action},
          {"number", 7},
          {"repository", repository()},
          {"installation", {{"id", 99}}},
          {"sender", {{"login", "octocat"}}},
          {"pull_request",
           {{"number", 7},
            {"title", "New revenue logic"},
            {"html_url", "https://github.com/acme/dbt/pull/7"},
            {"user", {{"login", "ada"}}},
            {"state", "open"},
            {"draft", false},
            {"labels", {{{"name", "data-diff"}}, {{"name", "größe"}}}},
            {"updated_at", "2026-05-04T01:14:52Z"},
            {"base", {{"ref", "main"}, {"sha", kBase}, {"repo", {{"id", 186853002}}}}},
            {"head", {{"ref", "revenue"}, {"sha", kHead}, {"repo", {{"id", 186853002}}}}}}}};
}

Event parse(const std::string& event, const json& payload) {
  return parse_github_event("github", event, payload.dump());
}

template <class T>
T parsed(const std::string& event, const json& payload) {
  const Event result = parse(event, payload);
  REQUIRE(std::holds_alternative<T>(result));
  return std::get<T>(result);
}

std::string problem_of(const std::string& event, const json& payload) {
  try {
    parse(event, payload);
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::caller);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("every action of a pull request that matters is known by its name") {
  const std::vector<std::pair<std::string, PullRequestAction>> rows = {
      {"opened", PullRequestAction::opened},
      {"synchronize", PullRequestAction::synchronize},
      {"reopened", PullRequestAction::reopened},
      {"labeled", PullRequestAction::labeled},
      {"unlabeled", PullRequestAction::unlabeled},
      {"edited", PullRequestAction::edited},
      {"ready_for_review", PullRequestAction::ready_for_review},
      {"converted_to_draft", PullRequestAction::converted_to_draft},
      {"closed", PullRequestAction::closed},
  };
  for (const auto& [name, action] : rows) {
    CAPTURE(name);
    CHECK(parsed<PullRequestEvent>("pull_request", pull_request_payload(name)).action == action);
  }
}

TEST_CASE("a pull request event carries the pull request as the payload shows it") {
  const auto event = parsed<PullRequestEvent>("pull_request", pull_request_payload("opened"));
  CHECK(event.repo == Repo{"github", RepoId(186853002), InstallationId(99), "acme/dbt"});
  CHECK(event.actor == "octocat");
  CHECK_FALSE(event.base_changed);
  const PullRequest& pull = event.pull_request;
  CHECK(pull.number == PullNumber(7));
  CHECK(pull.title == "New revenue logic");
  CHECK(pull.url == "https://github.com/acme/dbt/pull/7");
  CHECK(pull.author == "ada");
  CHECK(pull.is_open);
  CHECK_FALSE(pull.is_draft);
  CHECK_FALSE(pull.is_fork);
  CHECK(pull.base_branch == "main");
  CHECK(pull.base_sha == Sha(kBase));
  CHECK(pull.head_branch == "revenue");
  CHECK(pull.head_sha == Sha(kHead));
  CHECK(pull.head_repo == RepoId(186853002));
  CHECK(pull.labels == std::vector<std::string>{"data-diff", "größe"});
  CHECK(iso8601(pull.updated_at) == "2026-05-04T01:14:52Z");
}

TEST_CASE("a head in another repository, or in none any more, is a fork") {
  json payload = pull_request_payload("opened");
  payload["pull_request"]["head"]["repo"]["id"] = 5;
  CHECK(parsed<PullRequestEvent>("pull_request", payload).pull_request.is_fork);
  CHECK(parsed<PullRequestEvent>("pull_request", payload).pull_request.head_repo == RepoId(5));
  payload["pull_request"]["head"]["repo"] = nullptr;
  CHECK(parsed<PullRequestEvent>("pull_request", payload).pull_request.is_fork);
  CHECK(parsed<PullRequestEvent>("pull_request", payload).pull_request.head_repo == RepoId(0));
}

TEST_CASE("a change of the base branch is told from other edits") {
  json payload = pull_request_payload("edited");
  payload["changes"] = {{"title", {{"from", "Old title"}}}};
  CHECK_FALSE(parsed<PullRequestEvent>("pull_request", payload).base_changed);
  payload["changes"] = {{"base", {{"ref", {{"from", "develop"}}}, {"sha", {{"from", kHead}}}}}};
  CHECK(parsed<PullRequestEvent>("pull_request", payload).base_changed);
}

TEST_CASE("the label that came or went is named, and may be missing") {
  json payload = pull_request_payload("unlabeled");
  CHECK(parsed<PullRequestEvent>("pull_request", payload).label.empty());
  payload["label"] = {{"name", "data-diff"}};
  CHECK(parsed<PullRequestEvent>("pull_request", payload).label == "data-diff");
}

TEST_CASE("what a payload may leave out is not missed") {
  json payload = pull_request_payload("closed");
  payload.erase("installation");
  payload["pull_request"]["user"] = nullptr;
  payload["pull_request"]["state"] = "closed";
  payload["pull_request"].erase("draft");
  payload["pull_request"]["title"] = nullptr;
  const auto event = parsed<PullRequestEvent>("pull_request", payload);
  CHECK(event.repo.installation == InstallationId(0));
  CHECK(event.pull_request.author.empty());
  CHECK_FALSE(event.pull_request.is_open);
  CHECK_FALSE(event.pull_request.is_draft);
}

TEST_CASE("what a payload must not leave out is named by its path") {
  json payload = pull_request_payload("opened");
  payload["pull_request"]["head"].erase("sha");
  CHECK(problem_of("pull_request", payload) ==
        "pull_request payload: expected a value at pull_request.head.sha, found nothing");
  payload["pull_request"]["head"]["sha"] = "main";
  CHECK(problem_of("pull_request", payload) ==
        "pull_request payload: expected a full commit id at pull_request.head.sha, found another text");
  payload = pull_request_payload("opened");
  payload["repository"]["id"] = "186853002";
  CHECK(problem_of("pull_request", payload) ==
        "pull_request payload: expected an integer at repository.id, found string");
  payload = pull_request_payload("opened");
  payload.erase("action");
  CHECK(problem_of("pull_request", payload) ==
        "pull_request payload: expected a value at action, found nothing");
  CHECK(problem_of("pull_request", json::array()) ==
        "pull_request payload: expected an object at the top level, found array");
}

TEST_CASE("a push names its branch, its commit, or that it was deleted") {
  json payload = {{"ref", "refs/heads/feature/a"}, {"after", kHead}, {"repository", repository()}};
  CHECK(parsed<PushEvent>("push", payload).branch == "feature/a");
  CHECK(parsed<PushEvent>("push", payload).after == Sha(kHead));
  payload["after"] = std::string(40, '0');
  CHECK(parsed<PushEvent>("push", payload).after == Sha(std::string(40, '0')));
  payload["ref"] = "refs/tags/v1";
  CHECK(parsed<PushEvent>("push", payload).branch.empty());
}

TEST_CASE("a label of the repository renamed or deleted is told, its colour is not") {
  json payload = {{"action", "edited"}, {"label", {{"name", "new"}}}, {"repository", repository()}};
  CHECK(std::holds_alternative<IgnoredEvent>(parse("label", payload)));
  payload["changes"] = {{"color", {{"from", "fff"}}}};
  CHECK(std::holds_alternative<IgnoredEvent>(parse("label", payload)));
  payload["changes"] = {{"name", {{"from", "old"}}}};
  const auto renamed = parsed<LabelEvent>("label", payload);
  CHECK(renamed.name == "old");
  CHECK(renamed.renamed_to == "new");
  CHECK_FALSE(renamed.is_deleted);
  payload["action"] = "deleted";
  payload.erase("changes");
  const auto deleted = parsed<LabelEvent>("label", payload);
  CHECK(deleted.name == "new");
  CHECK(deleted.is_deleted);
  payload["action"] = "created";
  CHECK(std::holds_alternative<IgnoredEvent>(parse("label", payload)));
}

TEST_CASE("a ping names its hook") {
  CHECK(parsed<PingEvent>("ping", {{"zen", "Keep it simple."}, {"hook_id", 109948940}}).hook == "109948940");
  CHECK(parsed<PingEvent>("ping", {{"zen", "Keep it simple."}}).hook.empty());
}

TEST_CASE("what is not used is ignored with the reason, whatever its body") {
  CHECK(parsed<IgnoredEvent>("pull_request", pull_request_payload("assigned")).reason ==
        "the pull_request action 'assigned' changes nothing here");
  const Event star = parse_github_event("github", "star", std::string(100'000, '['));
  CHECK(std::get<IgnoredEvent>(star).reason == "the event 'star' is not used");
}
