#pragma once

#include <optional>

#include "net/async.hpp"
#include "vcs/forge.hpp"
#include "vcs/github_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Forge::publish_check on GitHub. `api` must outlive the call. Without `known`, an open check run of the
// App's with the same name and external_id is taken over: it was made just before a crash.
Awaitable<CheckRef> publish_check_run(GitHubApi& api, Repo repo, std::optional<CheckRef> known, Check check);

}  // namespace diffgate::vcs
