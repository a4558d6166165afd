#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dbt/graph.hpp"
#include "dbt/selector_methods.hpp"
#include "dbt/selector_spec.hpp"

namespace diffgate::dbt {

// Evaluates select and exclude over one pair of manifests; keeps the state comparison between calls.
class SelectionEngine {
 public:
  SelectionEngine(const Graph& graph, MethodContext& context) : graph_(graph), context_(context) {}

  // Empty `select`: everything; empty `exclude`, too: the project's default selector, if it has one. Throws
  // SelectorError.
  NodeSet select(std::string_view select, std::string_view exclude, IndirectSelection indirect);

  // Criteria that matched nothing, the default selector in use.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  // dbt's pair: what is selected, and the tests that hang on it and may still come in.
  struct Found {
    NodeSet direct;
    NodeSet indirect;
  };

  Found evaluate(const SelectorSpec& spec);
  Found evaluate(const Criterion& criterion);
  std::optional<Criterion> default_selector();
  NodeSet named_selector(const Criterion& criterion);
  void expand(Found& found, IndirectSelection mode) const;
  void take_in_indirect(Found& found, IndirectSelection mode) const;
  bool all_parents_in(NodeIndex test, const NodeSet& set) const;

  const Graph& graph_;
  MethodContext& context_;
  IndirectSelection indirect_ = IndirectSelection::none;
  std::vector<std::string> open_selectors_;  // names being resolved, outermost first
  std::map<std::string, NodeSet> resolved_selectors_;
  std::vector<std::string> warnings_;
};

}  // namespace diffgate::dbt
