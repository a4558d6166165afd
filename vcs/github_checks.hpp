#pragma once

#include <optional>

#include "net/async.hpp"
#include "vcs/forge.hpp"
#include "vcs/github_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Forge::publish_check on GitHub. `api` must outlive the call. Without `known`, a check run of the
// App's with the same name and external_id is taken over, which was made just before a crash: an open one, or
// for a completed check a completed one.
Awaitable<CheckRef> publish_check_run(GitHubApi& api, Repo repo, std::optional<CheckRef> known, Check check);

}  // namespace diffgate::vcs
