#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dbt/graph.hpp"
#include "dbt/impact.hpp"
#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"
#include "dbt/plan.hpp"
#include "dbt/run_results.hpp"
#include "dbt/state_compare.hpp"

namespace diffgate::dbt {

// Makes one plan, step by step; see make_plan.
class Planner {
 public:
  Planner(const Manifest& base, const Manifest& head, const PlanOptions& options);

  Plan make();

 private:
  struct Entry {
    PlannedModel model;
    NodeIndex node = 0;            // of head; of base if the model is removed
    std::optional<NodeIndex> old;  // of base
  };

  NodeSet modified_nodes();
  NodeSet selected_nodes();
  void plan_affected(const NodeSet& modified);
  Entry entry_of(NodeIndex node, bool is_modified);
  void decide(Entry& entry, bool is_modified, bool is_selected);
  bool is_skipped_by_slim_diff(const Entry& entry) const;
  void decide_by_build(Entry& entry);
  void list_removed();
  void warn_of_contract(const PlannedModel& model, const ManifestData& base, std::optional<NodeIndex> node);
  void find_keys();
  void find_masked_columns();
  void link_upstream();
  void set_fingerprints();
  std::string build_word(const Node& node) const;
  NodeSet below_changed_large_seeds();
  void list_assets();
  void list_unchanged();
  std::string describe_origin(NodeIndex node) const;
  std::string materialization_of(const ManifestData& data, const Node& node);

  const ManifestData& base_;
  const ManifestData& head_;
  const PlanOptions& options_;
  Graph graph_;
  StateComparison comparison_;
  JsonReader reader_;
  std::vector<NodeChanges> states_;
  Impact impact_;
  BuiltSet built_;
  std::vector<Entry> entries_;
  Plan plan_;
};

}  // namespace diffgate::dbt
