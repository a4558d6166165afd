#include "dbt/node_meta.hpp"

#include <unordered_set>
#include <utility>

namespace diffgate::dbt {
namespace {

JsonValue merged(const JsonValue* under, const JsonValue* over) {
  JsonValue result;
  result.kind = JsonValue::Kind::object;
  if (under != nullptr) result.members = under->members;
  // A later member of the same name counts, so appending is enough (JsonValue::find).
  if (over != nullptr)
    result.members.insert(result.members.end(), over->members.begin(), over->members.end());
  return result;
}

// Each once, in the order in which they come.
class TagList {
 public:
  void add(const JsonValue* tags) {
    if (tags == nullptr) return;
    for (std::string& tag : tags->strings()) {
      if (seen_.insert(tag).second) tags_.push_back(std::move(tag));
    }
  }

  std::vector<std::string> take() { return std::move(tags_); }

 private:
  std::vector<std::string> tags_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

JsonValue meta_of(const ManifestData& data, const Node& node, JsonReader& reader) {
  const auto meta = reader.read(data.raw(node, Field::meta));
  const JsonValue config_meta = config_of(data, node, "meta", reader);
  return merged(meta ? &*meta : nullptr, &config_meta);
}

std::vector<std::string> tags_of(const ManifestData& data, const Node& node, JsonReader& reader) {
  TagList tags;
  if (const auto own = reader.read(data.raw(node, Field::tags))) tags.add(&*own);
  const JsonValue in_config = config_of(data, node, "tags", reader);
  tags.add(&in_config);
  return tags.take();
}

std::vector<Column> columns_of(const ManifestData& data, const Node& node, JsonReader& reader) {
  std::vector<Column> columns;
  const auto value = reader.read(data.raw(node, Field::columns));
  if (!value) return columns;
  for (const auto& [key, entry] : value->members) {
    Column column;
    const JsonValue* name = entry.find("name");
    column.name = name != nullptr && name->is_string() && !name->string.empty() ? name->string : key;
    const JsonValue* config = entry.find("config");
    column.meta = merged(entry.find("meta"), config == nullptr ? nullptr : config->find("meta"));
    TagList tags;
    tags.add(entry.find("tags"));
    if (config != nullptr) tags.add(config->find("tags"));
    column.tags = tags.take();
    if (const JsonValue* constraints = entry.find("constraints")) {
      for (const JsonValue& constraint : constraints->items) {
        if (const JsonValue* type = constraint.find("type"))
          column.constraints.push_back(type->string_or({}));
      }
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

JsonValue config_of(const ManifestData& data, const Node& node, std::string_view key, JsonReader& reader) {
  const auto config = reader.read(data.raw(node, Field::config));
  const JsonValue* value = config ? config->find(key) : nullptr;
  return value == nullptr ? JsonValue() : *value;
}

std::string yaml_file_of(const ManifestData& data, const Node& node) {
  const std::string path = text_of(data, node, Field::patch_path);
  const std::size_t scheme = path.find("://");
  return scheme == std::string::npos ? path : path.substr(scheme + 3);
}

}  // namespace diffgate::dbt
