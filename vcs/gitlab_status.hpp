#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vcs/forge.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// The state of a commit status that says what the check says. `neutral` and `skipped` become success:
// GitLab's own `skipped` blocks a merge where pipelines must succeed.
std::string_view gitlab_state_of(const Check& check);

// What is remembered of a commit status between two updates; its text is a CheckRef.
struct CommitStatus {
  Sha head_sha;
  std::string state;
  std::int64_t project = 0;
  std::int64_t pipeline = 0;  // 0: none was known

  friend bool operator==(const CommitStatus&, const CommitStatus&) = default;
};

CheckRef ref_of(const CommitStatus& status);
// nullopt for a text that is no commit status's.
std::optional<CommitStatus> commit_status_of(const CheckRef& ref);

struct Pipeline {
  std::int64_t id = 0;
  std::int64_t project = 0;  // 0 if not told
  Sha sha;
  std::string source;  // "merge_request_event", "push", …
};

// The pipeline to attach a status of `sha` to: the newest merge request pipeline of that commit in that
// project, else its newest; 0 if there is none.
std::int64_t pipeline_for(const std::vector<Pipeline>& pipelines, const Sha& sha, std::int64_t project);

// The request that sets the status. `ref` is the source branch; left out with a pipeline, which has its own.
std::string status_body(const Check& check, std::int64_t pipeline, const std::string& ref);

}  // namespace diffgate::vcs
