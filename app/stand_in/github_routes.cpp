// What GitHub answers about the repository: its pull requests, issues, files and commits.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/stand_in/github_api.hpp"
#include "net/url.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

// GitHub's limits.
constexpr std::size_t max_comment = 65'536;
constexpr std::size_t max_files = 3'000;

}  // namespace

net::Response GitHubStandIn::Api::repository_route(const Request& request) {
  const auto& segments = request.segments;
  if (segments.size() == 3) {
    require(request, "metadata", "read");
    return json_response(200, full_repository_json(state));
  }
  const std::string& what = segments[3];
  const std::vector<std::string> rest(segments.begin() + 4, segments.end());
  if (what == "installation" && rest.empty()) {
    require_app(request);
    if (state.is_removed) throw Refused{404, "Not Found"};
    return json_response(200, installation_json(state));
  }
  if (what == "git" && rest.size() >= 2 && rest[0] == "ref") {
    require(request, "contents", "read");
    std::string ref = rest[1];  // in one part, its slashes encoded, or in several
    for (std::size_t i = 2; i < rest.size(); ++i) ref += "/" + rest[i];
    const std::string branch = ref.starts_with("heads/") ? ref.substr(6) : "";
    if (!state.branches.contains(branch)) throw Refused{404, "Not Found"};
    return json_response(200, git_ref_json(state, branch));
  }
  if (what == "pulls") return pulls_route(request, rest);
  if (what == "issues") return issues_route(request, rest);
  if (what == "contents") return contents_route(request, rest);
  if (what == "commits" && !rest.empty()) return commits_route(request, rest);
  if (what == "git" && rest.size() == 2 && rest[0] == "commits") {
    require(request, "contents", "read");
    return json_response(200, git_commit_json(state, commit_at(rest[1])));
  }
  if (what == "compare" && rest.size() == 1) {
    require(request, "contents", "read");
    return compare(rest[0]);
  }
  if (what == "check-runs") {
    require(request, "checks", request.method == "GET" ? "read" : "write");
    if (rest.empty() && request.method == "POST") return create_check(request);
    if (rest.size() == 1 && request.method == "PATCH") return update_check(check_of(rest[0]), request);
    if (rest.size() == 1 && request.method == "GET")
      return json_response(200, check_run_json(state, check_of(rest[0])));
  }
  if (what == "collaborators" && rest.size() == 2 && rest[1] == "permission") {
    require(request, "metadata", "read");
    auto known = state.collaborators.find(rest[0]);
    const std::string permission = known == state.collaborators.end() ? "write" : known->second;
    json user = user_json(state, rest[0]);
    user["role_name"] = permission;
    return json_response(200, {{"permission", permission}, {"role_name", permission}, {"user", user}});
  }
  throw Refused{404, "Not Found"};
}

net::Response GitHubStandIn::Api::pulls_route(const Request& request, const std::vector<std::string>& rest) {
  require(request, "pull_requests", "read");
  if (request.method != "GET") throw Refused{404, "Not Found"};
  if (rest.empty()) {
    const std::string wanted = request.parameter("state").empty() ? "open" : request.parameter("state");
    json items = json::array();
    for (const auto& [number, each] : state.pulls) {
      if (wanted == "all" || each.is_open == (wanted == "open"))
        items.push_back(pull_request_simple_json(state, each));
    }
    return page(request, items);
  }
  const StandInPullRequest& found = pull(rest[0]);
  if (auto late = state.lagging.find(found.number); rest.size() == 1 && late != state.lagging.end()) {
    auto& [shown, reads] = late->second;
    const json body = pull_request_json(state, shown);
    if (--reads == 0) state.lagging.erase(late);
    return json_response(200, body);
  }
  if (rest.size() == 1) return json_response(200, pull_request_json(state, found));
  if (rest.size() == 2 && rest[1] == "files") {
    json items = json::array();
    for (const FileChange& change : files_of(state, found)) {
      if (items.size() < max_files) items.push_back(file_json(state, change, found.head_sha));
    }
    return page(request, items);
  }
  if (rest.size() == 2 && rest[1] == "commits") {
    json items = json::array();
    for (const Commit* commit : state.git.between(state.branches.at(found.base_branch), found.head_sha))
      items.push_back(commit_json(state, *commit));
    return page(request, items);
  }
  throw Refused{404, "Not Found"};
}

