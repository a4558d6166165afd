#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/async.hpp"
#include "vcs/forge.hpp"
#include "vcs/gitlab_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Forge::upsert_comment on GitLab. `self` is the bot's user id. `api` must outlive the call.
Awaitable<CommentRef> upsert_gitlab_note(GitLabApi& api, Repo repo, PullNumber number,
                                         std::optional<CommentRef> known, std::string body,
                                         std::string marker, std::int64_t self);

// Forge::react on GitLab, as an award emoji.
Awaitable<void> award_gitlab_note(GitLabApi& api, Repo repo, PullNumber number, std::string note_id,
                                  Receipt receipt);

}  // namespace diffgate::vcs
