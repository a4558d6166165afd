#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace diffgate::dbt {

// For every node that `roots` reach, a digest that changes if and only if its own content or that of a node
// that it reaches changes; empty for other nodes. Cycles are allowed: the nodes of one share what they reach.
// Takes time linear in the edges, without recursion.
std::vector<std::string> merkle_digests(std::size_t size, std::span<const std::uint32_t> roots,
                                        const std::function<std::vector<std::uint32_t>(std::uint32_t)>& edges,
                                        const std::function<std::string(std::uint32_t)>& own_digest);

}  // namespace diffgate::dbt
