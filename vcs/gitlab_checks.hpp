#pragma once

#include <optional>

#include "net/async.hpp"
#include "vcs/forge.hpp"
#include "vcs/gitlab_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Forge::publish_check on GitLab, as a commit status in the project that has the commit. `api` must outlive
// the call.
Awaitable<CheckRef> publish_commit_status(GitLabApi& api, Repo repo, std::optional<CheckRef> known,
                                          Check check);

}  // namespace diffgate::vcs
