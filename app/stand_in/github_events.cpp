// What people do on GitHub beside a pull request's own life: checks, queues, the repository, the App.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/stand_in/github.hpp"
#include "app/stand_in/github_state.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

Hook check_hook(GitHubState& state, const StandInCheckRun* check, std::string_view action,
                const std::string& user, const json& extra = json::object()) {
  if (check == nullptr) throw std::logic_error("there is no such check");
  json body = event_payload(state, action, user);
  body["check_run"] = check_run_json(state, *check);
  body["check_run"]["check_suite"] = check_suite_json(state, check->head_sha);
  body.update(extra);
  return signed_github_hook(state, "check_run", body.dump());
}

Hook merge_group_hook(GitHubState& state, int number, std::string_view action) {
  const StandInPullRequest& pull = state.pulls.at(number);
  const std::string ref =
      "gh-readonly-queue/" + pull.base_branch + "/pr-" + std::to_string(number) + "-" + pull.head_sha;
  const Commit& head = *state.git.find(state.branches.at(ref));
  json body = event_payload(state, action, "github-merge-queue[bot]");
  body["merge_group"] = {{"head_sha", head.sha},
                         {"head_ref", "refs/heads/" + ref},
                         {"base_sha", state.branches.at(pull.base_branch)},
                         {"base_ref", "refs/heads/" + pull.base_branch},
                         {"head_commit", {{"id", head.sha}, {"message", head.message}}}};
  Hook hook = signed_github_hook(state, "merge_group", body.dump());
  hook.number = number;
  return hook;
}

Hook installation_hook(GitHubState& state, std::string_view action) {
  json body = event_payload(state, action, "ada");
  body.erase("repository");
  body["installation"] = installation_json(state);
  body["repositories"] = json::array({{{"id", github_repository_id},
                                       {"node_id", "R_1"},
                                       {"name", "shop"},
                                       {"full_name", state.options.repository},
                                       {"private", true}}});
  return signed_github_hook(state, "installation", body.dump());
}

}  // namespace

Hook GitHubStandIn::press(const std::string& head_sha, const std::string& identifier,
                          const std::string& user) {
  const StandInCheckRun* pressed = check(head_sha, "diffgate");
  if (pressed == nullptr ||
      std::find(pressed->buttons.begin(), pressed->buttons.end(), identifier) == pressed->buttons.end()) {
    throw std::logic_error("the check has no button " + identifier);
  }
  return check_hook(state(), pressed, "requested_action", user,
                    {{"requested_action", {{"identifier", identifier}}}});
}

Hook GitHubStandIn::rerequest_check(const std::string& head_sha, const std::string& user) {
  return check_hook(state(), check(head_sha, "diffgate"), "rerequested", user);
}

Hook GitHubStandIn::rerequest_suite(const std::string& head_sha, const std::string& user) {
  json body = event_payload(state(), "rerequested", user);
  body["check_suite"] = check_suite_json(state(), head_sha);
  return signed_github_hook(state(), "check_suite", body.dump());
}

Hook GitHubStandIn::queue_to_merge(int number) {
  GitHubState& now = state();
  const StandInPullRequest& pull = now.pulls.at(number);
  const std::string ref =
      "gh-readonly-queue/" + pull.base_branch + "/pr-" + std::to_string(number) + "-" + pull.head_sha;
  now.branches[ref] = now.git.commit(pull.head_sha, "Merge pull request #" + std::to_string(number), {});
  return merge_group_hook(now, number, "checks_requested");
}

Hook GitHubStandIn::leave_queue(int number) { return merge_group_hook(state(), number, "destroyed"); }

Hook GitHubStandIn::finish_workflow(const std::string& head_sha, const std::string& branch, bool is_success) {
  json body = event_payload(state(), "completed", "ada");
  body["workflow_run"] = {{"id", state().next_id++},
                          {"name", "dbt"},
                          {"head_sha", head_sha},
                          {"head_branch", branch},
                          {"event", "pull_request"},
                          {"status", "completed"},
                          {"conclusion", is_success ? "success" : "failure"},
                          {"pull_requests", check_pull_requests(state(), head_sha)}};
  return signed_github_hook(state(), "workflow_run", body.dump());
}

Hook GitHubStandIn::comment(int number, const std::string& user, const std::string& text) {
  const std::int64_t id = comment_as(number, user, text);
  json body = event_payload(state(), "created", user);
  const StandInPullRequest& pull = state().pulls.at(number);
  body["issue"] = {
      {"number", number},
      {"title", pull.title},
      {"state", pull.is_open ? "open" : "closed"},
      {"user", user_json(state(), pull.author)},
      {"pull_request", {{"url", state().repository_url() + "/pulls/" + std::to_string(number)}}}};
  for (const StandInComment& one : state().comments) {
    if (one.id == id) body["comment"] = comment_json(state(), one);
  }
  Hook hook = signed_github_hook(state(), "issue_comment", body.dump());
  hook.number = number;
  return hook;
}

void GitHubStandIn::log_delivery(const Hook& hook, int status) {
  state().deliveries.push_back({state().next_id++, hook, status, state().now()});
}

Hook GitHubStandIn::rename_repository(const std::string& full_name) {
  GitHubState& now = state();
  const std::string before = now.options.repository;
  now.former_names.insert(before);
  now.former_names.erase(full_name);
  now.options.repository = full_name;
  json body = event_payload(now, "renamed", "ada");
  body["changes"] = {{"repository", {{"name", {{"from", before.substr(before.find('/') + 1)}}}}}};
  return signed_github_hook(now, "repository", body.dump());
}

Hook GitHubStandIn::rename_account(const std::string& login) {
  GitHubState& now = state();
  const std::string before = now.options.repository;
  const std::size_t slash = before.find('/');
  now.former_names.insert(before);
  now.options.repository = login + before.substr(slash);
  json body = event_payload(now, "renamed", "ada");
  body.erase("repository");
  body["account"] = user_json(now, login);
  body["changes"] = {{"login", {{"from", before.substr(0, slash)}}}};
  body["target_type"] = "Organization";
  return signed_github_hook(now, "installation_target", body.dump());
}

Hook GitHubStandIn::delete_repository() {
  state().is_deleted = true;
  return signed_github_hook(state(), "repository", event_payload(state(), "deleted", "ada").dump());
}

Hook GitHubStandIn::suspend_installation() {
  state().is_suspended = true;
  state().tokens.clear();
  return installation_hook(state(), "suspend");
}

Hook GitHubStandIn::unsuspend_installation() {
  state().is_suspended = false;
  return installation_hook(state(), "unsuspend");
}

Hook GitHubStandIn::remove_installation() {
  state().is_removed = true;
  state().tokens.clear();
  return installation_hook(state(), "deleted");
}

Hook GitHubStandIn::install_again() {
  state().is_removed = false;
  ++state().installation;
  return installation_hook(state(), "created");
}

}  // namespace diffgate::app::stand_in
