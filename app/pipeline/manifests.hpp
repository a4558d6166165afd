#pragma once

// Which two manifests a run compares, or which tables instead.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/pipeline/services.hpp"
#include "app/pipeline/texts.hpp"
#include "app/run_report.hpp"
#include "config/rules.hpp"

namespace diffgate::app {

struct ManifestPair {
  Artifact production;
  Artifact pull_request;
  std::optional<Artifact> run_results;  // of the pull request's build
  std::vector<std::string> warnings;    // production's is not the exact commit's
  std::vector<BuildNote> build_notes;   // of the builds that they were fetched from
  // Named by a call. Then they are what is compared, and there are no manifests.
  std::vector<TablePair> tables;
};

// Production's by `base_artifacts`: the merge base's, or the base branch's latest; where there is none, the
// best there is, with a warning that names the commit.
Awaitable<std::variant<ManifestPair, MissingArtifacts>> find_manifests(Services& services, Run run,
                                                                       config::BaseArtifacts wanted);

}  // namespace diffgate::app
