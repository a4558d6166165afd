#pragma once

// Pushes to the base branch that start dbt Cloud's production job, so that nobody needs a workflow for it.

#include <vector>

#include "config/server_config.hpp"
#include "dbt/cloud_client.hpp"
#include "net/async.hpp"
#include "vcs/events.hpp"

namespace diffgate::app {

// The projects among these whose job this push is to start. Pure.
std::vector<const config::ProjectConfig*> triggered_by(
    const std::vector<const config::ProjectConfig*>& projects, const vcs::PushEvent& push);

// What dbt Cloud shall show as the run's cause.
dbt::CloudTrigger trigger_for(const vcs::PushEvent& push);

}  // namespace diffgate::app
