// What GitLab answers about a project's merge requests, notes, files, commits and statuses.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/stand_in/gitlab_api.hpp"
#include "net/url.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

constexpr std::size_t max_status_text = 255;
constexpr std::size_t max_note = 1'000'000;

}  // namespace

net::Response GitLabStandIn::Api::merge_requests_route(const Request& request,
                                                       const std::vector<std::string>& rest) {
  if (rest.empty()) {
    const std::string wanted = request.parameter("state").empty() ? "all" : request.parameter("state");
    json items = json::array();
    for (const auto& [number, each] : state.merges) {
      const json item = merge_request_json(state, each);
      if (wanted == "all" || item["state"] == wanted) items.push_back(item);
    }
    return page(request, items);
  }
  const StandInPullRequest& found = merge(rest[0]);
  if (rest.size() == 1) return gitlab_response(200, shown_merge_request_json(state, found));
  if (rest[1] == "status_checks" || rest[1] == "status_check_responses")
    return external_checks_route(request, found, rest);
  if (rest[1] == "notes") return notes_route(request, found.number, {rest.begin() + 2, rest.end()});
  if (rest[1] == "diffs" && rest.size() == 2) {
    const std::string& target = state.branches.at(found.base_branch);
    const std::string from = state.git.merge_base(target, found.head_sha).value_or(target);
    json items = json::array();
    for (const FileChange& change : state.git.changes(from, found.head_sha))
      items.push_back(gitlab_diff_json(change));
    return page(request, items);
  }
  if (rest[1] == "pipelines" && rest.size() == 2) {
    json items = json::array();
    for (auto each = state.pipelines.rbegin(); each != state.pipelines.rend(); ++each) {
      if (each->merge_request == found.number) items.push_back(pipeline_json(state, *each));
    }
    return page(request, items);
  }
  throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
}

net::Response GitLabStandIn::Api::external_checks_route(const Request& request,
                                                        const StandInPullRequest& found,
                                                        const std::vector<std::string>& rest) {
  // Where the licence does not have them, GitLab knows no such address.
  if (state.options.external_checks.empty()) throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
  if (rest[1] == "status_checks" && request.method == "GET") {
    json items = json::array();
    std::int64_t id = gitlab_first_external_check;
    for (const std::string& name : state.options.external_checks) {
      const auto known = state.status_check_responses.find(id);
      const bool is_answered = known != state.status_check_responses.end();
      items.push_back({{"id", id},
                       {"name", name},
                       {"external_url", "https://example.com"},
                       {"status", is_answered ? known->second.back() : "pending"}});
      ++id;
    }
    return page(request, items);
  }
  if (request.method != "POST") throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
  const std::string status = request.parameter("status");
  if (status != "pending" && status != "passed" && status != "failed")
    throw RefusedByGitLab{400, {{"error", "status does not have a valid value"}}};
  if (request.parameter("sha") != found.head_sha)
    throw RefusedByGitLab{409, {{"message", "409 (\"sha\" does not match the HEAD of the merge request)"}}};
  const std::int64_t id = gitlab_number(request.parameter("external_status_check_id"));
  const std::int64_t last =
      gitlab_first_external_check + static_cast<std::int64_t>(state.options.external_checks.size());
  if (id < gitlab_first_external_check || id >= last) throw not_found("External Status Check");
  state.status_check_responses[id].push_back(status);
  const auto place = static_cast<std::size_t>(id - gitlab_first_external_check);
  return gitlab_response(201, {{"id", state.next_id++},
                               {"merge_request", shown_merge_request_json(state, found)},
                               {"external_status_check",
                                {{"id", id},
                                 {"name", state.options.external_checks[place]},
                                 {"external_url", "https://example.com"}}}});
}

