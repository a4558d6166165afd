#include "dbt/state.hpp"

#include <algorithm>

#include "dbt/state_compare.hpp"

namespace diffgate::dbt {
std::vector<NodeState> compare_states(const Manifest& base, const Manifest& head,
                                      const StateOptions& options) {
  const ManifestData& data = head.data();
  StateComparison comparison(base.data(), data, options);
  std::vector<NodeState> states;
  states.reserve(data.nodes.size());
  for (const Node& node : data.nodes) {
    if (!node.enabled) continue;
    const NodeChanges changes = comparison.compare(node);
    states.push_back({UniqueId(std::string(node.id)), changes.changes.list(), changes.is_modified});
  }
  std::sort(states.begin(), states.end(), [](const NodeState& a, const NodeState& b) { return a.id < b.id; });
  return states;
}

}  // namespace diffgate::dbt
