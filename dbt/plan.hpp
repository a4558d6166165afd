#pragma once

// From two manifests and the rules to the list of table pairs to diff, with a typed reason for every model in
// or out.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dbt/manifest.hpp"
#include "dbt/primary_key.hpp"
#include "dbt/selection.hpp"
#include "dbt/state.hpp"

namespace diffgate::dbt {

// A limit on what is measured of one model: "rows_removed_pct > 1". Which measures there are is the caller's
// to say.
enum class GateSeverity { note, warn, fail };
struct ModelGate {
  std::string when;  // not empty
  GateSeverity severity = GateSeverity::fail;
};

// meta.diffgate or, compatible, meta.datafold.datadiff, of the model and of its columns (SPEC: model YAML).
struct ModelYaml {
  std::string filter;  // SQL, untrusted
  std::vector<std::string> include_columns;
  std::vector<std::string> exclude_columns;
  std::string prod_time_travel;
  std::string pr_time_travel;
  std::string time_column;
  bool never_diff = false;
  bool diff_when_downstream = false;
  std::vector<std::string> primary_key;
  std::map<std::string, std::string> tolerance;  // by column ("" for all): "abs:0.01", "rel:1e-6", "digits:6"
  std::map<std::string, int> timestamp_precision;  // by column ("" for all): decimals of a second
  std::vector<ModelGate> gates;
  std::optional<double> sample;                // share of the keys
  std::vector<std::string> ignore_case;        // columns; "" for all texts
  std::vector<std::string> trim;               // likewise
  std::vector<std::string> null_equals_empty;  // likewise
  std::map<std::string, std::string> rename;   // production's name of a column to the PR's
  std::optional<bool> overlap;                 // whether to compare only the time that both sides cover
};

enum class PlanAction {
  diff,     // both sides exist
  profile,  // new: the PR side alone
  list,     // removed: named, nothing to run
  skip,
};

enum class PlanReason {
  modified,    // its own code changed; see `changes`
  downstream,  // of a modified one
  is_new,
  removed,
  disabled,
  slim_diff,  // downstream, left out by Slim Diff
  never_diff,
  not_selected,   // by the rules' select/exclude
  not_diffable,   // ephemeral, or a materialization without a table
  not_built,      // run_results of the PR: failed or skipped there
  deferred,       // run_results of the PR: not part of that build, both sides are the same table
  same_relation,  // both manifests name the same table
};
std::string_view name_of(PlanAction action);
std::string_view name_of(PlanReason reason);
std::string_view words_for(PlanReason reason);

struct PlannedModel {
  UniqueId id;
  std::string name;
  std::string resource_type;    // model, seed, snapshot
  std::string materialization;  // head's, or base's if removed
  std::string event_time;       // the config of that name: the column that says when a row happened
  PlanAction action = PlanAction::skip;
  PlanReason reason = PlanReason::modified;
  std::string detail;                     // in words: dbt's message of a failed build, "downstream of orders"
  std::vector<StateChange> changes;       // empty for downstream ones
  std::vector<std::string> change_words;  // the same for people: "code", "config materialized", "macro clean"
  std::vector<std::string>
      contract_breaks;        // in words: what its enforced contract promised and no longer does
  std::string prod_relation;  // relation_name as in the manifest, quoted; empty if there is none
  std::string pr_relation;
  PrimaryKey key;                      // the PR's
  std::optional<PrimaryKey> prod_key;  // if it differs from the PR's
  ModelYaml yaml;
  std::vector<std::string> masked_columns;  // tagged pii or sensitive (rule)
  int depth = 0;                            // longest path from a modified model; 0 for modified ones
  std::string sql_file;                     // original_file_path
  std::string yaml_file;
  std::vector<UniqueId> upstream;  // planned models that this one reads
  // Hex. The same as another plan's: code, macros, config, relation and upstream of both sides are the same,
  // and the pull request's build made the same of them as far as run results say. Empty: that can't be told.
  std::string fingerprint;
};

struct DownstreamAsset {
  UniqueId id;
  std::string type;  // dashboard, notebook, …; "metric", "saved query"
  std::string name;
  std::string owner;
  std::string url;
  std::vector<UniqueId> reads;  // planned models that it reads, directly or not; at most 1,000
};

// A model, seed or snapshot that is neither modified nor downstream of anything modified.
struct UnchangedModel {
  UniqueId id;
  std::string name;
  // Hex, of code, macros, config and everything upstream, which are the same text on both sides; relations
  // aside. Empty: some of that differs, in a way that does not count for dbt's state:modified.
  std::string cache_key;
};

struct PlanOptions {
  StateOptions state;
  bool slim_diff = false;
  bool diff_all_downstream = false;       // the label
  std::set<std::string> also_downstream;  // names or ids asked for one by one
  std::string select;
  std::string exclude;
  std::string primary_key_tag = "primary-key";
  std::set<std::string> masking_tags = {"pii", "sensitive"};
  std::optional<std::string> run_results_json;  // of the PR's build
  bool prove_unchanged = false;                 // fills Plan::unchanged, which takes a hash of everything
};

struct Plan {
  std::vector<PlannedModel> models;  // modified first, then by depth, then by name; then list; then skip
  std::vector<DownstreamAsset> assets;
  std::vector<UnchangedModel> unchanged;  // by id; see PlanOptions::prove_unchanged
  std::vector<std::string> warnings;      // other dbt version, other adapter, a wrong value in a model's YAML

  std::size_t diffs() const;  // models with action diff or profile
};

// Throws Error(caller) if the two manifests are of different projects, or a selector is wrong.
Plan make_plan(const Manifest& base, const Manifest& head, const PlanOptions& options);

// A flowchart of modified and impacted models, Mermaid, at most `max_characters`; whole edges are left out
// first.
std::string mermaid_lineage(const Plan& plan, std::size_t max_characters);

}  // namespace diffgate::dbt
