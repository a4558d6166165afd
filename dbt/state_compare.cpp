#include "dbt/state_compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <span>

#include "dbt/config_call.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMaximumWarnings = 50;

// What dbt compares of unrendered_config, by resource type.
enum class ConfigRule { none, all_but, only, rendered };

struct ConfigKeys {
  ConfigRule rule;
  std::span<const std::string_view> keys;
};

constexpr std::string_view kNotOfNodes[] = {"alias", "schema", "database", "tags", "group"};
constexpr std::string_view kNotOfMetrics[] = {"group"};
constexpr std::string_view kOfTests[] = {"severity",  "where",    "limit",          "fail_calc",
                                         "warn_if",   "error_if", "store_failures", "store_failures_as",
                                         "sql_header"};

ConfigKeys config_keys(ResourceType type) {
  switch (type) {
    case ResourceType::test:
      return {ConfigRule::only, kOfTests};
    case ResourceType::source:
    case ResourceType::exposure:
      return {ConfigRule::all_but, {}};
    case ResourceType::metric:
      return {ConfigRule::all_but, kNotOfMetrics};
    case ResourceType::semantic_model:
    case ResourceType::saved_query:
      return {ConfigRule::rendered, {}};
    case ResourceType::unit_test:
      return {ConfigRule::none, {}};
    case ResourceType::model:
    case ResourceType::analysis:
    case ResourceType::snapshot:
    case ResourceType::seed:
    case ResourceType::operation:
    case ResourceType::function:
    case ResourceType::other:
      return {ConfigRule::all_but, kNotOfNodes};
  }
  return {ConfigRule::all_but, kNotOfNodes};
}

bool counts(const ConfigKeys& keys, std::string_view key) {
  const bool named = std::find(keys.keys.begin(), keys.keys.end(), key) != keys.keys.end();
  return keys.rule == ConfigRule::only ? named : !named;
}

// In dbt's words a node: a model, test, seed and so on, or a function; these have a body, a relation, a
// contract.
bool is_node(ResourceType type) {
  switch (type) {
    case ResourceType::source:
    case ResourceType::exposure:
    case ResourceType::metric:
    case ResourceType::semantic_model:
    case ResourceType::saved_query:
    case ResourceType::unit_test:
      return false;
    case ResourceType::model:
    case ResourceType::analysis:
    case ResourceType::test:
    case ResourceType::snapshot:
    case ResourceType::seed:
    case ResourceType::operation:
    case ResourceType::function:
    case ResourceType::other:
      return true;
  }
  return true;
}

bool is_modified_when_new(ResourceType type) { return is_node(type) || type == ResourceType::unit_test; }

const JsonValue& null_value() {
  static const JsonValue value;
  return value;
}

const JsonValue& member(const JsonValue& object, std::string_view key) {
  const JsonValue* found = object.find(key);
  return found == nullptr ? null_value() : *found;
}

// Until 1.11 dbt stores an in-file config value that is no constant as a dump of Jinja's syntax tree.
bool is_syntax_tree(const JsonValue* value) {
  return value != nullptr && value->is_string() && value->string.starts_with("Keyword(");
}

std::set<std::string_view> keys_of(const JsonValue& a, const JsonValue& b) {
  std::set<std::string_view> keys;
  for (const auto& [key, value] : a.members) keys.insert(key);
  for (const auto& [key, value] : b.members) keys.insert(key);
  return keys;
}

bool has_unrendered_sources(const ManifestData& data) {
  return std::any_of(data.nodes.begin(), data.nodes.end(), [&](const Node& node) {
    return node.type == ResourceType::source &&
           (data.has(node, Field::unrendered_database) || data.has(node, Field::unrendered_schema));
  });
}

bool resolves_to_more_unrendered(const ManifestData& base, const ManifestData& head, MoreUnrendered setting) {
  if (setting != MoreUnrendered::automatic) return setting == MoreUnrendered::on;
  if (has_unrendered_sources(base) && has_unrendered_sources(head)) return true;
  return is_at_least(base.info.dbt_version, 1, 12) && is_at_least(head.info.dbt_version, 1, 12);
}

}  // namespace

