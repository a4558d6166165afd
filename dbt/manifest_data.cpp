#include "dbt/manifest_data.hpp"

#include <algorithm>
#include <bit>

#include "dbt/json_value.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {

static_assert(kFields <= 64, "Node::present holds one bit a field");

std::string_view name_of(ResourceType type) {
  switch (type) {
    case ResourceType::model:
      return "model";
    case ResourceType::analysis:
      return "analysis";
    case ResourceType::test:
      return "test";
    case ResourceType::snapshot:
      return "snapshot";
    case ResourceType::seed:
      return "seed";
    case ResourceType::operation:
      return "operation";
    case ResourceType::source:
      return "source";
    case ResourceType::exposure:
      return "exposure";
    case ResourceType::metric:
      return "metric";
    case ResourceType::semantic_model:
      return "semantic_model";
    case ResourceType::saved_query:
      return "saved_query";
    case ResourceType::unit_test:
      return "unit_test";
    case ResourceType::function:
      return "function";
    case ResourceType::other:
      return "other";
  }
  return "other";
}

std::string_view ManifestData::raw(const Node& node, Field field) const {
  const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(field);
  if ((node.present & bit) == 0) return {};
  const auto before = static_cast<std::size_t>(std::popcount(node.present & (bit - 1)));
  return slices[node.first_slice + before];
}

void ManifestData::expect_unchanged() const {
  if (text.is_intact()) return;
  throw Error(ErrorClass::caller, "was written to while it was read", name,
              "wait until dbt has finished, then run again");
}

std::optional<NodeIndex> ManifestData::find(std::string_view id) const {
  const auto found = node_index.find(id);
  if (found == node_index.end()) return std::nullopt;
  return found->second;
}

bool ManifestData::is_disabled(std::string_view id) const {
  return std::binary_search(disabled.begin(), disabled.end(), id);
}

std::optional<std::string_view> plain_string(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::nullopt;
  const std::string_view inside = raw.substr(1, raw.size() - 2);
  if (inside.find('\\') != std::string_view::npos) return std::nullopt;
  return inside;
}

std::string decode_string(std::string_view raw) {
  if (const auto plain = plain_string(raw)) return std::string(*plain);
  if (raw.empty() || raw.front() != '"') return {};
  const auto value = JsonReader().read(raw);
  return value ? value->string_or({}) : std::string();
}

std::string text_of(const ManifestData& data, const Node& node, Field field) {
  return decode_string(data.raw(node, field));
}

}  // namespace diffgate::dbt
