#pragma once

#include <vector>

#include "net/async.hpp"
#include "net/clock.hpp"
#include "vcs/forge.hpp"
#include "vcs/github_api.hpp"

namespace diffgate::vcs {

// Forge::missed_deliveries on GitHub, from the App's own log. GitHub docs, "Handling failed webhook
// deliveries": it never tries again by itself; a delivery counts as failed if no attempt with its GUID was
// answered with a success.
Awaitable<std::vector<MissedDelivery>> missed_github_deliveries(GitHubApi& api, UtcTime since);

}  // namespace diffgate::vcs
