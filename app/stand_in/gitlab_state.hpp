#pragma once

// What the GitLab stand-in knows, and how GitLab writes it down. Private to gitlab*.cpp.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/stand_in/gitlab.hpp"

namespace diffgate::app::stand_in {

constexpr std::int64_t gitlab_project_id = 3301;
constexpr std::int64_t gitlab_fork_id = 3302;
constexpr std::int64_t gitlab_first_external_check = 71;
constexpr std::string_view gitlab_bot = "diffgate-bot";

struct GitLabState {
  GitLabStandInOptions options;
  std::string url;  // of the instance
  Git git;
  std::map<std::string, std::string> branches;
  std::map<int, StandInPullRequest> merges;
  std::vector<StandInStatus> statuses;
  std::vector<StandInPipeline> pipelines;
  std::vector<StandInComment> notes;
  std::map<std::string, int> levels;
  std::map<std::int64_t, std::vector<std::string>> emoji;  // by note
  std::map<std::int64_t, std::vector<std::string>> status_check_responses;
  struct Lag {
    StandInPullRequest shown;
    std::string updated_at;
    int reads = 0;
  };
  std::map<int, Lag> lags;
  std::map<int, int> withheld_diffs;  // reads left
  std::int64_t next_id = 5'001;
  int next_number = 42;

  std::string now() const { return iso8601(options.now()); }
  std::string web_url() const { return url + "/" + options.project; }
};

// A stable id for a user name, and back among the names that were seen.
std::int64_t gitlab_user_id(const std::string& name);

// A user as the author of something; and as GitLab shows accounts, which tells bots.
nlohmann::json gitlab_user_json(const GitLabState& state, const std::string& name);
nlohmann::json gitlab_account_json(const GitLabState& state, const std::string& name);
nlohmann::json gitlab_project_json(const GitLabState& state);
// As lists show it: without what its diff is of.
nlohmann::json merge_request_json(const GitLabState& state, const StandInPullRequest& merge);
// As a read of it alone shows it, which may lag behind.
nlohmann::json shown_merge_request_json(GitLabState& state, const StandInPullRequest& merge);
nlohmann::json gitlab_diff_json(const FileChange& change);
nlohmann::json gitlab_commit_json(const GitLabState& state, const Commit& commit);
nlohmann::json status_json(const GitLabState& state, const StandInStatus& status);
nlohmann::json pipeline_json(const GitLabState& state, const StandInPipeline& pipeline);
nlohmann::json note_json(const GitLabState& state, const StandInComment& note);

// Starts a pipeline for the merge request's head, if the project runs pipelines.
void start_pipeline(GitLabState& state, const StandInPullRequest& merge);

}  // namespace diffgate::app::stand_in
