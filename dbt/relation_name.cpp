#include "dbt/relation_name.hpp"

#include <string_view>

#include "dbt/node_meta.hpp"

namespace diffgate::dbt {
namespace {

struct Quoting {
  std::string_view adapter;
  char quote;
  bool by_default;    // what the adapter does without a word in config.quoting
  bool has_database;  // whether its relations have three parts
};

constexpr Quoting kQuoting[] = {
    {"bigquery", '`', true, true},   {"databricks", '`', true, true}, {"spark", '`', true, false},
    {"mysql", '`', true, false},     {"mariadb", '`', true, false},   {"clickhouse", '`', true, false},
    {"snowflake", '"', false, true},
};
constexpr Quoting kOther{"", '"', true, true};

const Quoting& quoting_of(std::string_view adapter) {
  for (const Quoting& each : kQuoting) {
    if (each.adapter == adapter) return each;
  }
  return kOther;
}

std::string quoted(std::string_view name, char quote) {
  std::string text(1, quote);
  for (const char c : name) {
    if (c == quote) text += quote;
    text += c;
  }
  return text + quote;
}

std::string composed(const ManifestData& data, const Node& node, JsonReader& reader) {
  const std::string name = text_of(data, node, data.has(node, Field::alias) ? Field::alias : Field::name);
  const std::string schema = text_of(data, node, Field::schema);
  if (name.empty() || schema.empty()) return {};
  const Quoting& adapter = quoting_of(data.info.adapter_type);
  const JsonValue chosen = config_of(data, node, "quoting", reader);
  std::string relation;
  const auto add = [&](std::string_view part, std::string_view name_of_part) {
    const JsonValue* const own = chosen.find(name_of_part);
    const bool is_quoted =
        own != nullptr && own->kind == JsonValue::Kind::boolean ? own->is_true() : adapter.by_default;
    if (!relation.empty()) relation += '.';
    relation += is_quoted ? quoted(part, adapter.quote) : std::string(part);
  };
  const std::string database = text_of(data, node, Field::database);
  if (adapter.has_database && !database.empty()) add(database, "database");
  add(schema, "schema");
  add(name, "identifier");
  return relation;
}

}  // namespace

std::string relation_of(const ManifestData& data, const Node& node, JsonReader& reader) {
  std::string relation = text_of(data, node, Field::relation_name);
  if (!relation.empty()) return relation;
  const bool has_table = node.type == ResourceType::seed || node.type == ResourceType::snapshot ||
                         (node.type == ResourceType::model &&
                          config_of(data, node, "materialized", reader).string_or({}) != "ephemeral");
  return has_table ? composed(data, node, reader) : std::string();
}

}  // namespace diffgate::dbt
