#include "dbt/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dbt/manifest_data.hpp"
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
    const NodeChanges found = comparison.compare(node);
    NodeState state{UniqueId(std::string(node.id)), found.changes.list(), found.is_modified, {}};
    if (!found.changes.empty()) state.words = comparison.explain(node, found);
    states.push_back(std::move(state));
  }
  std::sort(states.begin(), states.end(), [](const NodeState& a, const NodeState& b) { return a.id < b.id; });
  return states;
}

bool resolves_to_more_unrendered(const Manifest& base, const Manifest& head, MoreUnrendered setting) {
  return resolves_to_more_unrendered(base.data(), head.data(), setting);
}

std::vector<std::string> version_warnings(const Manifest& base_manifest, const Manifest& head_manifest) {
  const ManifestInfo& base = base_manifest.info();
  const ManifestInfo& head = head_manifest.info();
  std::vector<std::string> warnings;
  if (are_of_two_engines(base_manifest.data(), head_manifest.data())) {
    warnings.push_back(fmt::format(
        "production's manifest is of dbt {}, the pull request's of dbt {}: two engines that write "
        "some values differently. Their own macros are left out of the comparison, and so are "
        "the contents of unit tests",
        base.dbt_version, head.dbt_version));
  } else if (base.dbt_version != head.dbt_version) {
    warnings.push_back(
        fmt::format("production's manifest is of dbt {}, the pull request's of dbt {}: dbt's own macros "
                    "differ between them, so models count as modified that nobody changed; "
                    "ignore_builtin_macros leaves those out",
                    base.dbt_version, head.dbt_version));
  }
  if (base.adapter_type != head.adapter_type) {
    warnings.push_back(
        fmt::format("production's manifest is for {}, the pull request's for {}: macros and relations differ",
                    base.adapter_type, head.adapter_type));
  }
  return warnings;
}

}  // namespace diffgate::dbt