net::Response GitLabStandIn::Api::notes_route(const Request& request, int number,
                                              const std::vector<std::string>& rest) {
  auto text = [&] {
    std::string body = request.parameter("body");
    if (body.empty()) throw RefusedByGitLab{400, {{"error", "body is missing"}}};
    if (body.size() > max_note)
      throw RefusedByGitLab{400, {{"message", {{"note", {"is too long (maximum is 1000000 characters)"}}}}}};
    return body;
  };
  if (rest.size() == 2 && rest[1] == "award_emoji" && request.method == "POST") {
    const std::int64_t id = gitlab_number(rest[0]);
    const bool is_there =
        std::any_of(state.notes.begin(), state.notes.end(),
                    [&](const StandInComment& note) { return note.id == id && note.number == number; });
    if (!is_there) throw not_found("Note");
    std::vector<std::string>& names = state.emoji[id];
    const std::string name = request.parameter("name");
    if (std::find(names.begin(), names.end(), name) != names.end())
      throw not_found("Award Emoji Name has already been taken");
    names.push_back(name);
    return gitlab_response(201, {{"id", state.next_id++},
                                 {"name", name},
                                 {"user", gitlab_user_json(state, std::string(gitlab_bot))},
                                 {"awardable_id", id},
                                 {"awardable_type", "Note"}});
  }
  if (rest.size() == 1) {
    const std::int64_t id = gitlab_number(rest[0]);
    for (StandInComment& note : state.notes) {
      if (note.id != id || note.number != number) continue;
      if (request.method == "PUT") {
        if (note.author != gitlab_bot) throw RefusedByGitLab{403, {{"message", "403 Forbidden"}}};
        note.body = text();
        ++note.edits;
      }
      return gitlab_response(200, note_json(state, note));
    }
    throw not_found("Note");
  }
  if (request.method == "POST") {
    state.notes.push_back({state.next_id++, number, std::string(gitlab_bot), text(), 0});
    return gitlab_response(201, note_json(state, state.notes.back()));
  }
  json items = json::array();
  for (const StandInComment& note : state.notes) {
    if (note.number == number) items.push_back(note_json(state, note));
  }
  // GitLab lists the newest first unless asked otherwise.
  if (request.parameter("sort") != "asc") std::reverse(items.begin(), items.end());
  return page(request, items);
}

net::Response GitLabStandIn::Api::repository_route(const Request& request,
                                                   const std::vector<std::string>& rest) {
  if (rest.size() >= 2 && rest[0] == "files") {
    const bool is_raw = rest.size() == 3 && rest[2] == "raw";
    if (!is_raw) throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
    const Commit& commit = commit_at(request.parameter("ref").empty() ? "main" : request.parameter("ref"));
    auto file = commit.tree.find(rest[1]);
    if (file == commit.tree.end()) throw not_found("File");
    net::Response raw;
    raw.status = 200;
    raw.body = file->second;
    raw.headers.set("content-type", "text/plain");
    return raw;
  }
  if (rest.size() == 1 && rest[0] == "commits") return json_list_of_commits(request);
  if (rest.size() == 2 && rest[0] == "commits")
    return gitlab_response(200, gitlab_commit_json(state, commit_at(rest[1])));
  if (rest.size() == 3 && rest[0] == "commits" && rest[2] == "statuses") {
    json items = json::array();
    for (const StandInStatus& status : state.statuses) {
      if (status.sha == rest[1]) items.push_back(status_json(state, status));
    }
    return page(request, items);
  }
  if (rest.size() == 3 && rest[0] == "commits" && rest[2] == "merge_requests") {
    const std::string wanted = request.parameter("state");
    json items = json::array();
    for (const auto& [number, each] : state.merges) {
      const json item = merge_request_json(state, each);
      if (each.head_sha == rest[1] && (wanted.empty() || item["state"] == wanted)) items.push_back(item);
    }
    return page(request, items);
  }
  if (rest.size() == 2 && rest[0] == "branches") {
    if (!state.branches.contains(rest[1])) throw not_found("Branch");
    return gitlab_response(200, {{"name", rest[1]},
                                 {"commit", gitlab_commit_json(state, commit_at(rest[1]))},
                                 {"merged", false},
                                 {"protected", false},
                                 {"default", rest[1] == "main"}});
  }
  if (rest.size() == 1 && rest[0] == "merge_base") {
    const std::vector<std::string> refs = request.all("refs[]");
    if (refs.size() < 2)
      throw RefusedByGitLab{400, {{"message", "400 Bad request - Provide at least 2 refs"}}};
    const auto common = state.git.merge_base(commit_at(refs[0]).sha, commit_at(refs[1]).sha);
    if (!common) throw not_found("Merge Base");
    return gitlab_response(200, gitlab_commit_json(state, *state.git.find(*common)));
  }
  throw RefusedByGitLab{404, {{"error", "404 Not Found"}}};
}

