#include "app/sources/push_trigger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace diffgate::app {

std::vector<const config::ProjectConfig*> triggered_by(
    const std::vector<const config::ProjectConfig*>& projects, const vcs::PushEvent& push) {
  std::vector<const config::ProjectConfig*> triggered;
  const std::string& after = push.after.value();
  const bool is_deleted = after.find_first_not_of('0') == std::string::npos;
  if (push.branch.empty() || is_deleted) return triggered;
  std::copy_if(projects.begin(), projects.end(), std::back_inserter(triggered),
               [&](const config::ProjectConfig* project) {
                 return project->dbt_cloud && project->dbt_cloud->trigger_on_push_to == push.branch;
               });
  return triggered;
}

dbt::CloudTrigger trigger_for(const vcs::PushEvent& push) {
  dbt::CloudTrigger trigger;
  trigger.cause = fmt::format("diffgate: push of {} to {}", push.after.value().substr(0, 7), push.branch);
  trigger.git_sha = push.after.value();
  return trigger;
}

}  // namespace diffgate::app