bool resolves_to_more_unrendered(const Manifest& base, const Manifest& head, MoreUnrendered setting) {
  return resolves_to_more_unrendered(base.data(), head.data(), setting);
}

bool is_at_least(std::string_view dbt_version, int major, int minor) {
  int found[2] = {0, 0};
  const char* at = dbt_version.data();
  const char* const end = at + dbt_version.size();
  for (int& number : found) {
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return false;
    at = after;
    if (at != end && *at == '.') ++at;
  }
  // dbt Cloud's "versionless" releases are dates and say nothing of dbt-core's number.
  constexpr int kFirstYear = 2000;
  if (found[0] >= kFirstYear) return false;
  return found[0] != major ? found[0] > major : found[1] >= minor;
}

std::vector<StateChange> Changes::list() const {
  std::vector<StateChange> changes;
  for (const StateChange change :
       {StateChange::is_new, StateChange::body, StateChange::configs, StateChange::relation,
        StateChange::persisted_descriptions, StateChange::macros, StateChange::contract, StateChange::fqn,
        StateChange::ref, StateChange::contents}) {
    if (has(change)) changes.push_back(change);
  }
  return changes;
}

struct StateComparison::Pair {
  const Node& before;
  const Node& now;
};

StateComparison::StateComparison(const ManifestData& base, const ManifestData& head,
                                 const StateOptions& options)
    : base_(base),
      head_(head),
      more_unrendered_(resolves_to_more_unrendered(base, head, options.more_unrendered)),
      ignore_relation_only_(options.ignore_relation_only),
      spellings_differ_(is_at_least(base.info.dbt_version, 1, 12) !=
                        is_at_least(head.info.dbt_version, 1, 12)),
      macros_(base, head, options.ignore_builtin_macros) {}

std::vector<NodeChanges> StateComparison::compare_all() {
  std::vector<NodeChanges> result(head_.nodes.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (head_.nodes[i].enabled) result[i] = compare(head_.nodes[i]);
  }
  return result;
}

NodeChanges StateComparison::compare(const Node& node) {
  NodeChanges result;
  Changes& changes = result.changes;
  const ResourceType type = node.type;
  const auto note = [&changes](bool same, StateChange change) {
    if (!same) changes.add(change);
    return same;
  };

  const bool same_macros =
      note(type == ResourceType::source || !macros_.reach(node, reader_), StateChange::macros);
  const auto old = base_.find(node.id);
  if (!old) {
    changes.add(StateChange::is_new);
    if (is_node(type)) {
      changes.add(StateChange::body);
      changes.add(StateChange::persisted_descriptions);
      changes.add(StateChange::contract);
    }
    if (is_node(type) || type == ResourceType::source) changes.add(StateChange::relation);
    if (type != ResourceType::unit_test) changes.add(StateChange::configs);
    result.is_modified = is_modified_when_new(type) || !same_macros;
    return result;
  }

  const Pair pair{base_.nodes[*old], node};
  const bool same_configs = note(same_config(pair), StateChange::configs);
  bool same_contents = same_configs;
  if (is_node(type)) {
    const bool body = note(same_body(pair), StateChange::body);
    const bool relation = note(same_relation(pair), StateChange::relation);
    const bool descriptions = note(same_persisted_description(pair), StateChange::persisted_descriptions);
    const bool is_generic_test = type == ResourceType::test && head_.has(node, Field::test_metadata);
    if (!is_generic_test) same_contents = same_contents && body && relation && descriptions;
  }
  if (is_node(type) || type == ResourceType::source || type == ResourceType::exposure) {
    same_contents = note(same_value(pair, Field::fqn), StateChange::fqn) && same_contents;
  }
  if (type == ResourceType::source) {
    same_contents = note(same_relation(pair), StateChange::relation) && same_contents;
  }
  if (type == ResourceType::model) {
    same_contents = note(same_contract(pair), StateChange::contract) && same_contents;
    same_contents = note(same_ref(pair), StateChange::ref) && same_contents;
  }
  same_contents = note(same_other_contents(pair), StateChange::contents) && same_contents;
  result.is_modified = !same_contents || !same_macros;
  if (ignore_relation_only_ && changes == Changes(StateChange::relation)) result.is_modified = false;
  return result;
}

