#pragma once

#include <optional>
#include <string>

#include "net/async.hpp"
#include "vcs/forge.hpp"
#include "vcs/github_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Forge::upsert_comment on GitHub, where a pull request's comments are those of its issue. `api` must outlive
// the call.
Awaitable<CommentRef> upsert_github_comment(GitHubApi& api, Repo repo, PullNumber number,
                                            std::optional<CommentRef> known, std::string body,
                                            std::string marker);

// Forge::react on GitHub.
Awaitable<void> react_to_github_comment(GitHubApi& api, Repo repo, std::string comment_id, Receipt receipt);

}  // namespace diffgate::vcs
