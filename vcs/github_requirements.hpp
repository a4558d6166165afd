#pragma once

// What the App needs of GitHub: what `doctor` asks for, what the one-click registration proposes, and what
// README tells to tick.

#include <array>
#include <string_view>

namespace diffgate::vcs {

struct GitHubPermission {
  std::string_view name;
  std::string_view label;  // as the App's settings page calls it
  bool is_write = false;
};

inline constexpr auto kGitHubPermissions = std::to_array<GitHubPermission>({
    {"checks", "Checks", true},
    {"pull_requests", "Pull requests", true},
    {"contents", "Contents", false},
    {"metadata", "Metadata", false},
    {"issues", "Issues", false},              // comments on pull requests come as issue_comment
    {"actions", "Actions", false},            // workflow_run, and artifacts of workflows
    {"merge_queues", "Merge queues", false},  // merge_group
});

// Beside those that every App gets: installation and installation_repositories. An App that also gets
// installation_target learns of a renamed account at once, another one with the next event.
inline constexpr auto kGitHubEvents =
    std::to_array<std::string_view>({"pull_request", "push", "label", "issue_comment", "check_run",
                                     "check_suite", "merge_group", "workflow_run", "repository"});

}  // namespace diffgate::vcs
