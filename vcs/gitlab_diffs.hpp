#pragma once

#include <cstddef>
#include <string_view>

#include "net/async.hpp"
#include "vcs/gitlab_api.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// Whether a list of `listed` files is all of a merge request whose `changes_count` is this text: a number,
// "1000+" when GitLab stopped counting, or empty if unknown.
bool is_complete_list(std::size_t listed, std::string_view changes_count);

// Forge::changed_files on GitLab. `api` must outlive the call.
Awaitable<ChangedFiles> gitlab_changed_files(GitLabApi& api, Repo repo, PullNumber number);

}  // namespace diffgate::vcs
