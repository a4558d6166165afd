#include "dbt/impact.hpp"

#include <algorithm>

namespace diffgate::dbt {
namespace {

// Breadth first, so that the origin is a nearest one. Also the shortest depth, which nodes of a cycle keep.
void spread(const Graph& graph, Impact& impact, std::vector<NodeIndex> layer) {
  for (int depth = 1; !layer.empty(); ++depth) {
    std::vector<NodeIndex> next;
    for (const NodeIndex node : layer) {
      for (const NodeIndex child : graph.children(node)) {
        if (impact.affected[child]) continue;
        impact.affected[child] = 1;
        impact.depth[child] = depth;
        impact.origin[child] = impact.origin[node];
        next.push_back(child);
      }
    }
    layer = std::move(next);
  }
}

}  // namespace

Impact impact_of(const Graph& graph, const NodeSet& modified) {
  const std::size_t size = graph.size();
  Impact impact{NodeSet(size, 0), std::vector<int>(size, 0), std::vector<NodeIndex>(size, 0)};
  std::vector<NodeIndex> ready;
  for (NodeIndex node = 0; node < size; ++node) {
    impact.origin[node] = node;
    if (!modified[node]) continue;
    impact.affected[node] = 1;
    ready.push_back(node);
  }
  spread(graph, impact, ready);

  // In topological order of the affected part; what a cycle holds back is never ready.
  std::vector<std::size_t> waiting(size, 0);
  ready.clear();
  for (NodeIndex node = 0; node < size; ++node) {
    if (!impact.affected[node]) continue;
    const auto parents = graph.parents(node);
    waiting[node] = static_cast<std::size_t>(std::count_if(
        parents.begin(), parents.end(), [&](NodeIndex parent) { return impact.affected[parent] != 0; }));
    if (waiting[node] == 0) ready.push_back(node);
  }
  while (!ready.empty()) {
    const NodeIndex node = ready.back();
    ready.pop_back();
    for (const NodeIndex child : graph.children(node)) {
      if (!modified[child]) impact.depth[child] = std::max(impact.depth[child], impact.depth[node] + 1);
      if (--waiting[child] == 0) ready.push_back(child);
    }
  }
  return impact;
}

}  // namespace diffgate::dbt
