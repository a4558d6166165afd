#pragma once

#include <map>
#include <optional>
#include <string>

namespace diffgate::app {

// The commit that a CI job builds, from the variables that CI systems set; nullopt if none is there. For a
// pull request it is the head of its branch, not the merge commit that the job may have checked out: GitHub
// tells it only in the event's file, GitLab's merged-results pipelines in a variable of their own.
//
// Throws Error(caller) if the event's file can't be read.
std::optional<std::string> commit_sha_of(const std::map<std::string, std::string>& environment,
                                         bool is_pull_request);

}  // namespace diffgate::app
