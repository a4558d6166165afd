#pragma once

#include <span>
#include <string>
#include <vector>

#include "dbt/graph.hpp"
#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// One node on both sides, by each side's index.
struct NodePair {
  NodeIndex base;
  NodeIndex head;
};

// For each pair the hex key of what its table is made of, if that is the same on both sides: code, macros,
// config and all of that of everything upstream, but not where the tables are. Empty if something differs.
std::vector<std::string> cache_keys(const ManifestData& base, const ManifestData& head,
                                    const Graph& head_graph, std::span<const NodePair> pairs);

}  // namespace diffgate::dbt
