// GitLab's objects, as its API and its webhooks show them.

#include <nlohmann/json.hpp>

#include "app/stand_in/gitlab_state.hpp"
#include "net/crypto.hpp"

namespace diffgate::app::stand_in {

using nlohmann::json;

std::int64_t gitlab_user_id(const std::string& name) {
  return static_cast<std::int64_t>(std::stoul(net::sha256_hex(name).substr(0, 6), nullptr, 16)) + 1;
}

json gitlab_user_json(const GitLabState& state, const std::string& name) {
  return {{"id", gitlab_user_id(name)},
          {"username", name},
          {"name", name},
          {"state", "active"},
          {"avatar_url", nullptr},
          {"web_url", state.url + "/" + name},
          {"locked", false}};
}

json gitlab_account_json(const GitLabState& state, const std::string& name) {
  json account = gitlab_user_json(state, name);
  account["bot"] = name == gitlab_bot;
  return account;
}

json gitlab_project_json(const GitLabState& state) {
  return {{"id", gitlab_project_id},
          {"name", "shop"},
          {"path", "shop"},
          {"path_with_namespace", state.options.project},
          {"default_branch", "main"},
          {"web_url", state.web_url()},
          {"visibility", "private"},
          {"permissions", {{"project_access", {{"access_level", 30}}}, {"group_access", nullptr}}}};
}

json merge_request_json(const GitLabState& state, const StandInPullRequest& merge) {
  return {{"id", 800'000 + merge.number},
          {"iid", merge.number},
          {"project_id", gitlab_project_id},
          {"title", merge.title},
          {"description", ""},
          {"state", merge.is_merged ? "merged"
                    : merge.is_open ? "opened"
                                    : "closed"},
          {"created_at", "2026-01-05T08:00:00.000Z"},
          {"updated_at", merge.updated_at.empty() ? state.now() : merge.updated_at},
          {"prepared_at", "2026-01-05T08:00:01.000Z"},
          {"target_branch", merge.base_branch},
          {"source_branch", merge.head_branch},
          {"author", gitlab_account_json(state, merge.author)},
          {"source_project_id", merge.is_fork ? gitlab_fork_id : gitlab_project_id},
          {"target_project_id", gitlab_project_id},
          {"labels", merge.labels},
          {"draft", merge.is_draft},
          {"work_in_progress", merge.is_draft},
          {"detailed_merge_status", "mergeable"},
          {"sha", merge.head_sha},
          {"merge_commit_sha", nullptr},
          {"web_url", state.web_url() + "/-/merge_requests/" + std::to_string(merge.number)},
          {"has_conflicts", false}};
}

namespace {

json whole_merge_request_json(const GitLabState& state, const StandInPullRequest& merge) {
  const std::string& target = state.branches.at(merge.base_branch);
  json whole = merge_request_json(state, merge);
  whole["diff_refs"] = {{"base_sha", state.git.merge_base(target, merge.head_sha).value_or(target)},
                        {"head_sha", merge.head_sha},
                        {"start_sha", target}};
  return whole;
}

}  // namespace

json shown_merge_request_json(GitLabState& state, const StandInPullRequest& merge) {
  json shown = whole_merge_request_json(state, merge);
  const auto lag = state.lags.find(merge.number);
  if (lag != state.lags.end() && lag->second.reads > 0) {
    --lag->second.reads;
    shown = whole_merge_request_json(state, lag->second.shown);
    shown["updated_at"] = lag->second.updated_at;
  }
  const auto withheld = state.withheld_diffs.find(merge.number);
  if (withheld != state.withheld_diffs.end() && withheld->second > 0) {
    --withheld->second;
    shown["diff_refs"] = nullptr;
    shown["changes_count"] = nullptr;
    shown["prepared_at"] = nullptr;
  }
  return shown;
}

json gitlab_diff_json(const FileChange& change) {
  const bool is_renamed = change.status == "renamed";
  return {{"old_path", is_renamed ? change.previous_path : change.path},
          {"new_path", change.path},
          {"a_mode", change.status == "added" ? "0" : "100644"},
          {"b_mode", change.status == "removed" ? "0" : "100644"},
          {"new_file", change.status == "added"},
          {"renamed_file", is_renamed},
          {"deleted_file", change.status == "removed"},
          {"generated_file", false},
          {"collapsed", false},
          {"too_large", false},
          {"diff", ""}};
}

json gitlab_commit_json(const GitLabState& state, const Commit& commit) {
  return {{"id", commit.sha},
          {"short_id", commit.sha.substr(0, 8)},
          {"created_at", "2026-01-05T08:00:00.000+00:00"},
          {"parent_ids", commit.parents},
          {"title", commit.message.substr(0, commit.message.find('\n'))},
          {"message", commit.message},
          {"author_name", "Ada"},
          {"author_email", "ada@example.com"},
          {"authored_date", "2026-01-05T08:00:00.000+00:00"},
          {"web_url", state.web_url() + "/-/commit/" + commit.sha}};
}

json status_json(const GitLabState& state, const StandInStatus& status) {
  return {{"id", status.id},
          {"sha", status.sha},
          {"ref", status.ref},
          {"status", status.now().state},
          {"name", status.name},
          {"target_url", status.target_url},
          {"description", status.now().description},
          {"created_at", "2026-01-05T08:00:00.000Z"},
          {"started_at", nullptr},
          {"finished_at", nullptr},
          {"allow_failure", false},
          {"coverage", nullptr},
          {"pipeline_id", status.pipeline},
          {"author", gitlab_user_json(state, std::string(gitlab_bot))}};
}

json pipeline_json(const GitLabState& state, const StandInPipeline& pipeline) {
  return {{"id", pipeline.id},
          {"iid", pipeline.id},
          {"project_id", gitlab_project_id},
          {"sha", pipeline.sha},
          {"ref", pipeline.ref},
          {"status", "running"},
          {"source", pipeline.source},
          {"created_at", "2026-01-05T08:00:00.000Z"},
          {"updated_at", "2026-01-05T08:00:00.000Z"},
          {"web_url", state.web_url() + "/-/pipelines/" + std::to_string(pipeline.id)}};
}

json note_json(const GitLabState& state, const StandInComment& note) {
  return {{"id", note.id},
          {"type", nullptr},
          {"body", note.body},
          {"author", gitlab_user_json(state, note.author)},
          {"created_at", "2026-01-05T08:00:00.000Z"},
          {"updated_at", state.now()},
          {"system", false},
          {"noteable_id", 800'000 + note.number},
          {"noteable_type", "MergeRequest"},
          {"noteable_iid", note.number},
          {"project_id", gitlab_project_id},
          {"resolvable", false},
          {"confidential", false},
          {"internal", false}};
}

}  // namespace diffgate::app::stand_in
