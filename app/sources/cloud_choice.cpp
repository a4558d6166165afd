#include "app/sources/cloud_choice.hpp"

namespace diffgate::app {

CloudChoice choose_cloud_run(const std::vector<dbt::CloudRun>& runs, const std::string& head_sha,
                             std::int64_t pull_request) {
  const auto is_of_pull = [&](const dbt::CloudRun& run) { return run.pull_request == pull_request; };
  CloudChoice choice;
  std::optional<dbt::CloudRun> newer_of_pull;
  for (const dbt::CloudRun& run : runs) {
    const bool is_ours = run.git_sha == head_sha && (!run.pull_request || is_of_pull(run));
    if (!is_ours) {
      const bool replaces = is_of_pull(run) && !run.git_sha.empty() && run.git_sha != head_sha;
      if (replaces && !choice.run && !newer_of_pull) newer_of_pull = run;
      continue;
    }
    if (!choice.run) {
      choice.run = run;
      choice.replaced_by = newer_of_pull;
    }
    if (run.status == dbt::CloudStatus::cancelled) continue;
    choice.run = run;
    choice.replaced_by.reset();
    break;
  }
  return choice;
}

}  // namespace diffgate::app