bool StateComparison::same_text(const Pair& pair, Field field) const {
  const std::string_view before = base_.raw(pair.before, field);
  const std::string_view now = head_.raw(pair.now, field);
  return before == now || decode_string(before) == decode_string(now);
}

bool StateComparison::same_value(const Pair& pair, Field field) {
  const std::string_view before = base_.raw(pair.before, field);
  const std::string_view now = head_.raw(pair.now, field);
  if (before == now) return true;
  if (before.empty() || now.empty()) return false;
  const auto a = reader_.read(before);
  const auto b = reader_.read(now);
  return a && b && python_equal(*a, *b);
}

bool StateComparison::same_typed(const Pair& pair, Field field) {
  const std::string_view before = base_.raw(pair.before, field);
  const std::string_view now = head_.raw(pair.now, field);
  if (before == now) return true;
  if (before.empty() || now.empty()) return false;
  const auto a = reader_.read(before);
  const auto b = reader_.read(now);
  return a && b && equal_but_for_nulls(*a, *b);
}

bool StateComparison::same_member(const Pair& pair, Field field, std::string_view key) {
  const std::string_view before = base_.raw(pair.before, field);
  const std::string_view now = head_.raw(pair.now, field);
  if (before == now) return true;
  const auto a = reader_.read(before);
  const auto b = reader_.read(now);
  return equal_but_for_nulls(a ? member(*a, key) : null_value(), b ? member(*b, key) : null_value());
}

bool StateComparison::same_body(const Pair& pair) {
  if (pair.now.type != ResourceType::seed) return same_text(pair, Field::raw_code);
  const auto before = reader_.read(base_.raw(pair.before, Field::checksum));
  const auto now = reader_.read(head_.raw(pair.now, Field::checksum));
  if (!before || !now) return false;
  const std::string name = member(*now, "name").string_or("none");
  return name != "none" && python_equal(member(*before, "name"), member(*now, "name")) &&
         python_equal(member(*before, "checksum"), member(*now, "checksum"));
}

bool StateComparison::same_config(const Pair& pair) {
  const ConfigKeys keys = config_keys(pair.now.type);
  if (keys.rule == ConfigRule::none) return true;
  if (keys.rule == ConfigRule::rendered) return same_rendered_config(pair);
  const std::string_view before = base_.raw(pair.before, Field::unrendered_config);
  const std::string_view now = head_.raw(pair.now, Field::unrendered_config);
  if (before == now) return true;
  // Missing counts as empty.
  const auto a = before.empty() ? JsonValue() : reader_.read(before);
  const auto b = now.empty() ? JsonValue() : reader_.read(now);
  if (!a || !b) return false;
  for (const std::string_view key : keys_of(*a, *b)) {
    if (!counts(keys, key)) continue;
    const JsonValue* left = a->find(key);
    const JsonValue* right = b->find(key);
    if (spellings_differ_ && (is_syntax_tree(left) != is_syntax_tree(right))) {
      const auto old_text = config_argument(text_of(base_, pair.before, Field::raw_code), key);
      const auto new_text = config_argument(text_of(head_, pair.now, Field::raw_code), key);
      if (old_text && new_text && *old_text != *new_text) return false;
      if ((!old_text || !new_text) && warnings_.size() < kMaximumWarnings) {
        warnings_.push_back(fmt::format("{}: the config '{}' can't be compared between dbt {} and {}",
                                        pair.now.id, key, base_.info.dbt_version, head_.info.dbt_version));
      }
      continue;
    }
    if (left == nullptr || right == nullptr || !python_equal(*left, *right)) return false;
  }
  return true;
}

