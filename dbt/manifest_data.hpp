#pragma once

// What is kept of a manifest: for each node the text of the values that are wanted.
//
// Most values are only compared with the same value of another manifest, and two JSON texts that are the same
// bytes are the same value. So the parser keeps slices of raw JSON and decodes nothing; whoever finds two
// slices that differ decodes both (json_value.hpp), which is rare.

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dbt/manifest.hpp"
#include "dbt/manifest_text.hpp"

namespace diffgate::dbt {

enum class ResourceType : std::uint8_t {
  model,
  analysis,
  test,
  snapshot,
  seed,
  operation,
  source,
  exposure,
  metric,
  semantic_model,
  saved_query,
  unit_test,
  function,
  other,  // sql operations, rpc nodes, and what a later dbt may add
};
std::string_view name_of(ResourceType type);

// The wanted keys of all resource types. A key of the manifest means the same everywhere except that
// `config`, `unrendered_config` and a few more are read further (Field::depends_on_nodes is
// depends_on.nodes).
enum class Field : std::uint8_t {
  name,
  package_name,
  original_file_path,
  patch_path,
  fqn,
  tags,
  meta,
  description,
  config,
  unrendered_config,
  raw_code,
  checksum,
  columns,
  constraints,
  contract,
  access,
  group,
  latest_version,
  version,
  deprecation_date,
  database,
  schema,
  alias,
  relation_name,
  depends_on_nodes,
  depends_on_macros,
  test_metadata,
  column_name,
  attached_node,
  source_name,
  identifier,
  quoting,
  freshness,
  loaded_at_field,
  external,
  unrendered_database,
  unrendered_schema,
  type,
  owner,
  maturity,
  url,
  label,
  model,
  defaults,
  entities,
  dimensions,
  measures,
  primary_entity,
  query_params,
  exports,
  arguments,
  returns,
  overloads,
  count_,
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::count_);

using NodeIndex = std::uint32_t;
using MacroIndex = std::uint32_t;

struct Node {
  std::string_view id;
  std::uint64_t present = 0;      // bit f: the field f is in the text and not null
  std::uint32_t first_slice = 0;  // of the present fields, in the order of the enum
  ResourceType type = ResourceType::other;
  bool enabled = true;  // config.enabled; a node that is not enabled is no member of the graph
};

struct Macro {
  std::string_view id;
  std::string_view sql;                // raw JSON
  std::string_view depends_on_macros;  // raw JSON
};

struct ManifestData {
  using Index = boost::unordered_flat_map<std::string_view, std::uint32_t, std::hash<std::string_view>>;

  explicit ManifestData(ManifestText manifest_text) : text(std::move(manifest_text)) {}

  ManifestText text;
  std::string name;  // what errors call it
  ManifestInfo info;
  std::string project_id;                // md5 of the project name; older manifests have no project_name
  std::vector<Node> nodes;               // of all resource types, in the order of the file
  std::vector<std::string_view> slices;  // raw JSON, of all nodes
  std::vector<Macro> macros;
  Index node_index;  // by unique id
  Index macro_index;
  std::vector<std::string_view> disabled;  // ids, sorted
  std::string_view selectors;              // raw JSON
  std::vector<std::string> warnings;       // values of a wrong type, bounded
  std::deque<std::string> unescaped;       // ids that the text spells with escapes

  // The raw JSON of a field; empty if it is missing or null.
  std::string_view raw(const Node& node, Field field) const;

  bool has(const Node& node, Field field) const { return !raw(node, field).empty(); }

  // See Manifest::expect_unchanged.
  void expect_unchanged() const;

  std::optional<NodeIndex> find(std::string_view id) const;
  bool is_disabled(std::string_view id) const;
};

// A string field, decoded; empty if it is missing, null or no string.
std::string text_of(const ManifestData& data, const Node& node, Field field);

// The string's own bytes if the text spells it without escapes, else nullopt.
std::optional<std::string_view> plain_string(std::string_view raw);

// Decodes one JSON string, quotes included; empty if it is none.
std::string decode_string(std::string_view raw);

}  // namespace diffgate::dbt
