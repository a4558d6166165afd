#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "net/error.hpp"
#include "vcs/events.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;

namespace {

const std::string kFolder = "tests/data/gitlab_webhooks/";

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

json recorded(const std::string& name) { return json::parse(content_of(kFolder + name)); }

Event parse(const json& payload) { return parse_gitlab_event("gitlab", payload.dump()); }

template <class T>
T parsed(const json& payload) {
  const Event result = parse(payload);
  REQUIRE(std::holds_alternative<T>(result));
  return std::get<T>(result);
}

// A recorded merge request event with another action and set of changes.
json merge_request(const std::string& action, const json& changes) {
  json payload = recorded("webhooks/merge_request.json");
  payload["object_attributes"]["action"] = action;
  payload["changes"] = changes;
  return payload;
}

json labels(const std::vector<std::string>& titles) {
  json list = json::array();
  for (const std::string& title : titles) list.push_back({{"id", list.size()}, {"title", title}});
  return list;
}

}  // namespace

TEST_CASE("a recorded merge request event is read in full") {
  const auto event = parsed<PullRequestEvent>(recorded("webhooks/merge_request.json"));
  CHECK(event.repo == Repo{"gitlab", RepoId(14), InstallationId(0), "gitlabhq/gitlab-test"});
  CHECK(event.action == PullRequestAction::opened);
  CHECK(event.actor == "user1");
  const PullRequest& pull = event.pull_request;
  CHECK(pull.number == PullNumber(1));
  CHECK(pull.title == "MS-Viewport");
  CHECK(pull.url == "http://example.com/diaspora/merge_requests/1");
  CHECK(pull.is_open);
  CHECK_FALSE(pull.is_draft);
  CHECK_FALSE(pull.is_fork);
  CHECK(pull.base_branch == "master");
  CHECK(pull.base_sha == Sha());
  CHECK(pull.head_branch == "ms-viewport");
  CHECK(pull.head_sha == Sha("da1560886d4f094c3e6c9ef40349f7d38b5d27d7"));
  CHECK(pull.head_repo == RepoId(14));
  CHECK(pull.labels == std::vector<std::string>{"API"});
  CHECK(iso8601(pull.updated_at) == "2013-12-03T17:23:34Z");
}

TEST_CASE("a system hook's merge request, which says little, has the merge request looked at again") {
  const auto event = parsed<PullRequestEvent>(recorded("systemhooks/merge_request.json"));
  CHECK(event.action == PullRequestAction::synchronize);
  CHECK(event.repo.id == RepoId(14));
  CHECK(event.repo.full_name == "jsmith/example");
  CHECK(event.pull_request.labels.empty());
  CHECK(event.pull_request.head_sha == Sha("ba3e0d8ff79c80d5b0bbb4f3e2e343e0aaa662b7"));
  json closed = recorded("systemhooks/merge_request.json");
  closed["object_attributes"]["state"] = "merged";
  CHECK(parsed<PullRequestEvent>(closed).action == PullRequestAction::closed);
  CHECK_FALSE(parsed<PullRequestEvent>(closed).pull_request.is_open);
}

