#pragma once

// What a project says about a node and its columns beside SQL: meta and tags, which dbt keeps in two places.

#include <string>
#include <string_view>
#include <vector>

#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

struct Column {
  std::string name;
  JsonValue meta;  // config.meta over meta
  std::vector<std::string> tags;
  std::vector<std::string> constraints;  // their types: "not_null", "primary_key"
};

// config.meta over meta, key by key: up to dbt 1.10 both are written, Fusion writes config alone. Always an
// object.
JsonValue meta_of(const ManifestData& data, const Node& node, JsonReader& reader);

// Both places, without repeats.
std::vector<std::string> tags_of(const ManifestData& data, const Node& node, JsonReader& reader);

// The documented columns, in the order of the file.
std::vector<Column> columns_of(const ManifestData& data, const Node& node, JsonReader& reader);

// config.<key> of the rendered config; null if it is not there.
JsonValue config_of(const ManifestData& data, const Node& node, std::string_view key, JsonReader& reader);

// The YAML file that documents the node: patch_path without "package://".
std::string yaml_file_of(const ManifestData& data, const Node& node);

}  // namespace diffgate::dbt
