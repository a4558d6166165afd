// What people do on GitLab, and the webhook that follows.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/stand_in/gitlab.hpp"
#include "app/stand_in/gitlab_state.hpp"
#include "net/crypto.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

constexpr std::string_view no_commit = "0000000000000000000000000000000000000000";

json label_list(const std::vector<std::string>& names) {
  json labels = json::array();
  for (const std::string& name : names) {
    labels.push_back({{"id", gitlab_user_id("label " + name)},
                      {"title", name},
                      {"color", "#428bca"},
                      {"project_id", gitlab_project_id},
                      {"type", "ProjectLabel"}});
  }
  return labels;
}

json project_object(const GitLabState& state) {
  return {{"id", gitlab_project_id},
          {"name", "shop"},
          {"web_url", state.web_url()},
          {"namespace", "acme"},
          {"path_with_namespace", state.options.project},
          {"default_branch", "main"},
          {"homepage", state.web_url()},
          {"url", state.web_url() + ".git"}};
}

json user_object(const std::string& name) {
  return {{"id", gitlab_user_id(name)}, {"name", name}, {"username", name}, {"email", "[REDACTED]"}};
}

Hook hook_with_headers(const GitLabState& state, const std::string& event, std::string body) {
  const std::string id = net::to_hex(net::random_bytes(16));
  Hook hook;
  hook.event = state.options.is_system_hook ? "System Hook" : event;
  hook.headers = {
      {"content-type", "application/json"}, {"user-agent", "GitLab/18.5.0"},
      {"x-gitlab-event", hook.event},       {"x-gitlab-event-uuid", net::to_hex(net::random_bytes(16))},
      {"x-gitlab-instance", state.url},     {"idempotency-key", id}};
  if (!state.options.webhook_token.empty())
    hook.headers.set("x-gitlab-token", state.options.webhook_token.expose());
  const std::string& key = state.options.signing_key.expose();
  if (!key.empty()) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(state.options.now().time_since_epoch());
    const std::string timestamp = std::to_string(seconds.count());
    const Secret raw(net::from_base64(key.substr(std::string_view("whsec_").size())).value_or(""));
    hook.headers.set("webhook-id", id);
    hook.headers.set("webhook-timestamp", timestamp);
    hook.headers.set("webhook-signature",
                     "v1," + net::to_base64(net::hmac_sha256(raw, id + "." + timestamp + "." + body)));
  }
  hook.body = std::move(body);
  return hook;
}

Hook merge_request_hook(const GitLabState& state, int number, const std::string& action,
                        const json& attributes = json::object(), const json& changes = json::object()) {
  const StandInPullRequest& merge = state.merges.at(number);
  const Commit& head = *state.git.find(merge.head_sha);
  json object = {{"id", 800'000 + number},
                 {"iid", number},
                 {"target_branch", merge.base_branch},
                 {"source_branch", merge.head_branch},
                 {"source_project_id", merge.is_fork ? gitlab_fork_id : gitlab_project_id},
                 {"target_project_id", gitlab_project_id},
                 {"author_id", gitlab_user_id(merge.author)},
                 {"title", merge.title},
                 {"created_at", "2026-01-05 08:00:00 UTC"},
                 {"updated_at", merge.updated_at},
                 {"state", merge.is_merged ? "merged"
                           : merge.is_open ? "opened"
                                           : "closed"},
                 {"draft", merge.is_draft},
                 {"work_in_progress", merge.is_draft},
                 {"description", ""},
                 {"url", state.web_url() + "/-/merge_requests/" + std::to_string(number)},
                 {"last_commit", {{"id", head.sha}, {"message", head.message}, {"title", head.message}}},
                 {"labels", label_list(merge.labels)},
                 {"action", action},
                 {"detailed_merge_status", "mergeable"}};
  object.update(attributes);
  const json body = {{"object_kind", "merge_request"},
                     {"event_type", "merge_request"},
                     {"user", user_object(merge.author)},
                     {"project", project_object(state)},
                     {"object_attributes", object},
                     {"labels", object["labels"]},
                     {"changes", changes}};
  Hook hook = hook_with_headers(state, "Merge Request Hook", body.dump());
  hook.number = number;
  return hook;
}

}  // namespace

void start_pipeline(GitLabState& state, const StandInPullRequest& merge) {
  if (!state.options.runs_pipelines) return;
  state.pipelines.push_back({state.next_id++, merge.head_sha,
                             "refs/merge-requests/" + std::to_string(merge.number) + "/head",
                             "merge_request_event", merge.number});
}

Hook GitLabStandIn::sign(const std::string& event, std::string body) {
  return hook_with_headers(state(), event, std::move(body));
}

Hook GitLabStandIn::open(NewPullRequest request) {
  GitLabState& now = state();
  StandInPullRequest merge;
  merge.number = now.next_number++;
  merge.title = request.title;
  merge.author = request.author;
  merge.is_draft = request.is_draft;
  merge.is_fork = request.is_fork;
  merge.base_branch = request.base_branch;
  merge.head_branch = request.head_branch;
  merge.labels = request.labels;
  merge.head_sha = now.git.commit(now.branches.at(request.base_branch), request.message, request.edits);
  if (!request.is_fork) now.branches[request.head_branch] = merge.head_sha;
  now.levels.emplace(request.author, 30);
  merge.updated_at = now.now();
  start_pipeline(now, merge);
  const int number = merge.number;
  now.merges[number] = std::move(merge);
  return merge_request_hook(now, number, "open");
}

