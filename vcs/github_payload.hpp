#pragma once

// The objects that GitHub's webhooks and its REST API share.

#include "vcs/json.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// A pull request as webhooks, `GET /pulls/{n}` and the list of pull requests show it. `repo` is where it is
// open.
PullRequest read_github_pull_request(const JsonView& json, RepoId repo);

}  // namespace diffgate::vcs
