#pragma once

// One run's outcome as a value: what the pipeline stores, what `diffgate diff` prints, and what every renderer reads.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/gates.hpp"
#include "config/rules.hpp"
#include "dbt/plan.hpp"
#include "diff/table_diff.hpp"
#include "net/clock.hpp"

namespace diffgate::app {

// SPEC 2, "Model diff results".
enum class ModelResultKind {
  identical,
  different,
  bad_pks,
  missing_pks,
  empty,
  is_new,
  removed,
  not_built,
  error,
  skipped,
};
std::string_view name_of(ModelResultKind kind);  // "identical", …, "new"

struct ModelResult {
  dbt::PlannedModel model;
  ModelResultKind kind = ModelResultKind::skipped;
  std::string reason;                       // one sentence, never empty
  std::optional<diff::TableDiff> diff;      // both sides were compared
  std::optional<diff::TableProfile> profile;  // a new model
  std::vector<config::GateFinding> gates;
};

enum class Verdict { pass, warn, fail };

struct RunReport {
  std::string project;
  std::string repository;
  std::int64_t pull_request = 0;
  std::string pull_request_url;
  std::string details_url;     // our page of the run; empty if there is none
  std::string prod_sha;        // whose manifest is the production side
  std::string pr_sha;
  std::string base_branch;
  std::string head_branch;
  std::vector<ModelResult> models;
  std::vector<dbt::DownstreamAsset> assets;
  std::vector<std::string> warnings;
  std::string lineage;         // Mermaid, may be empty
  Verdict verdict = Verdict::pass;
  std::vector<std::string> verdict_reasons;  // why it warns or fails
  std::chrono::milliseconds duration{0};
  UtcTime finished_at;
};

}  // namespace diffgate::app
