#pragma once

// External status checks of merge requests (GitLab Ultimate): named in the project's settings, answered by
// us. A cleaner gate than a commit status, because nobody else's pipeline can stand in for it.

#include <map>
#include <string>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "vcs/forge.hpp"
#include "vcs/gitlab_api.hpp"

namespace diffgate::vcs {

class GitLabExternalChecks {
 public:
  // `api` must outlive it.
  explicit GitLabExternalChecks(GitLabApi& api) : api_(api) {}

  // Answers the project's checks that have the name of `check` with what it says. Where the licence or the
  // project has none, nothing; that is remembered for an hour.
  Awaitable<void> answer(Repo repo, Check check);

 private:
  GitLabApi& api_;
  std::map<RepoId, UtcTime> without_;  // projects that had none, and when that was found
};

// pending, passed or failed.
std::string_view external_status_of(const Check& check);

}  // namespace diffgate::vcs
