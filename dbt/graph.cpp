#include "dbt/graph.hpp"

#include <algorithm>

#include "dbt/json_value.hpp"

namespace diffgate::dbt {

Graph::Graph(const ManifestData& data) : size_(data.nodes.size()) {
  JsonReader reader;
  std::vector<std::string_view> ids;
  std::vector<std::uint32_t> child_counts(size_ + 1, 0);
  parents_.first.reserve(size_ + 1);
  parents_.first.push_back(0);
  for (NodeIndex node = 0; node < size_; ++node) {
    if (data.nodes[node].enabled) {
      ids.clear();
      reader.read_strings(data.raw(data.nodes[node], Field::depends_on_nodes), ids);
      for (const std::string_view id : ids) {
        const auto parent = data.find(id);
        if (!parent || !data.nodes[*parent].enabled) continue;
        parents_.to.push_back(*parent);
        ++child_counts[*parent];
      }
    }
    parents_.first.push_back(static_cast<std::uint32_t>(parents_.to.size()));
  }

  children_.first.assign(size_ + 1, 0);
  for (std::size_t i = 0; i < size_; ++i) children_.first[i + 1] = children_.first[i] + child_counts[i];
  children_.to.resize(parents_.to.size());
  std::vector<std::uint32_t> next(children_.first.begin(), children_.first.end());
  for (NodeIndex node = 0; node < size_; ++node) {
    for (const NodeIndex parent : parents_.of(node)) children_.to[next[parent]++] = node;
  }
}

NodeSet Graph::reach(const Edges& edges, const NodeSet& from, std::optional<std::uint32_t> levels) {
  NodeSet reached(from.size(), 0);
  std::vector<NodeIndex> layer;
  for (NodeIndex node = 0; node < from.size(); ++node) {
    if (from[node]) layer.push_back(node);
  }
  std::vector<NodeIndex> next;
  for (std::uint32_t level = 0; !layer.empty() && (!levels || level < *levels); ++level) {
    next.clear();
    for (const NodeIndex node : layer) {
      for (const NodeIndex other : edges.of(node)) {
        if (reached[other]) continue;
        reached[other] = 1;
        next.push_back(other);
      }
    }
    layer.swap(next);
  }
  return reached;
}

NodeSet Graph::descendants(const NodeSet& from, std::optional<std::uint32_t> levels) const {
  return reach(children_, from, levels);
}

NodeSet Graph::ancestors(const NodeSet& from, std::optional<std::uint32_t> levels) const {
  return reach(parents_, from, levels);
}

}  // namespace diffgate::dbt
