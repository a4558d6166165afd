#include "dbt/selection.hpp"

#include <algorithm>

#include "dbt/graph.hpp"
#include "dbt/manifest_data.hpp"
#include "dbt/selection_engine.hpp"

namespace diffgate::dbt {

Selection select_nodes(const Manifest& base, const Manifest& head, const SelectionOptions& options) {
  const ManifestData& data = head.data();
  const Graph graph(data);
  MethodContext context(base.data(), data, options.state, options.files);
  SelectionEngine engine(graph, context);
  const NodeSet selected = engine.select(options.select, options.exclude, options.indirect);

  Selection selection;
  std::vector<NodeIndex> nodes;
  for (NodeIndex i = 0; i < selected.size(); ++i) {
    if (selected[i]) nodes.push_back(i);
  }
  std::sort(nodes.begin(), nodes.end(),
            [&](NodeIndex a, NodeIndex b) { return data.nodes[a].id < data.nodes[b].id; });
  for (const NodeIndex node : nodes) {
    selection.ids.emplace_back(std::string(data.nodes[node].id));
    if (options.explain) selection.change_words.push_back(context.explain(node));
  }
  if (context.has_compared_states()) selection.warnings = version_warnings(base, head);
  for (const auto* warnings : {&engine.warnings(), &context.state_warnings(), &data.warnings}) {
    selection.warnings.insert(selection.warnings.end(), warnings->begin(), warnings->end());
  }
  base.expect_unchanged();
  head.expect_unchanged();
  return selection;
}

std::optional<SelectorMistake> find_selector_mistake(const std::string& selector) {
  try {
    (void)parse_selector(selector, "", IndirectSelection::none, true);
    return std::nullopt;
  } catch (const SelectorError& error) {
    return SelectorMistake{error.column(), error.problem(), error.hint()};
  }
}

NodeLine describe(const Manifest& manifest, const UniqueId& id) {
  const ManifestData& data = manifest.data();
  NodeLine line;
  line.id = id;
  const auto index = data.find(id.value());
  if (!index) return line;
  const Node& node = data.nodes[*index];
  line.resource_type = name_of(node.type);
  line.name = text_of(data, node, Field::name);
  line.path = text_of(data, node, Field::original_file_path);
  if (node.type == ResourceType::source)
    line.name = text_of(data, node, Field::source_name) + "." + line.name;
  if (node.type == ResourceType::model) {
    const auto version = JsonReader().read(data.raw(node, Field::version));
    if (version) line.name += ".v" + version->scalar_text();
  }
  return line;
}

}  // namespace diffgate::dbt
