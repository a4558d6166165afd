#include "dbt/fingerprint.hpp"

#include <algorithm>
#include <numeric>

#include "dbt/json_value.hpp"
#include "dbt/merkle.hpp"
#include "net/crypto.hpp"

namespace diffgate::dbt {
namespace {

std::vector<MacroIndex> macros_in(const ManifestData& data, std::string_view raw, JsonReader& reader) {
  std::vector<std::string_view> ids;
  reader.read_strings(raw, ids);
  std::vector<MacroIndex> macros;
  for (const std::string_view id : ids) {
    if (const auto macro = data.macro_index.find(id); macro != data.macro_index.end()) {
      macros.push_back(macro->second);
    }
  }
  std::sort(macros.begin(), macros.end());
  macros.erase(std::unique(macros.begin(), macros.end()), macros.end());
  return macros;
}

std::vector<std::string> macro_digests(const ManifestData& data, JsonReader& reader) {
  std::vector<MacroIndex> all(data.macros.size());
  std::iota(all.begin(), all.end(), MacroIndex{0});
  return merkle_digests(
      data.macros.size(), all,
      [&](MacroIndex macro) { return macros_in(data, data.macros[macro].depends_on_macros, reader); },
      [&](MacroIndex macro) {
        return net::sha256(std::string(data.macros[macro].id) + '\n' + decode_string(data.macros[macro].sql));
      });
}

// Each field with its length, so that no two contents give one text.
void append(std::string& text, std::string_view field) {
  text += std::to_string(field.size());
  text += ':';
  text += field;
}

// Values as the file has them: an order of keys that changed costs a diff, no mistake.
std::string own_text(const ManifestData& data, const Node& node, Relations relations) {
  std::string text;
  append(text, node.id);
  for (const Field field :
       {Field::raw_code, Field::unrendered_config, Field::config, Field::meta, Field::constraints}) {
    append(text, data.raw(node, field));
  }
  if (relations == Relations::count) {
    append(text, data.raw(node, Field::relation_name));
    append(text, data.raw(node, Field::identifier));
  }
  // dbt 1.12 hashes a model's file another way than 1.11; a seed has nothing else.
  if (node.type == ResourceType::seed) append(text, data.raw(node, Field::checksum));
  return text;
}

}  // namespace

std::vector<std::string> node_digests(const ManifestData& data, const Graph& graph,
                                      std::span<const NodeIndex> wanted, const MoreOfNode& more,
                                      Relations relations) {
  if (wanted.empty()) return std::vector<std::string>(data.nodes.size());
  JsonReader reader;
  const std::vector<std::string> macros = macro_digests(data, reader);
  return merkle_digests(
      data.nodes.size(), wanted,
      [&](NodeIndex node) {
        const auto parents = graph.parents(node);
        return std::vector<NodeIndex>(parents.begin(), parents.end());
      },
      [&](NodeIndex node) {
        std::string text = own_text(data, data.nodes[node], relations);
        if (more) append(text, more(data.nodes[node]));
        for (const MacroIndex macro :
             macros_in(data, data.raw(data.nodes[node], Field::depends_on_macros), reader)) {
          text += macros[macro];
        }
        return net::sha256(text);
      });
}

}  // namespace diffgate::dbt