bool StateComparison::same_rendered_config(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::config);
  const std::string_view now = head_.raw(pair.now, Field::config);
  if (before == now) return true;
  const auto a = before.empty() ? JsonValue() : reader_.read(before);
  const auto b = now.empty() ? JsonValue() : reader_.read(now);
  if (!a || !b) return false;
  for (const std::string_view key : keys_of(*a, *b)) {
    const JsonValue& left = member(*a, key);
    const JsonValue& right = member(*b, key);
    // A key that an older dbt did not write has its default.
    if (a->find(key) == nullptr && (!right.is_truthy() || key == "enabled")) continue;
    if (b->find(key) == nullptr && (!left.is_truthy() || key == "enabled")) continue;
    if (!equal_but_for_nulls(left, right)) return false;
  }
  return true;
}

bool StateComparison::same_relation(const Pair& pair) {
  if (pair.now.type == ResourceType::source) {
    const bool same_place =
        more_unrendered_
            ? same_value(pair, Field::unrendered_database) && same_value(pair, Field::unrendered_schema)
            : same_value(pair, Field::database) && same_value(pair, Field::schema);
    return same_place && same_value(pair, Field::identifier);
  }
  const std::string_view before = base_.raw(pair.before, Field::unrendered_config);
  const std::string_view now = head_.raw(pair.now, Field::unrendered_config);
  if (before == now) return true;
  const auto a = before.empty() ? JsonValue() : reader_.read(before);
  const auto b = now.empty() ? JsonValue() : reader_.read(now);
  if (!a || !b) return false;
  for (const std::string_view key : {"database", "schema", "alias"}) {
    if (spellings_differ_ && is_syntax_tree(a->find(key)) != is_syntax_tree(b->find(key))) {
      const auto old_text = config_argument(text_of(base_, pair.before, Field::raw_code), key);
      const auto new_text = config_argument(text_of(head_, pair.now, Field::raw_code), key);
      if (old_text && new_text && *old_text != *new_text) return false;
      continue;
    }
    if (!python_equal(member(*a, key), member(*b, key))) return false;
  }
  return true;
}

bool StateComparison::same_persisted_description(const Pair& pair) {
  const bool same_description = same_text(pair, Field::description);
  const bool same_columns = base_.raw(pair.before, Field::columns) == head_.raw(pair.now, Field::columns) ||
                            same_column_descriptions(pair);
  if (same_description && same_columns) return true;
  const auto config = reader_.read(head_.raw(pair.now, Field::config));
  if (!config) return true;
  const JsonValue& persist = member(*config, "persist_docs");
  return (same_description || !member(persist, "relation").is_truthy()) &&
         (same_columns || !member(persist, "columns").is_truthy());
}

bool StateComparison::same_column_descriptions(const Pair& pair) {
  const auto descriptions = [this](std::string_view raw) {
    JsonValue texts;
    texts.kind = JsonValue::Kind::object;
    const auto columns = reader_.read(raw);
    if (!columns) return texts;
    for (const auto& [name, column] : columns->members) {
      JsonValue text;
      text.kind = JsonValue::Kind::string;
      text.string = member(column, "description").string_or({});
      texts.members.push_back({name, std::move(text)});
    }
    return texts;
  };
  return python_equal(descriptions(base_.raw(pair.before, Field::columns)),
                      descriptions(head_.raw(pair.now, Field::columns)));
}

bool StateComparison::same_contract(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::contract);
  const std::string_view now = head_.raw(pair.now, Field::contract);
  if (before == now) return true;
  const auto a = before.empty() ? JsonValue() : reader_.read(before);
  const auto b = now.empty() ? JsonValue() : reader_.read(now);
  if (!a || !b) return false;
  const bool was_enforced = member(*a, "enforced").is_true();
  const bool is_enforced = member(*b, "enforced").is_true();
  if (!was_enforced && !is_enforced) return true;
  return was_enforced == is_enforced && python_equal(member(*a, "checksum"), member(*b, "checksum"));
}

