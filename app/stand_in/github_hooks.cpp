// What people do on GitHub, and the webhook that follows.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/stand_in/github.hpp"
#include "app/stand_in/github_state.hpp"
#include "net/crypto.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

constexpr std::string_view no_commit = "0000000000000000000000000000000000000000";

Hook pull_request_hook(GitHubState& state, int number, std::string_view action,
                       const json& extra = json::object()) {
  StandInPullRequest& pull = state.pulls.at(number);
  pull.updated_at = state.now();
  json body = event_payload(state, action, pull.author);
  body["number"] = number;
  body["pull_request"] = pull_request_json(state, pull);
  body.update(extra);
  Hook hook = signed_github_hook(state, "pull_request", body.dump());
  hook.number = number;
  return hook;
}

json label_object(const std::string& name) {
  return {{"id", 1},          {"node_id", "TGFiZWw="}, {"url", ""}, {"name", name}, {"color", "0e8a16"},
          {"default", false}, {"description", nullptr}};
}

}  // namespace

json event_payload(const GitHubState& state, std::string_view action, const std::string& sender) {
  json body = {{"repository", repository_json(state)},
               {"sender", user_json(state, sender)},
               {"installation", {{"id", state.installation}, {"node_id", "MDIzOkludGVncmF0aW9u"}}}};
  if (!action.empty()) body["action"] = action;
  return body;
}

Hook signed_github_hook(GitHubState& state, const std::string& event, std::string body) {
  ++state.hooks_sent;
  const std::string seed = net::to_hex(net::random_bytes(16));
  const std::string guid = seed.substr(0, 8) + "-" + seed.substr(8, 4) + "-" + seed.substr(12, 4) + "-" +
                           seed.substr(16, 4) + "-" + seed.substr(20, 12);
  Hook hook;
  hook.event = event;
  hook.headers = {
      {"content-type", "application/json"},
      {"user-agent", "GitHub-Hookshot/044aadd"},
      {"x-github-delivery", guid},
      {"x-github-event", event},
      {"x-github-hook-id", "2101"},
      {"x-github-hook-installation-target-id", state.options.app_id},
      {"x-github-hook-installation-target-type", "integration"},
      {"x-hub-signature-256", "sha256=" + net::to_hex(net::hmac_sha256(state.options.webhook_secret, body))}};
  hook.body = std::move(body);
  return hook;
}

Hook GitHubStandIn::sign(const std::string& event, std::string body) {
  return signed_github_hook(state(), event, std::move(body));
}

Hook GitHubStandIn::open(NewPullRequest request) {
  GitHubState& now = state();
  StandInPullRequest pull;
  pull.number = now.next_number++;
  pull.title = request.title;
  pull.author = request.author;
  pull.is_draft = request.is_draft;
  pull.is_fork = request.is_fork;
  pull.base_branch = request.base_branch;
  pull.head_branch = request.head_branch;
  pull.labels = request.labels;
  pull.base_sha = now.branches.at(request.base_branch);
  pull.head_sha = now.git.commit(pull.base_sha, request.message, request.edits);
  if (!request.is_fork) now.branches[request.head_branch] = pull.head_sha;
  const int number = pull.number;
  now.pulls[number] = std::move(pull);
  return pull_request_hook(now, number, "opened");
}

Hook GitHubStandIn::open_beside(int number, const std::string& head_branch) {
  GitHubState& now = state();
  StandInPullRequest pull = now.pulls.at(number);
  pull.number = now.next_number++;
  pull.head_branch = head_branch;
  now.branches[head_branch] = pull.head_sha;
  const int opened = pull.number;
  now.pulls[opened] = std::move(pull);
  return pull_request_hook(now, opened, "opened");
}

Hook GitHubStandIn::push(int number, const std::string& message, const TreeEdits& edits) {
  GitHubState& now = state();
  StandInPullRequest& pull = now.pulls.at(number);
  const std::string before = pull.head_sha;
  pull.base_sha = now.branches.at(pull.base_branch);
  pull.head_sha = now.git.commit(before, message, edits);
  if (!pull.is_fork) now.branches[pull.head_branch] = pull.head_sha;
  return pull_request_hook(now, number, "synchronize", {{"before", before}, {"after", pull.head_sha}});
}

