#include "dbt/unchanged.hpp"

#include "dbt/fingerprint.hpp"
#include "net/crypto.hpp"

namespace diffgate::dbt {

std::vector<std::string> cache_keys(const ManifestData& base, const ManifestData& head,
                                    const Graph& head_graph, std::span<const NodePair> pairs) {
  std::vector<NodeIndex> of_base;
  std::vector<NodeIndex> of_head;
  for (const NodePair& pair : pairs) {
    of_base.push_back(pair.base);
    of_head.push_back(pair.head);
  }
  const auto before = node_digests(base, Graph(base), of_base, {}, Relations::leave_out);
  const auto now = node_digests(head, head_graph, of_head, {}, Relations::leave_out);
  std::vector<std::string> keys;
  keys.reserve(pairs.size());
  for (const NodePair& pair : pairs) {
    const std::string& digest = now[pair.head];
    keys.push_back(digest == before[pair.base] ? net::sha256_hex(digest) : std::string());
  }
  return keys;
}

}  // namespace diffgate::dbt
