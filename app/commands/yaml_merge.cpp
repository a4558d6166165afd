#include <set>
#include <string>
#include <vector>

#include "app/commands/profile_output.hpp"

namespace diffgate::app {
namespace {

bool is_merge_key(const YAML::Node& key) {
  return key.IsScalar() && key.Scalar() == "<<" && key.Tag() != "!";  // which a key in quotes has
}

// The keys of a mapping and of those merged into it, each with its first value.
class Merge {
 public:
  explicit Merge(const std::string& where) : where_(where) {}

  void add(const YAML::Node& map) {
    // Aliases may nest mappings in themselves, or multiply.
    constexpr std::size_t kMost = 1'000;
    if (++merged_ > kMost) fail_profile("has too many merge keys", where_);
    if (!map.IsMap()) fail_profile("'<<' names no mapping", where_, "write '<<: *anchor'");
    std::vector<YAML::Node> merges;
    for (const auto& entry : map) {
      if (is_merge_key(entry.first)) {
        merges.push_back(entry.second);
      } else if (entry.first.IsScalar() && known_.insert(entry.first.Scalar()).second) {
        out_.force_insert(entry.first.Scalar(), entry.second);
      }
    }
    for (const YAML::Node& merge : merges) {
      if (!merge.IsSequence()) {
        add(merge);
        continue;
      }
      for (const auto& one : merge) add(one);
    }
  }

  YAML::Node take() const { return out_; }

 private:
  const std::string& where_;
  YAML::Node out_{YAML::NodeType::Map};
  std::set<std::string> known_;
  std::size_t merged_ = 0;
};

}  // namespace

YAML::Node with_merges(const YAML::Node& node, const std::string& where) {
  if (!node.IsDefined() || !node.IsMap()) return node;
  bool has_merge = false;
  for (const auto& entry : node) has_merge = has_merge || is_merge_key(entry.first);
  if (!has_merge) return node;
  Merge merge(where);
  merge.add(node);
  return merge.take();
}

}  // namespace diffgate::app
