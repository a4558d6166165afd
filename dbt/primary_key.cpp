#include "dbt/primary_key.hpp"

#include <algorithm>

#include "dbt/key_finder.hpp"
#include "dbt/relation_name.hpp"

namespace diffgate::dbt {
namespace {

struct SourceName {
  KeySource source;
  std::string_view name;
  std::string_view words;
};

constexpr SourceName kSources[] = {
    {KeySource::model_yaml, "model_yaml", "primary_key in the model's YAML"},
    {KeySource::model_meta, "model_meta", "the model's meta"},
    {KeySource::column_meta, "column_meta", "a column's meta"},
    {KeySource::column_tag, "column_tag", "a column's tag"},
    {KeySource::unique_combination_test, "unique_combination_test", "a unique_combination_of_columns test"},
    {KeySource::unique_test, "unique_test", "a unique test"},
    {KeySource::unique_key_config, "unique_key_config", "the unique_key config"},
    {KeySource::constraint, "constraint", "a primary_key constraint"},
    {KeySource::name_guess, "name_guess", "a guess from the column's name"},
    {KeySource::given, "given", "whoever asked for the comparison"},
    {KeySource::none, "none", "nothing: no key was found"},
};

const SourceName& entry_of(KeySource source) {
  return *std::find_if(std::begin(kSources), std::end(kSources),
                       [&](const SourceName& entry) { return entry.source == source; });
}

bool is_diffable(const ManifestData& data, const Node& node, JsonReader& reader) {
  if (!node.enabled) return false;
  if (node.type == ResourceType::seed || node.type == ResourceType::snapshot) return true;
  return node.type == ResourceType::model &&
         config_of(data, node, "materialized", reader).string_or({}) != "ephemeral";
}

}  // namespace

std::string_view name_of(KeySource source) { return entry_of(source).name; }

std::string_view words_for(KeySource source) { return entry_of(source).words; }

PrimaryKey primary_key_of(const Manifest& manifest, const UniqueId& id, std::string_view tag) {
  const auto index = manifest.data().find(id.value());
  if (!index) return {};
  const Graph graph(manifest.data());
  return KeyFinder(manifest.data(), graph, tag).find(*index);
}

std::vector<KeyAuditLine> audit_primary_keys(const Manifest& manifest, std::string_view tag) {
  const ManifestData& data = manifest.data();
  const Graph graph(data);
  KeyFinder finder(data, graph, tag);
  JsonReader reader;
  std::vector<KeyAuditLine> lines;
  for (NodeIndex i = 0; i < data.nodes.size(); ++i) {
    const Node& node = data.nodes[i];
    if (!is_diffable(data, node, reader)) continue;
    lines.push_back({UniqueId(std::string(node.id)), text_of(data, node, Field::name),
                     relation_of(data, node, reader), finder.find(i),
                     text_of(data, node, Field::original_file_path), yaml_file_of(data, node)});
  }
  std::sort(lines.begin(), lines.end(),
            [](const KeyAuditLine& a, const KeyAuditLine& b) { return a.id < b.id; });
  manifest.expect_unchanged();
  return lines;
}

}  // namespace diffgate::dbt
