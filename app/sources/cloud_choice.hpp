#pragma once

// Which of a job's runs is the one of a pull request's commit. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dbt/cloud_run.hpp"

namespace diffgate::app {

struct CloudChoice {
  std::optional<dbt::CloudRun> run;  // the newest of the commit that was not cancelled, else the newest
  // If it was cancelled: a newer run of the same pull request for another commit, which replaced it.
  std::optional<dbt::CloudRun> replaced_by;
};

// `runs` are newest first. A run that names no pull request is taken by its commit alone; one of another pull
// request is not, because it built into that one's schema.
CloudChoice choose_cloud_run(const std::vector<dbt::CloudRun>& runs, const std::string& head_sha,
                             std::int64_t pull_request);

}  // namespace diffgate::app