net::Response GitHubStandIn::Api::issues_route(const Request& request, const std::vector<std::string>& rest) {
  require(request, "pull_requests", request.method == "GET" ? "read" : "write");
  auto text = [&] {
    const json body = body_of(request);
    if (!body.contains("body") || !body["body"].is_string())
      throw Refused{422, "Invalid request.\n\n\"body\" wasn't supplied."};
    std::string markdown = body["body"];
    if (characters(markdown) > max_comment)
      throw Refused{422, "Validation Failed: body is too long (maximum is 65536 characters)"};
    return markdown;
  };
  if (rest.size() == 3 && rest[0] == "comments" && rest[2] == "reactions" && request.method == "POST") {
    const std::int64_t id = number_in(rest[1]);
    const bool is_there = std::any_of(state.comments.begin(), state.comments.end(),
                                      [id](const StandInComment& comment) { return comment.id == id; });
    if (!is_there) throw Refused{404, "Not Found"};
    const std::string content = body_of(request).at("content");
    state.reactions[id].push_back(content);
    return json_response(201, {{"id", state.next_id++},
                               {"node_id", "REA_" + std::to_string(id)},
                               {"user", user_json(state, github_bot)},
                               {"content", content},
                               {"created_at", state.now()}});
  }
  if (rest.size() == 2 && rest[0] == "comments") {
    const std::int64_t id = number_in(rest[1]);
    for (StandInComment& comment : state.comments) {
      if (comment.id != id) continue;
      if (request.method == "PATCH") {
        if (comment.author != github_bot) throw Refused{403, "Resource not accessible by integration"};
        comment.body = text();
        ++comment.edits;
      } else if (request.method != "GET") {
        throw Refused{404, "Not Found"};
      }
      return json_response(200, comment_json(state, comment));
    }
    throw Refused{404, "Not Found"};
  }
  if (rest.size() != 2 || rest[1] != "comments") throw Refused{404, "Not Found"};
  const StandInPullRequest& issue = pull(rest[0]);
  if (request.method == "GET") {
    json items = json::array();
    for (const StandInComment& comment : state.comments) {
      if (comment.number == issue.number) items.push_back(comment_json(state, comment));
    }
    return page(request, items);
  }
  if (request.method != "POST") throw Refused{404, "Not Found"};
  state.comments.push_back({state.next_id++, issue.number, std::string(github_bot), text(), 0});
  return json_response(201, comment_json(state, state.comments.back()));
}

net::Response GitHubStandIn::Api::contents_route(const Request& request,
                                                 const std::vector<std::string>& rest) {
  require(request, "contents", "read");
  std::string path;
  for (const std::string& part : rest) path += (path.empty() ? "" : "/") + part;
  std::string ref = request.parameter("ref");
  if (ref.empty()) ref = "main";
  const Commit& commit = commit_at(ref);
  auto file = commit.tree.find(path);
  if (file == commit.tree.end()) throw Refused{404, "Not Found"};
  const std::string_view accept = request.headers->get("accept").value_or("");
  if (accept.find("application/vnd.github.raw") != accept.npos) {
    // GitHub names the type as it was asked for, with or without "+json".
    const bool is_json = accept.find("application/vnd.github.raw+json") != accept.npos;
    net::Response raw;
    raw.status = 200;
    raw.body = file->second;
    raw.headers.set("content-type",
                    std::string("application/vnd.github.raw") + (is_json ? "+json" : "") + "; charset=utf-8");
    return raw;
  }
  return json_response(200, content_json(state, path, file->second, ref));
}

net::Response GitHubStandIn::Api::commits_route(const Request& request,
                                                const std::vector<std::string>& rest) {
  if (rest.size() == 1) {
    require(request, "contents", "read");
    return json_response(200, commit_json(state, commit_at(rest[0])));
  }
  if (rest.size() == 2 && rest[1] == "check-runs") {
    require(request, "checks", "read");
    const Commit& commit = commit_at(rest[0]);
    const std::string name = request.parameter("check_name");
    json runs = json::array();
    for (const StandInCheckRun& check : state.checks) {
      if (check.head_sha == commit.sha && (name.empty() || check.name == name))
        runs.push_back(check_run_json(state, check));
    }
    return json_response(200, {{"total_count", runs.size()}, {"check_runs", runs}});
  }
  if (rest.size() == 2 && rest[1] == "pulls") {
    require(request, "pull_requests", "read");
    const Commit& commit = commit_at(rest[0]);
    json items = json::array();
    for (const auto& [number, each] : state.pulls) {
      if (each.head_sha == commit.sha) items.push_back(pull_request_simple_json(state, each));
    }
    return page(request, items);
  }
  throw Refused{404, "Not Found"};
}

net::Response GitHubStandIn::Api::compare(const std::string& basehead) {
  const std::size_t dots = basehead.find("...");
  if (dots == basehead.npos) throw Refused{404, "Not Found"};
  const Commit& base = commit_at(basehead.substr(0, dots));
  const Commit& head = commit_at(basehead.substr(dots + 3));
  const auto common = state.git.merge_base(base.sha, head.sha);
  if (!common) throw Refused{404, "No common ancestor between " + base.sha + " and " + head.sha + "."};
  const auto ahead = state.git.between(base.sha, head.sha);
  const auto behind = state.git.between(head.sha, base.sha);
  json commits = json::array();
  for (const Commit* commit : ahead) commits.push_back(commit_json(state, *commit));
  json files = json::array();
  for (const FileChange& change : state.git.changes(*common, head.sha)) {
    if (files.size() < 300) files.push_back(file_json(state, change, head.sha));
  }
  const char* status =
      ahead.empty() ? (behind.empty() ? "identical" : "behind") : (behind.empty() ? "ahead" : "diverged");
  const std::string web = "https://github.com/" + state.options.repository + "/compare/" + basehead;
  return json_response(200, {{"url", state.repository_url() + "/compare/" + basehead},
                             {"html_url", web},
                             {"permalink_url", web},
                             {"diff_url", web + ".diff"},
                             {"patch_url", web + ".patch"},
                             {"base_commit", commit_json(state, base)},
                             {"merge_base_commit", commit_json(state, *state.git.find(*common))},
                             {"status", status},
                             {"ahead_by", ahead.size()},
                             {"behind_by", behind.size()},
                             {"total_commits", ahead.size()},
                             {"commits", std::move(commits)},
                             {"files", std::move(files)}});
}

}  // namespace diffgate::app::stand_in
