#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/error.hpp"
#include "vcs/events.hpp"

// The events beside pull requests, pushes and labels. Shapes: `@octokit/webhooks-examples`, which the
// contract tests replay whole.

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;

namespace {

const std::string kHead(40, 'd');

json about(const std::string& action) {
  return {{"action", action},
          {"repository", {{"id", 186853002}, {"full_name", "acme/dbt"}}},
          {"installation", {{"id", 99}}},
          {"sender", {{"login", "octocat"}}}};
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

std::string ignored(const std::string& event, const json& payload) {
  return parsed<IgnoredEvent>(event, payload).reason;
}

json comment_payload() {
  json payload = about("created");
  payload["issue"] = {{"number", 7},
                      {"pull_request", {{"url", "https://api.github.com/repos/acme/dbt/pulls/7"}}}};
  payload["comment"] = {
      {"id", 492700400}, {"body", "/diffgate run\r\n"}, {"user", {{"login", "ada"}, {"type", "User"}}}};
  return payload;
}

json check_payload(const std::string& action) {
  json payload = about(action);
  payload["check_run"] = {{"id", 4},
                          {"head_sha", kHead},
                          {"external_id", "12"},
                          {"pull_requests",
                           {{{"number", 7}, {"base", {{"repo", {{"id", 186853002}}}}}},
                            {{"number", 8}, {"base", {{"repo", {{"id", 5}}}}}}}}};
  return payload;
}

}  // namespace

TEST_CASE("a new comment on a pull request is an event; an edited one, or one on an issue, is not") {
  const auto comment = parsed<CommentEvent>("issue_comment", comment_payload());
  CHECK(comment.repo.id == RepoId(186853002));
  CHECK(comment.pull_request == PullNumber(7));
  CHECK(comment.comment_id == "492700400");
  CHECK(comment.author == "ada");
  CHECK_FALSE(comment.is_bot);
  CHECK(comment.body == "/diffgate run\r\n");

  json payload = comment_payload();
  payload["comment"]["user"]["type"] = "Bot";
  CHECK(parsed<CommentEvent>("issue_comment", payload).is_bot);
  payload["comment"]["user"] = nullptr;
  CHECK(parsed<CommentEvent>("issue_comment", payload).author.empty());
  payload["issue"].erase("pull_request");
  CHECK(ignored("issue_comment", payload) == "the comment is on an issue");
  for (const char* action : {"edited", "deleted"}) {
    payload = comment_payload();
    payload["action"] = action;
    CHECK(ignored("issue_comment", payload) ==
          "the issue_comment action '" + std::string(action) + "' asks for nothing");
  }
}

TEST_CASE("what people press on a check is an event, with the pull requests of this repository") {
  const auto rerun = parsed<CheckActionEvent>("check_run", check_payload("rerequested"));
  CHECK(rerun.action == CheckAction::rerun);
  CHECK(rerun.head_sha == Sha(kHead));
  CHECK(rerun.external_id == "12");
  CHECK(rerun.pull_requests == std::vector{PullNumber(7)});
  CHECK(rerun.actor == "octocat");

  const std::vector<std::pair<std::string, CheckAction>> buttons = {{"rerun", CheckAction::rerun},
                                                                    {"accept", CheckAction::accept},
                                                                    {"downstream", CheckAction::downstream}};
  for (const auto& [identifier, action] : buttons) {
    json payload = check_payload("requested_action");
    payload["requested_action"] = {{"identifier", identifier}};
    CHECK(parsed<CheckActionEvent>("check_run", payload).action == action);
  }
  json payload = check_payload("requested_action");
  payload["requested_action"] = {{"identifier", "lgtm|26764"}};
  CHECK(ignored("check_run", payload) == "no button of ours is called 'lgtm|26764'");
  CHECK(ignored("check_run", check_payload("completed")) ==
        "the check_run action 'completed' asks for nothing");
}

TEST_CASE("re-running all checks names the commit alone") {
  json payload = about("rerequested");
  payload["check_suite"] = {{"head_sha", kHead}, {"head_branch", nullptr}, {"pull_requests", json::array()}};
  const auto event = parsed<CheckActionEvent>("check_suite", payload);
  CHECK(event.action == CheckAction::rerun);
  CHECK(event.external_id.empty());
  CHECK(event.pull_requests.empty());
  payload["action"] = "requested";  // comes with every push
  CHECK(ignored("check_suite", payload) == "the check_suite action 'requested' asks for nothing");
}

TEST_CASE("a merge queue asks for checks of its own commit, and says when nobody waits for them") {
  json payload = about("checks_requested");
  payload["merge_group"] = {{"head_sha", kHead},
                            {"head_ref", "refs/heads/gh-readonly-queue/main/pr-7-abc"},
                            {"base_ref", "refs/heads/main"}};
  const auto group = parsed<MergeGroupEvent>("merge_group", payload);
  CHECK(group.head_sha == Sha(kHead));
  CHECK(group.base_branch == "main");
  CHECK_FALSE(group.is_destroyed);
  payload["action"] = "destroyed";
  CHECK(parsed<MergeGroupEvent>("merge_group", payload).is_destroyed);
}

TEST_CASE("a workflow run that has ended names the commit it was of") {
  json payload = about("completed");
  payload["workflow_run"] = {
      {"head_sha", kHead}, {"head_branch", "revenue"}, {"name", "dbt"}, {"conclusion", "success"}};
  const auto run = parsed<CiRunEvent>("workflow_run", payload);
  CHECK(run.head_sha == Sha(kHead));
  CHECK(run.branch == "revenue");
  CHECK(run.name == "dbt");
  CHECK(run.is_success);
  payload["workflow_run"]["conclusion"] = "failure";
  CHECK_FALSE(parsed<CiRunEvent>("workflow_run", payload).is_success);
  payload["action"] = "requested";
  CHECK(std::holds_alternative<IgnoredEvent>(parse("workflow_run", payload)));
}

TEST_CASE("each action of an installation is known by its name") {
  const std::vector<std::pair<std::string, InstallationAction>> rows = {
      {"created", InstallationAction::created},
      {"deleted", InstallationAction::deleted},
      {"suspend", InstallationAction::suspended},
      {"unsuspend", InstallationAction::unsuspended},
      {"new_permissions_accepted", InstallationAction::permissions_accepted},
  };
  for (const auto& [name, action] : rows) {
    CAPTURE(name);
    json payload = {{"action", name}, {"installation", {{"id", 99}, {"account", {{"login", "acme"}}}}}};
    payload["repositories"] = {{{"id", 1}, {"full_name", "acme/dbt"}}};
    const auto event = parsed<InstallationEvent>("installation", payload);
    CHECK(event.action == action);
    CHECK(event.installation == InstallationId(99));
    CHECK(event.account == "acme");
    CHECK(event.added.size() == (action == InstallationAction::created ? 1U : 0U));
  }
}

TEST_CASE("repositories that come to an installation or leave it are named") {
  const json payload = {{"action", "removed"},
                        {"installation", {{"id", 99}}},
                        {"repositories_added", {{{"id", 2}, {"full_name", "acme/new"}}}},
                        {"repositories_removed", {{{"id", 1}, {"full_name", "acme/dbt"}}}}};
  const auto event = parsed<InstallationEvent>("installation_repositories", payload);
  CHECK(event.action == InstallationAction::changed);
  CHECK(event.added == std::vector{Repo{"github", RepoId(2), InstallationId(99), "acme/new"}});
  CHECK(event.removed == std::vector{Repo{"github", RepoId(1), InstallationId(99), "acme/dbt"}});
}

TEST_CASE("an account that got another name is told with both names") {
  json payload = {{"action", "renamed"},
                  {"installation", {{"id", 99}, {"node_id", "x"}}},
                  {"account", {{"login", "apex"}, {"id", 7}}},
                  {"changes", {{"login", {{"from", "acme"}}}}},
                  {"target_type", "Organization"}};
  const auto event = parsed<InstallationEvent>("installation_target", payload);
  CHECK(event.action == InstallationAction::account_renamed);
  CHECK(event.installation == InstallationId(99));
  CHECK(event.account == "apex");
  CHECK(event.former_account == "acme");
  payload["changes"] = {{"slug", {{"from", "acme"}}}};
  CHECK(std::holds_alternative<IgnoredEvent>(parse("installation_target", payload)));
  payload["action"] = "other";
  CHECK(std::holds_alternative<IgnoredEvent>(parse("installation_target", payload)));
}

TEST_CASE("a repository that moved or went is told, what else befell it is not") {
  const std::vector<std::pair<std::string, RepositoryAction>> rows = {
      {"renamed", RepositoryAction::renamed},
      {"transferred", RepositoryAction::transferred},
      {"deleted", RepositoryAction::deleted},
  };
  for (const auto& [name, action] : rows) {
    const auto event = parsed<RepositoryEvent>("repository", about(name));
    CHECK(event.action == action);
    CHECK(event.repo.id == RepoId(186853002));
  }
  CHECK(ignored("repository", about("publicized")) ==
        "the repository action 'publicized' changes nothing here");
}

TEST_CASE("a push lists the files of its commits") {
  json payload = about("");
  payload.erase("action");
  payload["ref"] = "refs/heads/main";
  payload["after"] = kHead;
  payload["commits"] = {{{"added", {"a.sql"}}, {"modified", {".diffgate.yml"}}, {"removed", json::array()}},
                        {{"added", json::array()}, {"modified", json::array()}, {"removed", {"b.sql"}}}};
  CHECK(parsed<PushEvent>("push", payload).files ==
        std::vector<std::string>{"a.sql", ".diffgate.yml", "b.sql"});
}
