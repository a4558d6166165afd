#pragma once

#include <string>
#include <vector>

#include "dbt/graph.hpp"

namespace diffgate::dbt {

// What a set of modified nodes touches.
struct Impact {
  NodeSet affected;               // the modified nodes and all below them
  std::vector<int> depth;         // longest path from a modified node; 0 for modified ones
  std::vector<NodeIndex> origin;  // a modified node above, one of the nearest; itself for modified ones
};

Impact impact_of(const Graph& graph, const NodeSet& modified);

}  // namespace diffgate::dbt