// A range "a..b" along first parents, the newest first, as diffgate asks for it.
net::Response GitLabStandIn::Api::json_list_of_commits(const Request& request) {
  const std::string range = request.parameter("ref_name");
  const std::size_t dots = range.find("..");
  if (dots == range.npos) throw RefusedByGitLab{400, {{"error", "the stand-in lists ranges only"}}};
  const std::string from = commit_at(range.substr(0, dots)).sha;
  json items = json::array();
  const Commit* commit = &commit_at(range.substr(dots + 2));
  const std::optional<std::string> common = state.git.merge_base(from, commit->sha);
  while (commit != nullptr && commit->sha != common) {
    items.push_back(gitlab_commit_json(state, *commit));
    commit = commit->parents.empty() ? nullptr : state.git.find(commit->parents.front());
  }
  return page(request, items);
}

std::int64_t GitLabStandIn::Api::pipeline_for(const Request& request, const std::string& sha,
                                              const std::string& ref) {
  const std::string named = request.parameter("pipeline_id");
  if (!named.empty()) {
    for (const StandInPipeline& pipeline : state.pipelines) {
      if (std::to_string(pipeline.id) == named && pipeline.sha == sha) return pipeline.id;
    }
    throw not_found("Pipeline");
  }
  for (auto each = state.pipelines.rbegin(); each != state.pipelines.rend(); ++each) {
    if (each->sha == sha && (ref.empty() || each->ref == ref)) return each->id;
  }
  // Whoever names none gets one of its own, which people then see twice.
  state.pipelines.push_back({state.next_id++, sha, ref, "external", 0});
  return state.pipelines.back().id;
}

net::Response GitLabStandIn::Api::set_status(const Request& request, const std::string& sha) {
  static constexpr std::array states = {"pending", "running", "success", "failed", "canceled", "skipped"};
  const std::string wanted = request.parameter("state");
  if (std::find(states.begin(), states.end(), wanted) == states.end()) {
    throw RefusedByGitLab{400, {{"error", "state does not have a valid value"}}};
  }
  if (state.git.find(sha) == nullptr) throw not_found("Commit");
  const std::string description = request.parameter("description");
  std::string name = request.parameter("name");
  if (name.empty()) name = request.parameter("context");
  if (name.empty()) name = "default";
  for (const std::string& text : {description, name, request.parameter("target_url")}) {
    if (text.size() > max_status_text)
      throw RefusedByGitLab{400,
                            {{"message", {{"description", {"is too long (maximum is 255 characters)"}}}}}};
  }
  const std::string ref = request.parameter("ref");
  const std::int64_t pipeline = pipeline_for(request, sha, ref);
  // An ended status is never taken up again: the next one of its name is new (GitLab,
  // CreateCommitStatusService).
  auto status = std::find_if(state.statuses.begin(), state.statuses.end(), [&](const StandInStatus& each) {
    return each.pipeline == pipeline && each.sha == sha && each.name == name &&
           (each.now().state == "pending" || each.now().state == "running");
  });
  if (status == state.statuses.end()) {
    state.statuses.push_back({state.next_id++, sha, name, ref, "", pipeline, {}});
    status = std::prev(state.statuses.end());
  } else if (status->now().state == wanted) {
    const std::string event = wanted == "pending" ? "enqueue" : "run";
    throw RefusedByGitLab{400,
                          {{"message", "Cannot transition status via :" + event + " from :" + wanted +
                                           " (Reason(s): Status cannot transition via \"" + event + "\")"}}};
  } else if (wanted == "pending") {
    throw RefusedByGitLab{400,
                          {{"message",
                            "Cannot transition status via :enqueue from :running (Reason(s): Status cannot "
                            "transition via \"enqueue\")"}}};
  }
  status->target_url = request.parameter("target_url");
  status->looks.push_back({wanted, description});
  return gitlab_response(201, status_json(state, *status));
}

}  // namespace diffgate::app::stand_in