Hook GitLabStandIn::push(int number, const std::string& message, const TreeEdits& edits) {
  GitLabState& now = state();
  StandInPullRequest& merge = now.merges.at(number);
  const std::string before = merge.head_sha;
  merge.head_sha = now.git.commit(before, message, edits);
  if (!merge.is_fork) now.branches[merge.head_branch] = merge.head_sha;
  merge.updated_at = now.now();
  start_pipeline(now, merge);
  return merge_request_hook(now, number, "update", {{"oldrev", before}});
}

namespace {

Hook relabeled(GitLabState& state, int number, const std::vector<std::string>& labels) {
  std::vector<std::string>& current = state.merges.at(number).labels;
  const json change = {{"previous", label_list(current)}, {"current", label_list(labels)}};
  current = labels;
  state.merges.at(number).updated_at = state.now();
  return merge_request_hook(state, number, "update", json::object(), {{"labels", change}});
}

}  // namespace

Hook GitLabStandIn::label(int number, const std::string& name) {
  std::vector<std::string> labels = state().merges.at(number).labels;
  labels.push_back(name);
  return relabeled(state(), number, labels);
}

Hook GitLabStandIn::unlabel(int number, const std::string& name) {
  std::vector<std::string> labels = state().merges.at(number).labels;
  std::erase(labels, name);
  return relabeled(state(), number, labels);
}

Hook GitLabStandIn::retarget(int number, const std::string& target_branch) {
  std::string& target = state().merges.at(number).base_branch;
  const json change = {{"previous", target}, {"current", target_branch}};
  target = target_branch;
  state().merges.at(number).updated_at = state().now();
  return merge_request_hook(state(), number, "update", json::object(), {{"target_branch", change}});
}

Hook GitLabStandIn::close(int number, bool merged) {
  StandInPullRequest& merge = state().merges.at(number);
  merge.is_open = false;
  merge.is_merged = merged;
  merge.updated_at = state().now();
  if (merged) state().branches[merge.base_branch] = merge.head_sha;
  return merge_request_hook(state(), number, merged ? "merge" : "close");
}

Hook GitLabStandIn::reopen(int number) {
  state().merges.at(number).is_open = true;
  state().merges.at(number).updated_at = state().now();
  return merge_request_hook(state(), number, "reopen");
}

Hook GitLabStandIn::set_draft(int number, bool is_draft) {
  state().merges.at(number).is_draft = is_draft;
  state().merges.at(number).updated_at = state().now();
  const json change = {{"previous", !is_draft}, {"current", is_draft}};
  return merge_request_hook(state(), number, "update", json::object(), {{"draft", change}});
}

namespace {

Hook note_hook(const GitLabState& state, const StandInComment& note, const std::string& action) {
  const StandInPullRequest& merge = state.merges.at(note.number);
  const json body = {{"object_kind", "note"},
                     {"event_type", "note"},
                     {"user", user_object(note.author)},
                     {"project_id", gitlab_project_id},
                     {"project", project_object(state)},
                     {"object_attributes",
                      {{"id", note.id},
                       {"note", note.body},
                       {"noteable_type", "MergeRequest"},
                       {"noteable_id", 800'000 + note.number},
                       {"author_id", gitlab_user_id(note.author)},
                       {"project_id", gitlab_project_id},
                       {"created_at", "2026-01-05 08:00:00 UTC"},
                       {"system", false},
                       {"action", action}}},
                     {"merge_request",
                      {{"id", 800'000 + note.number},
                       {"iid", note.number},
                       {"source_branch", merge.head_branch},
                       {"target_branch", merge.base_branch},
                       {"source_project_id", merge.is_fork ? gitlab_fork_id : gitlab_project_id},
                       {"target_project_id", gitlab_project_id},
                       {"state", merge.is_open ? "opened" : "closed"},
                       {"last_commit", {{"id", merge.head_sha}}}}}};
  Hook hook = hook_with_headers(state, "Note Hook", body.dump());
  hook.number = note.number;
  return hook;
}

}  // namespace

Hook GitLabStandIn::comment(int number, const std::string& user, const std::string& body) {
  state().levels.emplace(user, 30);
  comment_as(number, user, body);
  return note_hook(state(), state().notes.back(), "create");
}

Hook GitLabStandIn::edit_comment(std::int64_t id, const std::string& body) {
  for (StandInComment& note : state().notes) {
    if (note.id != id) continue;
    note.body = body;
    ++note.edits;
    return note_hook(state(), note, "update");
  }
  throw std::out_of_range("no such note");
}

Hook GitLabStandIn::push_to_branch(const std::string& branch, const std::string& message,
                                   const TreeEdits& edits) {
  GitLabState& now = state();
  const std::string before = now.branches.contains(branch) ? now.branches[branch] : std::string(no_commit);
  const std::string after = commit(branch, message, edits);
  json body = {{"event_name", "push"},
               {"before", before},
               {"after", after},
               {"ref", "refs/heads/" + branch},
               {"checkout_sha", after},
               {"user_username", "ada"},
               {"project_id", gitlab_project_id},
               {"project", project_object(now)},
               {"commits", json::array()},
               {"total_commits_count", 1}};
  // A system hook's push says only event_name.
  if (!now.options.is_system_hook) body["object_kind"] = "push";
  return hook_with_headers(now, "Push Hook", body.dump());
}

}  // namespace diffgate::app::stand_in