bool StateComparison::same_ref(const Pair& pair) {
  const auto access = [](const ManifestData& data, const Node& node) {
    return data.has(node, Field::access) ? text_of(data, node, Field::access) : std::string("protected");
  };
  return same_value(pair, Field::latest_version) && same_value(pair, Field::deprecation_date) &&
         access(base_, pair.before) == access(head_, pair.now);
}

bool StateComparison::same_other_contents(const Pair& pair) {
  const auto all_same = [&](std::initializer_list<Field> fields) {
    return std::all_of(fields.begin(), fields.end(), [&](Field field) { return same_typed(pair, field); });
  };
  switch (pair.now.type) {
    case ResourceType::source:
      return all_same({Field::quoting, Field::freshness, Field::loaded_at_field, Field::external});
    case ResourceType::exposure:
      return all_same({Field::type, Field::owner, Field::maturity, Field::url, Field::label}) &&
             same_text(pair, Field::description) && same_depends_on(pair);
    case ResourceType::metric:
      return all_same({Field::type, Field::label}) && same_text(pair, Field::description);
    case ResourceType::semantic_model:
      return all_same({Field::model, Field::description, Field::defaults, Field::entities, Field::dimensions,
                       Field::measures, Field::primary_entity, Field::group});
    case ResourceType::saved_query:
      return all_same({Field::description, Field::label, Field::group, Field::tags}) &&
             same_member(pair, Field::query_params, "metrics") &&
             same_member(pair, Field::query_params, "group_by") &&
             same_member(pair, Field::query_params, "where") && same_exports(pair);
    case ResourceType::unit_test:
      return same_value(pair, Field::checksum);
    case ResourceType::function:
      return all_same({Field::arguments, Field::returns}) && same_overloads(pair);
    case ResourceType::model:
    case ResourceType::analysis:
    case ResourceType::test:
    case ResourceType::snapshot:
    case ResourceType::seed:
    case ResourceType::operation:
    case ResourceType::other:
      return true;
  }
  return true;
}

bool StateComparison::same_exports(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::exports);
  const std::string_view now = head_.raw(pair.now, Field::exports);
  if (before == now) return true;
  const auto a = reader_.read(before).value_or(JsonValue());
  const auto b = reader_.read(now).value_or(JsonValue());
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!python_equal(member(a.items[i], "name"), member(b.items[i], "name"))) return false;
    const JsonValue& of_a = member(a.items[i], "unrendered_config");
    const JsonValue& of_b = member(b.items[i], "unrendered_config");
    for (const std::string_view key : {"export_as", "schema", "alias"}) {
      if (!python_equal(member(of_a, key), member(of_b, key))) return false;
    }
  }
  return true;
}

bool StateComparison::same_overloads(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::overloads);
  const std::string_view now = head_.raw(pair.now, Field::overloads);
  if (before == now) return true;
  const auto a = reader_.read(before).value_or(JsonValue());
  const auto b = reader_.read(now).value_or(JsonValue());
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    for (const std::string_view key : {"defined_in", "arguments", "returns", "raw_body"}) {
      if (!equal_but_for_nulls(member(a.items[i], key), member(b.items[i], key))) return false;
    }
  }
  return true;
}

bool StateComparison::same_depends_on(const Pair& pair) {
  const auto ids = [this](std::string_view raw) {
    const auto list = reader_.read(raw);
    const std::vector<std::string> strings = list ? list->strings() : std::vector<std::string>();
    return std::set<std::string>(strings.begin(), strings.end());
  };
  const std::string_view before = base_.raw(pair.before, Field::depends_on_nodes);
  const std::string_view now = head_.raw(pair.now, Field::depends_on_nodes);
  return before == now || ids(before) == ids(now);
}

}  // namespace diffgate::dbt
