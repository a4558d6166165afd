// GitHub's objects, with every field that its own description of the API requires.

#include <array>
#include <nlohmann/json.hpp>

#include "app/stand_in/github_state.hpp"
#include "net/crypto.hpp"
#include "net/url.hpp"
#include "vcs/github_requirements.hpp"

namespace diffgate::app::stand_in {
namespace {

using nlohmann::json;

constexpr std::string_view began = "2026-01-05T08:00:00Z";

std::int64_t id_of(std::string_view text) {
  // Any stable positive number: the first seven hex digits of a hash.
  return static_cast<std::int64_t>(std::stoul(net::sha256_hex(text).substr(0, 7), nullptr, 16)) + 1;
}

std::string node_id(std::string_view kind, std::int64_t id) {
  return net::to_base64(std::string(kind) + std::to_string(id));
}

std::string web_url(const GitHubState& state) { return "https://github.com/" + state.options.repository; }

struct UrlField {
  std::string_view key;
  std::string_view suffix;
};

// The links of a repository object: key, and what follows the repository's API URL.
constexpr std::array repository_links = {
    UrlField{"archive_url", "/{archive_format}{/ref}"},
    UrlField{"assignees_url", "/assignees{/user}"},
    UrlField{"blobs_url", "/git/blobs{/sha}"},
    UrlField{"branches_url", "/branches{/branch}"},
    UrlField{"collaborators_url", "/collaborators{/collaborator}"},
    UrlField{"comments_url", "/comments{/number}"},
    UrlField{"commits_url", "/commits{/sha}"},
    UrlField{"compare_url", "/compare/{base}...{head}"},
    UrlField{"contents_url", "/contents/{+path}"},
    UrlField{"contributors_url", "/contributors"},
    UrlField{"deployments_url", "/deployments"},
    UrlField{"downloads_url", "/downloads"},
    UrlField{"events_url", "/events"},
    UrlField{"forks_url", "/forks"},
    UrlField{"git_commits_url", "/git/commits{/sha}"},
    UrlField{"git_refs_url", "/git/refs{/sha}"},
    UrlField{"git_tags_url", "/git/tags{/sha}"},
    UrlField{"hooks_url", "/hooks"},
    UrlField{"issue_comment_url", "/issues/comments{/number}"},
    UrlField{"issue_events_url", "/issues/events{/number}"},
    UrlField{"issues_url", "/issues{/number}"},
    UrlField{"keys_url", "/keys{/key_id}"},
    UrlField{"labels_url", "/labels{/name}"},
    UrlField{"languages_url", "/languages"},
    UrlField{"merges_url", "/merges"},
    UrlField{"milestones_url", "/milestones{/number}"},
    UrlField{"notifications_url", "/notifications{?since,all,participating}"},
    UrlField{"pulls_url", "/pulls{/number}"},
    UrlField{"releases_url", "/releases{/id}"},
    UrlField{"stargazers_url", "/stargazers"},
    UrlField{"statuses_url", "/statuses/{sha}"},
    UrlField{"subscribers_url", "/subscribers"},
    UrlField{"subscription_url", "/subscription"},
    UrlField{"tags_url", "/tags"},
    UrlField{"teams_url", "/teams"},
    UrlField{"trees_url", "/git/trees{/sha}"},
    UrlField{"url", ""},
};

std::string owner_of(const GitHubState& state) {
  return state.options.repository.substr(0, state.options.repository.find('/'));
}

json label_json(const GitHubState& state, const std::string& name) {
  return {{"id", id_of("label " + name)},
          {"node_id", node_id("Label", id_of("label " + name))},
          {"url", state.repository_url() + "/labels/" + net::encode_path_segment(name)},
          {"name", name},
          {"description", ""},
          {"color", "0e8a16"},
          {"default", false}};
}

json side_json(const GitHubState& state, const std::string& owner, const std::string& branch,
               const std::string& sha, json repo) {
  return {{"label", owner + ":" + branch},
          {"ref", branch},
          {"sha", sha},
          {"user", user_json(state, owner)},
          {"repo", std::move(repo)}};
}

json fork_json(const GitHubState& state, const std::string& owner) {
  json repo = repository_json(state);
  const std::string name = repo["name"];
  repo["id"] = github_repository_id + 1000;
  repo["full_name"] = owner + "/" + name;
  repo["owner"] = user_json(state, owner);
  repo["fork"] = true;
  return repo;
}

}  // namespace

json user_json(const GitHubState& state, std::string_view login) {
  const std::string name(login);
  const std::string url = state.api_url + "/users/" + net::encode_path_segment(name);
  const std::int64_t id = id_of("user " + name);
  return {{"login", name},
          {"id", id},
          {"node_id", node_id("User", id)},
          {"avatar_url", "https://avatars.githubusercontent.com/u/" + std::to_string(id)},
          {"gravatar_id", ""},
          {"url", url},
          {"html_url", "https://github.com/" + net::encode_path_segment(name)},
          {"followers_url", url + "/followers"},
          {"following_url", url + "/following{/other_user}"},
          {"gists_url", url + "/gists{/gist_id}"},
          {"starred_url", url + "/starred{/owner}{/repo}"},
          {"subscriptions_url", url + "/subscriptions"},
          {"organizations_url", url + "/orgs"},
          {"repos_url", url + "/repos"},
          {"events_url", url + "/events{/privacy}"},
          {"received_events_url", url + "/received_events"},
          {"type", name.ends_with("[bot]") ? "Bot" : "User"},
          {"site_admin", false}};
}

json app_json(const GitHubState& state) {
  return {{"id", std::stoll(state.options.app_id)},
          {"slug", "diffgate"},
          {"node_id", node_id("App", std::stoll(state.options.app_id))},
          {"owner", user_json(state, owner_of(state))},
          {"name", "diffgate"},
          {"description", ""},
          {"external_url", "https://diffgate.example.com"},
          {"html_url", "https://github.com/apps/diffgate"},
          {"created_at", began},
          {"updated_at", began},
          {"permissions", state.options.permissions},
          {"events", vcs::kGitHubEvents},
          {"installations_count", 1}};
}

json installation_json(const GitHubState& state) {
  const std::string url = state.api_url + "/app/installations/" + std::to_string(state.installation);
  return {{"id", state.installation},
          {"account", user_json(state, owner_of(state))},
          {"repository_selection", "selected"},
          {"access_tokens_url", url + "/access_tokens"},
          {"repositories_url", state.api_url + "/installation/repositories"},
          {"html_url", "https://github.com/settings/installations/" + std::to_string(state.installation)},
          {"app_id", std::stoll(state.options.app_id)},
          {"app_slug", "diffgate"},
          {"target_id", id_of("user " + owner_of(state))},
          {"target_type", "Organization"},
          {"permissions", state.options.permissions},
          {"events", vcs::kGitHubEvents},
          {"created_at", began},
          {"updated_at", began},
          {"single_file_name", nullptr},
          {"suspended_by", state.is_suspended ? user_json(state, "ada") : json(nullptr)},
          {"suspended_at", state.is_suspended ? json(state.now()) : json(nullptr)}};
}

json repository_json(const GitHubState& state) {
  const std::string name = state.options.repository.substr(state.options.repository.find('/') + 1);
  json repo = {{"id", github_repository_id},
               {"node_id", node_id("Repository", github_repository_id)},
               {"name", name},
               {"full_name", state.options.repository},
               {"owner", user_json(state, owner_of(state))},
               {"private", true},
               {"html_url", web_url(state)},
               {"description", nullptr},
               {"fork", false},
               {"git_url", "git://github.com/" + state.options.repository + ".git"},
               {"ssh_url", "git@github.com:" + state.options.repository + ".git"},
               {"clone_url", web_url(state) + ".git"},
               {"svn_url", web_url(state)},
               {"mirror_url", nullptr},
               {"homepage", nullptr},
               {"language", nullptr},
               {"license", nullptr},
               {"visibility", "private"},
               {"default_branch", "main"},
               {"pushed_at", began},
               {"created_at", began},
               {"updated_at", began}};
  for (const UrlField& link : repository_links) {
    repo[std::string(link.key)] = state.repository_url() + std::string(link.suffix);
  }
  for (const char* count : {"forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size",
                            "open_issues", "open_issues_count"}) {
    repo[count] = 0;
  }
  for (const char* flag : {"has_issues", "has_projects", "has_wiki", "has_downloads"}) repo[flag] = true;
  for (const char* flag : {"has_pages", "has_discussions", "archived", "disabled"}) repo[flag] = false;
  return repo;
}

json full_repository_json(const GitHubState& state) {
  json repo = repository_json(state);
  repo["subscribers_count"] = 0;
  repo["network_count"] = 0;
  return repo;
}

std::vector<FileChange> files_of(const GitHubState& state, const StandInPullRequest& pull) {
  const std::string& base = state.branches.at(pull.base_branch);
  const std::string from = state.git.merge_base(base, pull.head_sha).value_or(base);
  return state.git.changes(from, pull.head_sha);
}

json pull_request_simple_json(const GitHubState& state, const StandInPullRequest& pull) {
  const std::string number = std::to_string(pull.number);
  const std::string url = state.repository_url() + "/pulls/" + number;
  const std::string issue = state.repository_url() + "/issues/" + number;
  const std::string page = web_url(state) + "/pull/" + number;
  const std::int64_t id = 500'000 + pull.number;
  json labels = json::array();
  for (const std::string& label : pull.labels) labels.push_back(label_json(state, label));
  const std::string head_owner = pull.is_fork ? pull.author : owner_of(state);
  return {
      {"url", url},
      {"id", id},
      {"node_id", node_id("PullRequest", id)},
      {"html_url", page},
      {"diff_url", page + ".diff"},
      {"patch_url", page + ".patch"},
      {"issue_url", issue},
      {"commits_url", url + "/commits"},
      {"review_comments_url", url + "/comments"},
      {"review_comment_url", state.repository_url() + "/pulls/comments{/number}"},
      {"comments_url", issue + "/comments"},
      {"statuses_url", state.repository_url() + "/statuses/" + pull.head_sha},
      {"number", pull.number},
      {"state", pull.is_open ? "open" : "closed"},
      {"locked", false},
      {"title", pull.title},
      {"user", user_json(state, pull.author)},
      {"body", nullptr},
      {"labels", std::move(labels)},
      {"milestone", nullptr},
      {"created_at", began},
      {"updated_at", pull.updated_at.empty() ? state.now() : pull.updated_at},
      {"closed_at", pull.is_open ? json(nullptr) : json(state.now())},
      {"merged_at", pull.is_merged ? json(state.now()) : json(nullptr)},
      {"merge_commit_sha", nullptr},
      {"assignee", nullptr},
      {"assignees", json::array()},
      {"requested_reviewers", json::array()},
      {"requested_teams", json::array()},
      {"head", side_json(state, head_owner, pull.head_branch, pull.head_sha,
                         pull.is_fork ? fork_json(state, pull.author) : repository_json(state))},
      {"base", side_json(state, owner_of(state), pull.base_branch, pull.base_sha, repository_json(state))},
      {"_links",
       {{"self", {{"href", url}}},
        {"html", {{"href", page}}},
        {"issue", {{"href", issue}}},
        {"comments", {{"href", issue + "/comments"}}},
        {"review_comments", {{"href", url + "/comments"}}},
        {"review_comment", {{"href", state.repository_url() + "/pulls/comments{/number}"}}},
        {"commits", {{"href", url + "/commits"}}},
        {"statuses", {{"href", state.repository_url() + "/statuses/" + pull.head_sha}}}}},
      {"author_association", "MEMBER"},
      {"auto_merge", nullptr},
      {"active_lock_reason", nullptr},
      {"draft", pull.is_draft}};
}

json pull_request_json(const GitHubState& state, const StandInPullRequest& pull) {
  json full = pull_request_simple_json(state, pull);
  const std::vector<FileChange> files = files_of(state, pull);
  std::size_t additions = 0;
  std::size_t deletions = 0;
  for (const FileChange& file : files) {
    additions += file.additions;
    deletions += file.deletions;
  }
  full["merged"] = pull.is_merged;
  full["mergeable"] = nullptr;
  full["rebaseable"] = nullptr;
  full["mergeable_state"] = "unknown";
  full["merged_by"] = nullptr;
  full["comments"] = 0;
  full["review_comments"] = 0;
  full["maintainer_can_modify"] = false;
  full["commits"] = state.git.between(state.branches.at(pull.base_branch), pull.head_sha).size();
  full["additions"] = additions;
  full["deletions"] = deletions;
  full["changed_files"] = files.size();
  return full;
}

json file_json(const GitHubState& state, const FileChange& change, const std::string& head) {
  const std::string path = net::encode_path(change.path);
  json file = {{"sha", net::sha256_hex(change.path + head).substr(0, 40)},
               {"filename", change.path},
               {"status", change.status},
               {"additions", change.additions},
               {"deletions", change.deletions},
               {"changes", change.additions + change.deletions},
               {"blob_url", web_url(state) + "/blob/" + head + "/" + path},
               {"raw_url", web_url(state) + "/raw/" + head + "/" + path},
               {"contents_url", state.repository_url() + "/contents/" + path + "?ref=" + head}};
  if (!change.previous_path.empty()) file["previous_filename"] = change.previous_path;
  return file;
}

json git_commit_json(const GitHubState& state, const Commit& commit) {
  json parents = json::array();
  for (const std::string& parent : commit.parents) {
    parents.push_back({{"sha", parent},
                       {"url", state.repository_url() + "/git/commits/" + parent},
                       {"html_url", web_url(state) + "/commit/" + parent}});
  }
  const json person = {{"name", "Ada"}, {"email", "ada@example.com"}, {"date", began}};
  const std::string tree = net::sha256_hex("tree " + commit.sha).substr(0, 40);
  return {{"sha", commit.sha},
          {"node_id", net::to_base64("Commit" + commit.sha)},
          {"url", state.repository_url() + "/git/commits/" + commit.sha},
          {"html_url", web_url(state) + "/commit/" + commit.sha},
          {"author", person},
          {"committer", person},
          {"message", commit.message},
          {"tree", {{"sha", tree}, {"url", state.repository_url() + "/git/trees/" + tree}}},
          {"parents", std::move(parents)},
          {"verification",
           {{"verified", false},
            {"reason", "unsigned"},
            {"signature", nullptr},
            {"payload", nullptr},
            {"verified_at", nullptr}}}};
}

json commit_json(const GitHubState& state, const Commit& commit) {
  const json inner = git_commit_json(state, commit);
  return {{"sha", commit.sha},
          {"node_id", inner["node_id"]},
          {"url", state.repository_url() + "/commits/" + commit.sha},
          {"html_url", inner["html_url"]},
          {"comments_url", state.repository_url() + "/commits/" + commit.sha + "/comments"},
          {"commit",
           {{"url", inner["url"]},
            {"author", inner["author"]},
            {"committer", inner["committer"]},
            {"message", commit.message},
            {"comment_count", 0},
            {"tree", inner["tree"]},
            {"verification", inner["verification"]}}},
          {"author", user_json(state, "ada")},
          {"committer", user_json(state, "ada")},
          {"parents", inner["parents"]}};
}

json content_json(const GitHubState& state, const std::string& path, const std::string& content,
                  const std::string& ref) {
  const std::string name = path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
  const std::string sha = net::sha256_hex(content).substr(0, 40);
  const std::string self = state.repository_url() + "/contents/" + net::encode_path(path) + "?ref=" + ref;
  const std::string git = state.repository_url() + "/git/blobs/" + sha;
  const std::string html = web_url(state) + "/blob/" + ref + "/" + net::encode_path(path);
  return {{"type", "file"},
          {"encoding", "base64"},
          {"size", content.size()},
          {"name", name},
          {"path", path},
          {"content", net::to_base64(content)},
          {"sha", sha},
          {"url", self},
          {"git_url", git},
          {"html_url", html},
          {"download_url", nullptr},
          {"_links", {{"git", git}, {"html", html}, {"self", self}}}};
}

json check_run_json(const GitHubState& state, const StandInCheckRun& check) {
  const StandInCheckRun::Look& look = check.now();
  const std::string url = state.repository_url() + "/check-runs/" + std::to_string(check.id);
  auto text_or_null = [](const std::string& text) { return text.empty() ? json(nullptr) : json(text); };
  return {{"id", check.id},
          {"head_sha", check.head_sha},
          {"node_id", node_id("CheckRun", check.id)},
          {"external_id", check.external_id},
          {"url", url},
          {"html_url", web_url(state) + "/runs/" + std::to_string(check.id)},
          {"details_url", text_or_null(check.details_url)},
          {"status", look.status},
          {"conclusion", text_or_null(look.conclusion)},
          {"started_at", text_or_null(check.started_at)},
          {"completed_at", text_or_null(check.completed_at)},
          {"output",
           {{"title", text_or_null(look.title)},
            {"summary", text_or_null(look.summary)},
            {"text", text_or_null(look.text)},
            {"annotations_count", check.annotations.size()},
            {"annotations_url", url + "/annotations"}}},
          {"name", check.name},
          {"check_suite", {{"id", id_of("suite " + check.head_sha)}}},
          {"app", app_json(state)},
          {"pull_requests", check_pull_requests(state, check.head_sha)}};
}

json check_pull_requests(const GitHubState& state, const std::string& head_sha) {
  const json repo = {{"id", github_repository_id},
                     {"url", state.repository_url()},
                     {"name", state.options.repository.substr(state.options.repository.find('/') + 1)}};
  json pulls = json::array();
  for (const auto& [number, pull] : state.pulls) {
    if (pull.head_sha != head_sha || pull.is_fork || !pull.is_open) continue;
    pulls.push_back({{"id", 1'000 + number},
                     {"number", number},
                     {"url", state.repository_url() + "/pulls/" + std::to_string(number)},
                     {"head", {{"ref", pull.head_branch}, {"sha", pull.head_sha}, {"repo", repo}}},
                     {"base", {{"ref", pull.base_branch}, {"sha", pull.base_sha}, {"repo", repo}}}});
  }
  return pulls;
}

json check_suite_json(const GitHubState& state, const std::string& head_sha) {
  json branch = nullptr;
  for (const auto& [number, pull] : state.pulls) {
    if (pull.head_sha == head_sha && !pull.is_fork) branch = pull.head_branch;
  }
  return {{"id", id_of("suite " + head_sha)},
          {"node_id", node_id("CheckSuite", id_of("suite " + head_sha))},
          {"head_branch", branch},
          {"head_sha", head_sha},
          {"status", "queued"},
          {"conclusion", nullptr},
          {"app", app_json(state)},
          {"pull_requests", check_pull_requests(state, head_sha)}};
}

json delivery_json(const LoggedDelivery& delivery, bool with_payload) {
  const json payload = json::parse(delivery.hook.body);
  const bool is_ok = delivery.status / 100 == 2;
  const auto id_in = [&payload](const char* key) {
    const auto found = payload.find(key);
    return found == payload.end() ? json(nullptr) : json((*found)["id"]);
  };
  json body = {{"id", delivery.id},
               {"guid", std::string(delivery.hook.headers.get("x-github-delivery").value_or(""))},
               {"delivered_at", delivery.at},
               {"redelivery", false},
               {"duration", 0.1},
               {"status", is_ok ? "OK" : "Invalid HTTP Response: " + std::to_string(delivery.status)},
               {"status_code", delivery.status},
               {"event", delivery.hook.event},
               {"action", payload.contains("action") ? payload["action"] : json(nullptr)},
               {"installation_id", id_in("installation")},
               {"repository_id", id_in("repository")},
               {"throttled_at", nullptr}};
  if (!with_payload) return body;
  json headers = json::object();
  for (const auto& [name, value] : delivery.hook.headers) headers[name] = value;
  body["request"] = {{"headers", std::move(headers)}, {"payload", payload}};
  body["response"] = {{"headers", nullptr}, {"payload", nullptr}};
  body["url"] = "https://diffgate.example.com/webhooks/github";
  return body;
}

json git_ref_json(const GitHubState& state, const std::string& branch) {
  const std::string& sha = state.branches.at(branch);
  return {{"ref", "refs/heads/" + branch},
          {"node_id", net::to_base64("Ref" + branch)},
          {"url", state.repository_url() + "/git/refs/heads/" + net::encode_path(branch)},
          {"object",
           {{"type", "commit"}, {"sha", sha}, {"url", state.repository_url() + "/git/commits/" + sha}}}};
}

json comment_json(const GitHubState& state, const StandInComment& comment) {
  const std::string id = std::to_string(comment.id);
  const std::string issue = state.repository_url() + "/issues/" + std::to_string(comment.number);
  return {{"id", comment.id},
          {"node_id", node_id("IssueComment", comment.id)},
          {"url", state.repository_url() + "/issues/comments/" + id},
          {"html_url", web_url(state) + "/pull/" + std::to_string(comment.number) + "#issuecomment-" + id},
          {"user", user_json(state, comment.author)},
          {"created_at", began},
          {"updated_at", state.now()},
          {"issue_url", issue},
          {"author_association", "NONE"},
          {"body", comment.body}};
}

}  // namespace diffgate::app::stand_in
