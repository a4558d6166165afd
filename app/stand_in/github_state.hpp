#pragma once

// What the GitHub stand-in knows, and how GitHub writes it down. Private to github*.cpp.

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/stand_in/github.hpp"

namespace diffgate::app::stand_in {

constexpr std::int64_t github_repository_id = 7001;
constexpr std::int64_t github_first_installation = 31;
constexpr std::string_view github_bot = "diffgate[bot]";

struct GitHubToken {
  std::string text;
  UtcTime expires_at;
  std::map<std::string, std::string> permissions;
};

// A line of the App's log of webhook deliveries.
struct LoggedDelivery {
  std::int64_t id = 0;
  Hook hook;
  int status = 0;
  std::string at;
};

struct GitHubState {
  GitHubStandInOptions options;
  std::string api_url;  // as clients see it
  Git git;
  std::map<std::string, std::string> branches;
  std::map<int, StandInPullRequest> pulls;
  std::map<int, std::pair<StandInPullRequest, std::size_t>> lagging;  // what is shown instead, and how often
  std::vector<StandInCheckRun> checks;
  std::vector<StandInComment> comments;
  std::map<std::int64_t, std::vector<std::string>> reactions;  // by comment
  std::map<std::string, std::string> collaborators;
  std::vector<GitHubToken> tokens;
  std::vector<LoggedDelivery> deliveries;  // oldest first
  std::set<std::string> former_names;      // of the repository; they lead on to its number
  std::int64_t installation = github_first_installation;
  bool is_suspended = false;
  bool is_removed = false;
  bool is_deleted = false;        // the repository
  std::size_t requests_used = 0;  // of the hour's limit
  UtcTime limit_reset;
  std::int64_t next_id = 90'001;
  int next_number = 42;
  std::size_t hooks_sent = 0;

  std::string repository_url() const { return api_url + "/repos/" + options.repository; }
  std::string now() const { return iso8601(options.now()); }
};

nlohmann::json user_json(const GitHubState& state, std::string_view login);
nlohmann::json app_json(const GitHubState& state);
nlohmann::json installation_json(const GitHubState& state);
nlohmann::json repository_json(const GitHubState& state);       // as in lists and inside other objects
nlohmann::json full_repository_json(const GitHubState& state);  // as the repository's own page
nlohmann::json pull_request_simple_json(const GitHubState& state, const StandInPullRequest& pull);
nlohmann::json pull_request_json(const GitHubState& state, const StandInPullRequest& pull);
nlohmann::json file_json(const GitHubState& state, const FileChange& change, const std::string& head);
nlohmann::json commit_json(const GitHubState& state, const Commit& commit);
nlohmann::json git_commit_json(const GitHubState& state, const Commit& commit);
nlohmann::json content_json(const GitHubState& state, const std::string& path, const std::string& content,
                            const std::string& ref);
nlohmann::json check_run_json(const GitHubState& state, const StandInCheckRun& check);
nlohmann::json comment_json(const GitHubState& state, const StandInComment& comment);

// "pull_requests" of a check or suite: by branch, so that a fork's are not among them.
nlohmann::json check_pull_requests(const GitHubState& state, const std::string& head_sha);
nlohmann::json check_suite_json(const GitHubState& state, const std::string& head_sha);
nlohmann::json delivery_json(const LoggedDelivery& delivery, bool with_payload);
nlohmann::json git_ref_json(const GitHubState& state, const std::string& branch);

// Changed files between the merge base and the head, as a pull request shows them.
std::vector<FileChange> files_of(const GitHubState& state, const StandInPullRequest& pull);

// The payload's part that every event has.
nlohmann::json event_payload(const GitHubState& state, std::string_view action, const std::string& sender);

// The webhook, signed and with GitHub's headers.
Hook signed_github_hook(GitHubState& state, const std::string& event, std::string body);

}  // namespace diffgate::app::stand_in
