#include "dbt/state.hpp"

#include <algorithm>

#include "dbt/state_compare.hpp"

namespace diffgate::dbt {
namespace {

bool has_unrendered_sources(const ManifestData& data) {
  return std::any_of(data.nodes.begin(), data.nodes.end(), [&](const Node& node) {
    return node.type == ResourceType::source &&
           (data.has(node, Field::unrendered_database) || data.has(node, Field::unrendered_schema));
  });
}

}  // namespace

bool resolves_to_more_unrendered(const Manifest& base, const Manifest& head, MoreUnrendered setting) {
  if (setting != MoreUnrendered::automatic) return setting == MoreUnrendered::on;
  if (has_unrendered_sources(base.data()) && has_unrendered_sources(head.data())) return true;
  return is_at_least(base.info().dbt_version, 1, 12) && is_at_least(head.info().dbt_version, 1, 12);
}

std::vector<NodeState> compare_states(const Manifest& base, const Manifest& head,
                                      const StateOptions& options) {
  const ManifestData& data = head.data();
  StateComparison comparison(base.data(), data,
                             resolves_to_more_unrendered(base, head, options.more_unrendered));
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
