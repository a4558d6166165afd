#pragma once

// One run's outcome as a value: what the pipeline stores, what `diffgate diff` prints, and what every
// renderer reads.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/gates.hpp"
#include "config/rules.hpp"
#include "dbt/plan.hpp"
#include "diff/column_profile.hpp"
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

// A result that an earlier commit of the pull request measured and that still holds.
struct CarriedOver {
  std::string sha;  // of that commit
  UtcTime measured_at;
};

// A person said that this result is as it should be (acceptance.hpp).
struct Acceptance {
  std::string by;
  std::string reason;  // may be empty
  std::string sha;     // of the commit at which it was accepted
  UtcTime at;
};

struct ModelResult {
  dbt::PlannedModel model;
  ModelResultKind kind = ModelResultKind::skipped;
  std::string reason;              // one sentence, never empty
  bool is_warehouse_lost = false;  // an error of the warehouse's absence, not of this model
  std::vector<std::string> notes;  // what a reader should know besides: a key's doubts, a YAML wish not met
  std::optional<diff::TableDiff> diff;          // both sides were compared
  std::optional<diff::TableProfile> profile;    // a new model
  std::optional<diff::TableProfiles> profiles;  // of the columns, if asked for
  std::optional<diff::Timeline> timeline;
  std::vector<config::GateFinding> gates;
  std::optional<CarriedOver> carried_over;
  std::optional<Acceptance> accepted;
};

enum class Verdict { pass, warn, fail };
std::string_view name_of(Verdict verdict);  // "pass", "warn", "fail"

// What is to be known of the build that was compared, and its page.
struct BuildNote {
  std::string text;
  std::string url;
};

// One model whose result is another one than at the commit that was measured before, in words.
struct ResultChange {
  std::string model;
  std::string before;  // empty: it was not in the diff
  std::string now;     // empty: it is not in the diff any more
};

struct SinceLastPush {
  std::string sha;  // of the commit that was measured before
  std::vector<ResultChange> changes;
  std::size_t unchanged = 0;  // measured models with the same result
};

struct RunReport {
  std::string project;
  std::string project_dir;  // dbt_project_dir of the rules: the models' files are relative to it
  std::string repository;
  std::int64_t pull_request = 0;
  std::string pull_request_url;
  std::string details_url;  // our page of the run; empty if there is none
  std::string prod_sha;     // whose manifest is the production side
  std::string pr_sha;
  std::string base_branch;
  std::string head_branch;
  std::vector<ModelResult> models;
  std::vector<dbt::DownstreamAsset> assets;
  std::vector<std::string> warnings;
  std::vector<BuildNote> build_notes;  // shown before the warnings
  std::optional<SinceLastPush> since;  // absent at the first commit
  std::string lineage;                 // Mermaid, may be empty
  Verdict verdict = Verdict::pass;
  std::vector<std::string> verdict_reasons;  // why it warns or fails
  std::chrono::milliseconds duration{0};
  UtcTime finished_at;
};

// Whether the PR's build has rows whose key is null or not unique.
bool has_key_problem(const ModelResult& result);

// The first model whose diff ended because the warehouse was gone; null if none did.
const ModelResult* lost_model(const std::vector<ModelResult>& models);

// How many models ended how; `key_problems` are counted apart from `different`.
struct ResultCounts {
  std::size_t diffs = 0;  // models that were to be measured
  std::size_t errors = 0;
  std::size_t key_problems = 0;
  std::size_t different = 0;
  std::size_t is_new = 0;
  std::size_t not_built = 0;
  std::size_t removed = 0;
  std::size_t empty = 0;
  std::size_t identical = 0;
  std::size_t skipped = 0;
};
ResultCounts count_results(const RunReport& report);

// "12 diffs: 3 different, 1 key problem, 8 identical": the check's title, the comment's heading, the last
// line of `diffgate diff`. At most 255 characters.
std::string headline(const RunReport& report);

// Indexes into report.models, those first that a reader should see first: errors, key problems, then the most
// different, new, not built, removed, empty, identical, skipped.
std::vector<std::size_t> worst_first(const RunReport& report);

}  // namespace diffgate::app
