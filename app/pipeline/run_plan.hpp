#pragma once

// From what was decided about a pull request and its two manifests to the plan of the diff.

#include <set>
#include <string>
#include <vector>

#include "app/pipeline/manifests.hpp"
#include "app/pipeline/services.hpp"
#include "app/renames.hpp"
#include "app/verdict.hpp"
#include "config/rules.hpp"
#include "dbt/plan.hpp"

namespace diffgate::app {

// What was decided before the run began.
struct RunInput {
  Run run;
  const config::ProjectConfig* project = nullptr;
  config::Rules rules;
  std::vector<std::string> labels;
  std::vector<std::string> changed_files;
  bool changed_files_complete = true;
  std::vector<std::string> warnings;         // about the pull request's own edit of the rules
  std::vector<vcs::Annotation> annotations;  // of the same
  // What people asked for.
  bool all_downstream = false;
  std::set<std::string> also_downstream;  // names or ids of models
  RenameDirectives renames;
  std::vector<AcceptedResult> accepted;
};

// The plan, and what the verdict's gates select.
struct RunPlan {
  dbt::Plan plan;
  GateSelection gates;
  std::string lineage;
};

// Where a run's manifests lie on disk; `run_results` is empty if there are none.
struct RunManifestFiles {
  std::string production;
  std::string pull_request;
  std::string run_results;
};

// Blocking and, for large manifests, slow: run it on a pool. Errors name a manifest by its side and commit.
RunPlan make_run_plan(const RunInput& input, const ManifestPair& pair, const RunManifestFiles& files);

// Whether a label adds all downstream models for one pull request under Slim Diff.
bool asks_for_all_downstream(const std::vector<std::string>& labels);

}  // namespace diffgate::app
