#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/clock.hpp"
#include "vcs/json.hpp"
#include "vcs/types.hpp"

namespace diffgate::vcs {

// A merge request as the REST API shows it; webhooks have a shape of their own (gitlab_events.cpp).
PullRequest read_gitlab_merge_request(const JsonView& json);

// ISO 8601, or "2017-09-15 16:50:55 UTC" as older payloads have it.
std::optional<UtcTime> parse_gitlab_time(std::string_view text);

// `draft`, or `work_in_progress` before GitLab 13.
bool read_gitlab_draft(const JsonView& json);

}  // namespace diffgate::vcs
