#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dbt/manifest.hpp"

namespace diffgate::dbt {

// Where a model's key was found, in the order in which it is looked for.
enum class KeySource {
  model_yaml,  // meta.diffgate.primary_key
  model_meta,  // meta under the tag name
  column_meta,
  column_tag,
  unique_combination_test,  // dbt_utils.unique_combination_of_columns
  unique_test,
  unique_key_config,
  constraint,
  name_guess,
  given,  // not found: whoever asked for the comparison said it
  none,
};
std::string_view name_of(KeySource source);    // "unique_test": for JSON
std::string_view words_for(KeySource source);  // "a unique test": for people

struct PrimaryKey {
  std::vector<std::string> columns;  // as written in the dbt project; empty if none
  KeySource source = KeySource::none;
  std::vector<std::string> notes;  // "unique but nullable", "another candidate: …"
};

// `tag` is the rule `primary_key_tag`.
PrimaryKey primary_key_of(const Manifest& manifest, const UniqueId& id, std::string_view tag);

// One line of `check-primary-keys`.
struct KeyAuditLine {
  UniqueId id;
  std::string name;
  std::string relation;  // relation_name, or ""
  PrimaryKey key;
  std::string sql_file;   // original_file_path
  std::string yaml_file;  // from patch_path
};
// Every diffable model, seed and snapshot, sorted by id.
std::vector<KeyAuditLine> audit_primary_keys(const Manifest& manifest, std::string_view tag);

}  // namespace diffgate::dbt
