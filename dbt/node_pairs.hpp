#pragma once

// Which node of base a node of head is compared with: that of the same unique id.
//
// dbt 2 (Fusion) makes some ids in another way than dbt 1.x: what is no word character in a source's table
// becomes "__", long names of generic tests are cut, singular tests get a hash. So where one side is of each
// engine, sources and tests without a partner are paired by what makes them up.

#include <optional>
#include <string>
#include <unordered_map>

#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

class NodePairs {
 public:
  NodePairs(const ManifestData& base, const ManifestData& head);

  std::optional<NodeIndex> find_old(const Node& node);

 private:
  std::string key_of(const ManifestData& data, const Node& node);

  const ManifestData& base_;
  const ManifestData& head_;
  std::unordered_map<std::string, NodeIndex> unpaired_;  // of base, by key_of
  JsonReader reader_;
};

}  // namespace diffgate::dbt
