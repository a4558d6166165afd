#include "dbt/node_pairs.hpp"

#include "dbt/state_compare.hpp"

namespace diffgate::dbt {
namespace {

// What separates the parts of a key; no part holds it.
constexpr char kBetween = '\n';

}  // namespace

NodePairs::NodePairs(const ManifestData& base, const ManifestData& head) : base_(base), head_(head) {
  if (!are_of_two_engines(base, head)) return;
  for (NodeIndex i = 0; i < base.nodes.size(); ++i) {
    const Node& node = base.nodes[i];
    if (!node.enabled || head.find(node.id)) continue;
    if (std::string key = key_of(base, node); !key.empty()) unpaired_.emplace(std::move(key), i);
  }
}

std::optional<NodeIndex> NodePairs::find_old(const Node& node) {
  const auto same_id = base_.find(node.id);
  if (same_id || unpaired_.empty()) return same_id;
  const std::string key = key_of(head_, node);
  const auto found = unpaired_.find(key);
  return key.empty() || found == unpaired_.end() ? std::nullopt : std::optional(found->second);
}

// Empty for what is always paired by its id.
std::string NodePairs::key_of(const ManifestData& data, const Node& node) {
  const auto text = [&](Field field) { return text_of(data, node, field) + kBetween; };
  if (node.type == ResourceType::source) {
    return "source" + text(Field::package_name) + text(Field::source_name) + text(Field::name);
  }
  if (node.type != ResourceType::test) return {};
  const auto metadata = reader_.read(data.raw(node, Field::test_metadata));
  if (!metadata || !metadata->is_object()) return "singular" + text(Field::package_name) + text(Field::name);
  std::string key = "generic" + text(Field::attached_node);
  for (const char* const part : {"name", "namespace"}) {
    const JsonValue* const value = metadata->find(part);
    key += (value == nullptr ? std::string() : value->string_or({})) + kBetween;
  }
  // Its arguments, less the model, which is Jinja that each engine writes in its own way.
  JsonValue arguments;
  arguments.kind = JsonValue::Kind::object;
  if (const JsonValue* const given = metadata->find("kwargs"); given != nullptr) {
    for (const JsonMember& argument : given->members) {
      if (argument.key != "model") arguments.members.push_back(argument);
    }
  }
  return key + canonical_text(arguments);
}

}  // namespace diffgate::dbt
