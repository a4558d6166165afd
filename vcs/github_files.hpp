#pragma once

#include "net/async.hpp"
#include "vcs/github_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Forge::changed_files on GitHub. `api` must outlive the call.
Awaitable<ChangedFiles> github_changed_files(GitHubApi& api, Repo repo, PullNumber number);

}  // namespace diffgate::vcs
