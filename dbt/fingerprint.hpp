#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dbt/graph.hpp"
#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// What is known of a node beside its definition, such as whether it was built; part of its digest.
using MoreOfNode = std::function<std::string(const Node&)>;

// Whether the names of tables count, which differ from environment to environment.
enum class Relations : std::uint8_t { count, leave_out };

// By node index, a digest of the node's code, config, relation and macros and of everything upstream of it;
// empty for nodes that are neither in `wanted` nor upstream of one.
std::vector<std::string> node_digests(const ManifestData& data, const Graph& graph,
                                      std::span<const NodeIndex> wanted, const MoreOfNode& more = {},
                                      Relations relations = Relations::count);

}  // namespace diffgate::dbt