TEST_CASE("GitLab's actions and changes map onto the actions of a pull request") {
  struct Row {
    std::string what;
    json payload;
    PullRequestAction action;
    std::string label;
    bool base_changed;
  };
  const json added = {{"labels", {{"previous", labels({"a"})}, {"current", labels({"a", "b"})}}}};
  const json removed = {{"labels", {{"previous", labels({"a", "b"})}, {"current", labels({"b"})}}}};
  const json exchanged = {{"labels", {{"previous", labels({"a"})}, {"current", labels({"b"})}}}};
  const json retargeted = {{"target_branch", {{"previous", "main"}, {"current", "develop"}}}};
  json pushed = merge_request("update", json::object());
  pushed["object_attributes"]["oldrev"] = std::string(40, 'a');
  json pushed_and_retargeted = pushed;
  pushed_and_retargeted["changes"] = retargeted;
  const std::vector<Row> rows = {
      {"opened", merge_request("open", json::object()), PullRequestAction::opened, "", false},
      {"reopened", merge_request("reopen", json::object()), PullRequestAction::reopened, "", false},
      {"closed", merge_request("close", json::object()), PullRequestAction::closed, "", false},
      {"merged", merge_request("merge", json::object()), PullRequestAction::closed, "", false},
      {"new commits", pushed, PullRequestAction::synchronize, "", false},
      {"a label added", merge_request("update", added), PullRequestAction::labeled, "b", false},
      {"a label removed", merge_request("update", removed), PullRequestAction::unlabeled, "a", false},
      {"one label for another", merge_request("update", exchanged), PullRequestAction::labeled, "b", false},
      {"the target branch", merge_request("update", retargeted), PullRequestAction::edited, "", true},
      {"commits and target", pushed_and_retargeted, PullRequestAction::synchronize, "", true},
      {"draft", merge_request("update", {{"draft", {{"previous", false}, {"current", true}}}}),
       PullRequestAction::converted_to_draft, "", false},
      {"ready", merge_request("update", {{"draft", {{"previous", true}, {"current", false}}}}),
       PullRequestAction::ready_for_review, "", false},
      {"ready, by the older name",
       merge_request("update", {{"work_in_progress", {{"previous", true}, {"current", false}}}}),
       PullRequestAction::ready_for_review, "", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const auto event = parsed<PullRequestEvent>(row.payload);
    CHECK(event.action == row.action);
    CHECK(event.label == row.label);
    CHECK(event.base_changed == row.base_changed);
  }
}

TEST_CASE("an update that changes nothing of interest is ignored") {
  const json same_labels = {{"labels", {{"previous", labels({"a"})}, {"current", labels({"a"})}}}};
  const std::vector<json> payloads = {
      merge_request("update", nullptr),
      merge_request("update", {{"title", {{"previous", "a"}, {"current", "b"}}}}),
      merge_request("update", same_labels),
      merge_request("approved", json::object()),
      merge_request("unapproval", json::object()),
  };
  for (const json& payload : payloads) CHECK(std::holds_alternative<IgnoredEvent>(parse(payload)));
}

TEST_CASE("a merge request of another project is a fork, also when that project is gone") {
  json payload = recorded("webhooks/merge_request.json");
  payload["object_attributes"]["source_project_id"] = 15;
  CHECK(parsed<PullRequestEvent>(payload).pull_request.is_fork);
  CHECK(parsed<PullRequestEvent>(payload).pull_request.head_repo == RepoId(15));
  payload["object_attributes"]["source_project_id"] = nullptr;
  CHECK(parsed<PullRequestEvent>(payload).pull_request.is_fork);
}

TEST_CASE("a recorded update with an earlier commit is a push to the merge request") {
  const auto event = parsed<PullRequestEvent>(recorded("webhooks/service_merge_request.json"));
  CHECK(event.action == PullRequestAction::synchronize);
  CHECK(event.pull_request.number == PullNumber(2));
  CHECK(iso8601(event.pull_request.updated_at) == "2021-09-27T05:01:21Z");
}

TEST_CASE("a push is known by object_kind and, from a system hook, by event_name") {
  for (const std::string name : {"webhooks/push.json", "systemhooks/push.json"}) {
    CAPTURE(name);
    const auto event = parsed<PushEvent>(recorded(name));
    CHECK(event.repo == Repo{"gitlab", RepoId(15), InstallationId(0), "mike/diaspora"});
    CHECK(event.branch == "master");
    CHECK(event.after == Sha("da1560886d4f094c3e6c9ef40349f7d38b5d27d7"));
  }
}

TEST_CASE("a recorded note on a merge request is a comment of its author") {
  const json payload = recorded("webhooks/note_merge_request.json");
  const auto event = parsed<CommentEvent>(payload);
  CHECK(event.repo.id == RepoId(payload["merge_request"]["target_project_id"].get<std::int64_t>()));
  CHECK(event.pull_request == PullNumber(payload["merge_request"]["iid"].get<std::int64_t>()));
  CHECK(event.comment_id == std::to_string(payload["object_attributes"]["id"].get<std::int64_t>()));
  CHECK(event.author == payload["user"]["username"].get<std::string>());
  CHECK(event.body == payload["object_attributes"]["note"].get<std::string>());
  CHECK_FALSE(event.is_bot);
}

TEST_CASE("edited notes, GitLab's own and those on other things are no comments") {
  json payload = recorded("webhooks/note_merge_request.json");
  payload["object_attributes"]["action"] = "create";
  CHECK(std::holds_alternative<CommentEvent>(parse(payload)));
  payload["object_attributes"]["action"] = "update";
  CHECK(std::holds_alternative<IgnoredEvent>(parse(payload)));
  payload["object_attributes"]["action"] = "create";
  payload["object_attributes"]["system"] = true;
  CHECK(std::holds_alternative<IgnoredEvent>(parse(payload)));
}

TEST_CASE("the user of an access token is a bot") {
  json payload = recorded("webhooks/note_merge_request.json");
  const std::pair<const char*, bool> users[] = {{"project_14_bot_3f9a", true}, {"group_9_bot_77", true},
                                                {"project_14_bot", true},      {"project_manager", false},
                                                {"group_bot", false},          {"ada", false}};
  for (const auto& [name, is_bot] : users) {
    CAPTURE(name);
    payload["user"]["username"] = name;
    CHECK(parsed<CommentEvent>(payload).is_bot == is_bot);
  }
}

TEST_CASE("a pipeline that has ended is a CI run of its commit") {
  json payload = recorded("webhooks/pipeline.json");
  const auto event = parsed<CiRunEvent>(payload);
  CHECK(event.head_sha == Sha(payload["object_attributes"]["sha"].get<std::string>()));
  CHECK(event.branch == payload["object_attributes"]["ref"].get<std::string>());
  CHECK(event.is_success == (payload["object_attributes"]["status"] == "success"));
  CHECK(event.pull_request == PullNumber(1));
  payload["merge_request"] = nullptr;
  CHECK_FALSE(parsed<CiRunEvent>(payload).pull_request.has_value());
  payload["object_attributes"]["status"] = "running";
  CHECK(std::holds_alternative<IgnoredEvent>(parse(payload)));
}

TEST_CASE("every other recorded payload is ignored with a reason") {
  const std::set<std::string> used = {"webhooks/merge_request.json",
                                      "systemhooks/merge_request.json",
                                      "webhooks/push.json",
                                      "systemhooks/push.json",
                                      "webhooks/group_merge_request.json",
                                      "webhooks/service_merge_request.json",
                                      "webhooks/note_merge_request.json",
                                      "webhooks/pipeline.json"};
  std::size_t count = 0;
  for (const std::string kind : {"webhooks/", "systemhooks/"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kFolder + kind)) {
      const std::string name = kind + entry.path().filename().string();
      if (used.contains(name)) continue;
      CAPTURE(name);
      CHECK_FALSE(parsed<IgnoredEvent>(recorded(name)).reason.empty());
      ++count;
    }
  }
  CHECK(count == 37);
}

TEST_CASE("a merge request event without its number is refused by the name of the field") {
  try {
    parse(recorded("webhooks/group_merge_request.json"));
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::caller);
    CHECK(std::string(error.what()) ==
          "GitLab payload: expected a value at object_attributes.target_project_id, found nothing");
  }
}

TEST_CASE("hostile GitLab payloads end in an error, not in a crash") {
  const std::string whole = content_of(kFolder + "webhooks/merge_request.json");
  for (std::size_t length = 0; length + 1 < whole.size(); length += 97) {
    CAPTURE(length);
    CHECK_THROWS_AS(parse_gitlab_event("gitlab", whole.substr(0, length)), Error);
  }
  CHECK_THROWS_AS(parse_gitlab_event("gitlab", std::string(100'000, '[')), Error);
  CHECK_THROWS_AS(parse_gitlab_event("gitlab", "[]"), Error);
}
