#include "dbt/wanted_keys.hpp"

#include <array>
#include <vector>

namespace diffgate::dbt {
namespace {

constexpr Wanted kWanted[] = {
    {"name", Field::name, Expected::string},
    {"package_name", Field::package_name, Expected::string},
    {"original_file_path", Field::original_file_path, Expected::string},
    {"patch_path", Field::patch_path, Expected::string},
    {"fqn", Field::fqn, Expected::list},
    {"tags", Field::tags, Expected::any},
    {"meta", Field::meta, Expected::object},
    {"description", Field::description, Expected::string},
    {"config", Field::config, Expected::object},
    {"unrendered_config", Field::unrendered_config, Expected::object},
    {"raw_code", Field::raw_code, Expected::string},
    {"raw_sql", Field::raw_code, Expected::string},  // until v6
    {"checksum", Field::checksum, Expected::any},    // an object; of unit tests a string
    {"columns", Field::columns, Expected::object},
    {"constraints", Field::constraints, Expected::list},
    {"contract", Field::contract, Expected::object},
    {"access", Field::access, Expected::string},
    {"group", Field::group, Expected::string},
    {"latest_version", Field::latest_version, Expected::any},
    {"version", Field::version, Expected::any},
    {"deprecation_date", Field::deprecation_date, Expected::any},
    {"database", Field::database, Expected::string},
    {"schema", Field::schema, Expected::string},
    {"alias", Field::alias, Expected::string},
    {"relation_name", Field::relation_name, Expected::string},
    {"test_metadata", Field::test_metadata, Expected::object},
    {"column_name", Field::column_name, Expected::string},
    {"attached_node", Field::attached_node, Expected::string},
    {"source_name", Field::source_name, Expected::string},
    {"identifier", Field::identifier, Expected::string},
    {"quoting", Field::quoting, Expected::object},
    {"freshness", Field::freshness, Expected::any},
    {"loaded_at_field", Field::loaded_at_field, Expected::string},
    {"external", Field::external, Expected::any},
    {"unrendered_database", Field::unrendered_database, Expected::any},
    {"unrendered_schema", Field::unrendered_schema, Expected::any},
    {"type", Field::type, Expected::any},
    {"owner", Field::owner, Expected::any},
    {"maturity", Field::maturity, Expected::any},
    {"url", Field::url, Expected::any},
    {"label", Field::label, Expected::any},
    {"model", Field::model, Expected::any},
    {"defaults", Field::defaults, Expected::any},
    {"entities", Field::entities, Expected::any},
    {"dimensions", Field::dimensions, Expected::any},
    {"measures", Field::measures, Expected::any},
    {"primary_entity", Field::primary_entity, Expected::any},
    {"query_params", Field::query_params, Expected::any},
    {"exports", Field::exports, Expected::any},
    {"arguments", Field::arguments, Expected::any},
    {"returns", Field::returns, Expected::any},
    {"overloads", Field::overloads, Expected::any},
};

// Finds a wanted key. By length first: a few comparisons, which is cheaper than a hash for a million keys a
// file.
class WantedKeys {
 public:
  WantedKeys() {
    for (const Wanted& wanted : kWanted) by_length_[wanted.key.size()].push_back(&wanted);
  }

  const Wanted* find(std::string_view key) const {
    if (key.size() >= by_length_.size()) return nullptr;
    for (const Wanted* wanted : by_length_[key.size()]) {
      if (wanted->key == key) return wanted;
    }
    return nullptr;
  }

 private:
  std::array<std::vector<const Wanted*>, 24> by_length_;
};

}  // namespace

const Wanted* find_wanted(std::string_view key) {
  static const WantedKeys keys;
  return keys.find(key);
}

bool is_kind(char first, Expected expected) {
  switch (expected) {
    case Expected::any:
      return true;
    case Expected::string:
      return first == '"';
    case Expected::list:
      return first == '[';
    case Expected::object:
      return first == '{';
  }
  return true;
}

std::string_view kind_in_words(char first) {
  switch (first) {
    case '{':
      return "an object";
    case '[':
      return "a list";
    case '"':
      return "a string";
    case 't':
    case 'f':
      return "true or false";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

}  // namespace diffgate::dbt
