#pragma once

// Who reads whom in a manifest, from depends_on.nodes. Cycles and ids that exist nowhere are possible: dbt
// would have refused the project, but the file may come from anybody.

#include <cstdint>
#include <span>
#include <vector>

#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// A set of nodes: one flag a node of the manifest.
using NodeSet = std::vector<char>;

class Graph {
 public:
  // Edges between all enabled nodes; ids that are not there are left out.
  explicit Graph(const ManifestData& data);

  std::span<const NodeIndex> parents(NodeIndex node) const { return parents_.of(node); }
  std::span<const NodeIndex> children(NodeIndex node) const { return children_.of(node); }
  std::size_t size() const { return size_; }

  // The nodes within `levels` steps down (up) from a member of `from`, and not the members themselves unless
  // they are reached from another; without `levels`, all.
  NodeSet descendants(const NodeSet& from, std::optional<std::uint32_t> levels = std::nullopt) const;
  NodeSet ancestors(const NodeSet& from, std::optional<std::uint32_t> levels = std::nullopt) const;

 private:
  struct Edges {
    std::vector<std::uint32_t> first;  // of node i: to[first[i]] up to to[first[i + 1]]
    std::vector<NodeIndex> to;

    std::span<const NodeIndex> of(NodeIndex node) const {
      return std::span(to).subspan(first[node], first[node + 1] - first[node]);
    }
  };

  static NodeSet reach(const Edges& edges, const NodeSet& from, std::optional<std::uint32_t> levels);

  std::size_t size_;
  Edges parents_;
  Edges children_;
};

}  // namespace diffgate::dbt
