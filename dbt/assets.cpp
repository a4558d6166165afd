#include "dbt/assets.hpp"

#include <algorithm>

#include "dbt/json_value.hpp"

namespace diffgate::dbt {
namespace {

// What one asset reads is cut off here, so that a thousand dashboards over ten thousand models stay cheap.
constexpr std::size_t kMaximumVisited = 20'000;
constexpr std::size_t kMaximumReads = 1'000;
// Of all assets together, edges; once they are used up, only what an asset reads itself is looked at.
constexpr std::size_t kMaximumSteps = 20'000'000;

class UpstreamWalk {
 public:
  UpstreamWalk(const Graph& graph, const NodeSet& affected, const NodeSet& planned)
      : graph_(graph), affected_(affected), planned_(planned), seen_in_(graph.size(), 0) {}

  std::vector<NodeIndex> planned_above(NodeIndex node) {
    ++walk_;
    std::vector<NodeIndex> found;
    std::vector<NodeIndex> queue{node};
    for (std::size_t i = 0; i < queue.size() && i < kMaximumVisited; ++i) {
      if (found.size() >= kMaximumReads || (i > 0 && steps_ >= kMaximumSteps)) break;
      steps_ += graph_.parents(queue[i]).size();
      for (const NodeIndex parent : graph_.parents(queue[i])) {
        if (seen_in_[parent] == walk_ || !affected_[parent]) continue;
        seen_in_[parent] = walk_;
        queue.push_back(parent);
        if (planned_[parent]) found.push_back(parent);
      }
    }
    found.resize(std::min(found.size(), kMaximumReads));
    return found;
  }

 private:
  const Graph& graph_;
  const NodeSet& affected_;
  const NodeSet& planned_;
  std::vector<std::uint32_t> seen_in_;  // the walk that saw the node last
  std::uint32_t walk_ = 0;
  std::size_t steps_ = 0;
};

std::string owner_of(const ManifestData& data, const Node& node, JsonReader& reader) {
  const auto owner = reader.read(data.raw(node, Field::owner));
  if (!owner) return {};
  for (const std::string_view key : {"name", "email"}) {
    const JsonValue* value = owner->find(key);
    const std::vector<std::string> texts = value == nullptr ? std::vector<std::string>() : value->strings();
    if (!texts.empty() && !texts.front().empty()) return texts.front();
  }
  return {};
}

// Exposures are what people look at; metrics and saved queries are what tools ask for. 0 is no asset.
int rank_of(ResourceType type) {
  switch (type) {
    case ResourceType::exposure:
      return 1;
    case ResourceType::saved_query:
      return 2;
    case ResourceType::metric:
      return 3;
    default:
      return 0;
  }
}

std::string type_of(const ManifestData& data, const Node& node) {
  if (node.type == ResourceType::exposure) return text_of(data, node, Field::type);
  return node.type == ResourceType::metric ? "metric" : "saved query";
}

}  // namespace

std::vector<DownstreamAsset> downstream_assets(const ManifestData& data, const Graph& graph,
                                               const NodeSet& planned) {
  NodeSet affected = graph.descendants(planned);
  for (std::size_t i = 0; i < affected.size(); ++i) affected[i] = static_cast<char>(affected[i] | planned[i]);
  UpstreamWalk walk(graph, affected, planned);
  JsonReader reader;
  std::vector<DownstreamAsset> assets;
  for (NodeIndex i = 0; i < data.nodes.size(); ++i) {
    const Node& node = data.nodes[i];
    if (rank_of(node.type) == 0 || !affected[i]) continue;
    DownstreamAsset asset;
    asset.id = UniqueId(std::string(node.id));
    asset.type = type_of(data, node);
    asset.name = text_of(data, node, Field::label);
    if (asset.name.empty()) asset.name = text_of(data, node, Field::name);
    asset.owner = owner_of(data, node, reader);
    asset.url = text_of(data, node, Field::url);
    for (const NodeIndex read : walk.planned_above(i))
      asset.reads.emplace_back(std::string(data.nodes[read].id));
    std::sort(asset.reads.begin(), asset.reads.end());
    assets.push_back(std::move(asset));
  }
  std::sort(assets.begin(), assets.end(), [&](const DownstreamAsset& a, const DownstreamAsset& b) {
    const int rank_a = rank_of(data.nodes[*data.find(a.id.value())].type);
    const int rank_b = rank_of(data.nodes[*data.find(b.id.value())].type);
    return rank_a != rank_b ? rank_a < rank_b : a.id < b.id;
  });
  return assets;
}

}  // namespace diffgate::dbt