Hook GitHubStandIn::label(int number, const std::string& name) {
  std::vector<std::string>& labels = state().pulls.at(number).labels;
  if (std::find(labels.begin(), labels.end(), name) == labels.end()) labels.push_back(name);
  return pull_request_hook(state(), number, "labeled", {{"label", label_object(name)}});
}

Hook GitHubStandIn::unlabel(int number, const std::string& name) {
  std::erase(state().pulls.at(number).labels, name);
  return pull_request_hook(state(), number, "unlabeled", {{"label", label_object(name)}});
}

Hook GitHubStandIn::retarget(int number, const std::string& base_branch) {
  GitHubState& now = state();
  StandInPullRequest& pull = now.pulls.at(number);
  const std::string from = pull.base_branch;
  pull.base_branch = base_branch;
  pull.base_sha = now.branches.at(base_branch);
  return pull_request_hook(
      now, number, "edited",
      {{"changes", {{"base", {{"ref", {{"from", from}}}, {"sha", {{"from", now.branches.at(from)}}}}}}}});
}

Hook GitHubStandIn::close(int number, bool merged) {
  StandInPullRequest& pull = state().pulls.at(number);
  pull.is_open = false;
  pull.is_merged = merged;
  if (merged) state().branches[pull.base_branch] = pull.head_sha;
  return pull_request_hook(state(), number, "closed");
}

Hook GitHubStandIn::reopen(int number) {
  state().pulls.at(number).is_open = true;
  return pull_request_hook(state(), number, "reopened");
}

Hook GitHubStandIn::ready_for_review(int number) {
  state().pulls.at(number).is_draft = false;
  return pull_request_hook(state(), number, "ready_for_review");
}

Hook GitHubStandIn::convert_to_draft(int number) {
  state().pulls.at(number).is_draft = true;
  return pull_request_hook(state(), number, "converted_to_draft");
}

Hook GitHubStandIn::push_to_branch(const std::string& branch, const std::string& message,
                                   const TreeEdits& edits) {
  GitHubState& now = state();
  const std::string before = now.branches.contains(branch) ? now.branches[branch] : std::string(no_commit);
  const std::string after = this->commit(branch, message, edits);
  json commit = {{"id", after}, {"message", message}};
  for (const char* kind : {"added", "modified", "removed"}) commit[kind] = json::array();
  for (const FileChange& change : now.git.changes(before == no_commit ? after : before, after)) {
    const char* kind = change.status == "added"     ? "added"
                       : change.status == "removed" ? "removed"
                                                    : "modified";
    commit[kind].push_back(change.path);
  }
  json body = event_payload(now, "", "ada");
  body.update({{"ref", "refs/heads/" + branch},
               {"before", before},
               {"after", after},
               {"created", before == no_commit},
               {"deleted", false},
               {"forced", false},
               {"base_ref", nullptr},
               {"compare", "https://github.com/" + now.options.repository + "/compare"},
               {"commits", json::array({commit})},
               {"head_commit", {{"id", after}, {"message", message}}},
               {"pusher", {{"name", "ada"}, {"email", "ada@example.com"}}}});
  return signed_github_hook(now, "push", body.dump());
}

Hook GitHubStandIn::rename_label(const std::string& from, const std::string& to) {
  for (auto& [number, pull] : state().pulls) std::replace(pull.labels.begin(), pull.labels.end(), from, to);
  json body = event_payload(state(), "edited", "ada");
  body["label"] = label_object(to);
  body["changes"] = {{"name", {{"from", from}}}};
  return signed_github_hook(state(), "label", body.dump());
}

Hook GitHubStandIn::delete_label(const std::string& name) {
  for (auto& [number, pull] : state().pulls) std::erase(pull.labels, name);
  json body = event_payload(state(), "deleted", "ada");
  body["label"] = label_object(name);
  return signed_github_hook(state(), "label", body.dump());
}

Hook GitHubStandIn::ping() {
  const GitHubState& now = state();
  const json body = {{"zen", "Keep it logically awesome."},
                     {"hook_id", 2101},
                     {"hook",
                      {{"type", "App"},
                       {"id", 2101},
                       {"name", "web"},
                       {"active", true},
                       {"app_id", std::stoll(now.options.app_id)},
                       {"events", json::array({"pull_request"})}}}};
  return signed_github_hook(state(), "ping", body.dump());
}

}  // namespace diffgate::app::stand_in
