// What `state:modified.configs` and `.relation` compare: unrendered_config, key by key.
//
// dbt stores there what the project says before Jinja runs, and how it writes that down depends on its
// version: until 1.11 a value of a config() call that is no constant is a dump of Jinja's syntax tree
// ("Keyword(key=…"), from 1.12 on it is text. So dbt 1.12 reads the config() calls of an older manifest anew
// (dbt-core, core/dbt/artifacts/schemas/upgrades/upgrade_manifest_dbt_version.py). dbt 2 writes text, too,
// but spells it as the author did, and leaves out what it holds to be empty.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <span>

#include "dbt/config_call.hpp"
#include "dbt/state_compare.hpp"

namespace diffgate::dbt {
namespace {

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
constexpr std::string_view kRelationKeys[] = {"database", "schema", "alias"};
constexpr const char* kUnreadable = "(unreadable)";

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

bool is_syntax_tree(const JsonValue* value) {
  return value != nullptr && value->is_string() && value->string.starts_with("Keyword(");
}

// What dbt 1.12 can't write as text becomes a dump still: "Filter(node=…".
bool has_dump(std::string_view text) {
  const std::size_t open = text.find('(');
  return open != std::string_view::npos && open > 0 && text[0] >= 'A' && text[0] <= 'Z' &&
         text.find('=', open) != std::string_view::npos;
}

std::set<std::string> keys_of(const JsonValue& a, const JsonValue& b) {
  std::set<std::string> keys;
  for (const auto& [key, value] : a.members) keys.insert(key);
  for (const auto& [key, value] : b.members) keys.insert(key);
  return keys;
}

std::optional<std::string_view> argument_of(const ConfigCall& call, std::string_view key) {
  for (const ConfigArgument& argument : call.arguments) {
    if (argument.key == key) return argument.text;
  }
  return std::nullopt;
}

// A value as Jinja would write it, for the comparison of a value with a text.
std::string expression_of(const JsonValue& value) {
  return value.is_string() ? value.string : canonical_text(value);
}

bool is_nothing(const JsonValue* value) {
  if (value == nullptr || value->is_null()) return true;
  return (value->is_string() && value->string.empty()) || (value->is_list() && value->items.empty()) ||
         (value->is_object() && value->members.empty());
}

// "warn" and "WARN"
bool same_severity(const JsonValue& a, const JsonValue& b) {
  const auto lower = [](const JsonValue& value) {
    std::string text = value.string_or({});
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  };
  return lower(a) == lower(b);
}

const JsonValue* find_spelled(const JsonValue& object, std::string_view key) {
  if (const JsonValue* const found = object.find(key); found != nullptr) return found;
  if (key == "pre-hook") return object.find("pre_hook");
  if (key == "post-hook") return object.find("post_hook");
  if (key == "pre_hook") return object.find("pre-hook");
  return key == "post_hook" ? object.find("post-hook") : nullptr;
}

}  // namespace

bool StateComparison::same_config(const Pair& pair) {
  const ConfigKeys keys = config_keys(pair.now.type);
  if (keys.rule == ConfigRule::none) return true;
  if (keys.rule == ConfigRule::rendered) return same_rendered_config(pair);
  if (!differing_configs(pair, true).empty()) return false;
  return pair.now.type != ResourceType::test || same_rendered_test_config(pair);
}

// dbt 2 leaves unrendered_config of generic tests empty.
bool StateComparison::same_rendered_test_config(const Pair& pair) {
  if (!is_at_least(base_.info.dbt_version, 2, 0) || !is_at_least(head_.info.dbt_version, 2, 0)) return true;
  const JsonValue a = read(base_.raw(pair.before, Field::config));
  const JsonValue b = read(head_.raw(pair.now, Field::config));
  return std::all_of(std::begin(kOfTests), std::end(kOfTests), [&](std::string_view key) {
    const JsonValue* const left = a.find(key);
    const JsonValue* const right = b.find(key);
    return (is_nothing(left) && is_nothing(right)) ||
           (left != nullptr && right != nullptr && equal_but_for_nulls(*left, *right));
  });
}

std::vector<std::string> StateComparison::differing_configs(const Pair& pair, bool first_only) {
  const ConfigKeys keys = config_keys(pair.now.type);
  const std::string_view before = base_.raw(pair.before, Field::unrendered_config);
  const std::string_view now = head_.raw(pair.now, Field::unrendered_config);
  if (before == now && !(is_rebuilt(pair) && !old_call(pair).arguments.empty())) return {};
  // Missing counts as empty.
  const JsonValue a = read(before);
  const JsonValue b = read(now);
  if (a.is_string() || b.is_string()) return {kUnreadable};
  std::set<std::string> all = keys_of(a, b);
  if (is_rebuilt(pair)) {
    for (const ConfigArgument& argument : old_call(pair).arguments) all.emplace(argument.key);
  }
  const auto value = [this](const JsonValue& object, const std::string& key) {
    return writers_ == Writers::engines ? find_spelled(object, key) : object.find(key);
  };
  std::vector<std::string> differing;
  for (const std::string& key : all) {
    if (!counts(keys, key) || same_config_value(pair, key, value(a, key), value(b, key))) continue;
    differing.push_back(key);
    if (first_only) break;
  }
  return differing;
}

bool StateComparison::same_relation(const Pair& pair) {
  if (pair.now.type != ResourceType::source) return differing_relation_keys(pair).empty();
  const bool same_place =
      more_unrendered_
          ? same_value(pair, Field::unrendered_database) && same_value(pair, Field::unrendered_schema)
          : same_value(pair, Field::database) && same_value(pair, Field::schema);
  return same_place && same_value(pair, Field::identifier);
}

std::vector<std::string> StateComparison::differing_relation_keys(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::unrendered_config);
  const std::string_view now = head_.raw(pair.now, Field::unrendered_config);
  if (before == now && !(is_rebuilt(pair) && !old_call(pair).arguments.empty())) return {};
  const JsonValue a = read(before);
  const JsonValue b = read(now);
  if (a.is_string() || b.is_string()) return {kUnreadable};
  std::vector<std::string> differing;
  for (const std::string_view key : kRelationKeys) {
    const JsonValue* const left = a.find(key);
    const JsonValue* const right = b.find(key);
    // A key that is missing and one that is null are the same here, as nowhere else.
    if ((left == nullptr || left->is_null()) && (right == nullptr || right->is_null()) && !is_rebuilt(pair))
      continue;
    // dbt 1.x cuts a test's long name and writes the short one down as its alias.
    if (writers_ == Writers::engines && key == "alias" && pair.now.type == ResourceType::test) continue;
    if (!same_config_value(pair, key, left, right)) differing.emplace_back(key);
  }
  return differing;
}

const ConfigCall& StateComparison::old_call(const Pair& pair) {
  return read_call(base_, pair.before, old_call_);
}

const ConfigCall& StateComparison::new_call(const Pair& pair) {
  return read_call(head_, pair.now, new_call_);
}

// Kept for the next question, which is mostly about the same node.
const ConfigCall& StateComparison::read_call(const ManifestData& data, const Node& node, ConfigCall& kept) {
  if (kept.node == &node) return kept;
  kept.node = &node;
  kept.arguments.clear();
  kept.code.clear();
  const std::string_view raw = data.raw(node, Field::raw_code);
  if (raw.find("config") == std::string_view::npos) return kept;
  kept.code = decode_string(raw);
  kept.arguments = config_arguments(kept.code);
  return kept;
}

// dbt leaves out nodes without code or without any config, and the tests that it parses without Jinja.
bool StateComparison::is_rebuilt(const Pair& pair) const {
  if (writers_ != Writers::upgraded) return false;
  const ResourceType type = pair.before.type;
  if (type == ResourceType::source || type == ResourceType::exposure || type == ResourceType::metric ||
      type == ResourceType::function)
    return false;
  if (base_.raw(pair.before, Field::unrendered_config).size() <= 2) return false;
  if (type != ResourceType::test) return true;
  const std::string_view macros = base_.raw(pair.before, Field::depends_on_macros);
  const bool is_one = macros.find(',') == std::string_view::npos;
  return !is_one || (macros.find("\"macro.dbt.test_not_null\"") == std::string_view::npos &&
                     macros.find("\"macro.dbt.test_unique\"") == std::string_view::npos);
}

bool StateComparison::same_config_value(const Pair& pair, std::string_view key, const JsonValue* before,
                                        const JsonValue* now) {
  if (writers_ == Writers::engines) return same_across_engines(pair, key, before, now);
  const bool same_as_is = before != nullptr && now != nullptr && python_equal(*before, *now);
  if (is_rebuilt(pair)) {
    const auto old_text = argument_of(old_call(pair), key);
    if (old_text) {
      if (now == nullptr) return false;
      if (const auto constant = string_constant(*old_text))
        return now->is_string() && *constant == now->string;
      if (now->is_string() && same_expression(*old_text, now->string)) return true;
      // Not written as text: the head was parsed with the flag off, or by a dbt that dumps such expressions.
      const auto new_text = argument_of(new_call(pair), key);
      const bool is_text = now->is_string() && !has_dump(now->string);
      return !is_text && new_text && same_expression(*old_text, *new_text);
    }
  }
  if (same_as_is) return true;
  if (writers_ == Writers::dumps && is_syntax_tree(before) != is_syntax_tree(now)) {
    const auto old_text = argument_of(old_call(pair), key);
    const auto new_text = argument_of(new_call(pair), key);
    if (old_text && new_text) return same_expression(*old_text, *new_text);
    warn(fmt::format("{}: the config '{}' can't be compared between dbt {} and {}", pair.now.id, key,
                     base_.info.dbt_version, head_.info.dbt_version));
    return true;
  }
  // Both missing, or one of them and the other null: only same_relation asks of such keys.
  return before == nullptr && now == nullptr;
}

// The unrendered values, or else the rendered ones: what Fusion itself compares, less its many exceptions.
bool StateComparison::same_across_engines(const Pair& pair, std::string_view key, const JsonValue* before,
                                          const JsonValue* now) {
  if (key == "static_analysis" || (key == "tags" && pair.now.type == ResourceType::source)) return true;
  if (is_nothing(before) && is_nothing(now)) return true;
  if (before != nullptr && now != nullptr &&
      (equal_but_for_nulls(*before, *now) || same_expression(expression_of(*before), expression_of(*now))))
    return true;
  const JsonValue a = read(base_.raw(pair.before, Field::config));
  const JsonValue b = read(head_.raw(pair.now, Field::config));
  const JsonValue* const left = find_spelled(a, key);
  const JsonValue* const right = find_spelled(b, key);
  if (is_nothing(left) && is_nothing(right)) return true;
  if (left == nullptr || right == nullptr) return false;
  return equal_but_for_nulls(*left, *right) || (key == "severity" && same_severity(*left, *right));
}

bool StateComparison::same_rendered_config(const Pair& pair) {
  const std::string_view before = base_.raw(pair.before, Field::config);
  const std::string_view now = head_.raw(pair.now, Field::config);
  if (before == now) return true;
  const auto a = before.empty() ? JsonValue() : reader_.read(before);
  const auto b = now.empty() ? JsonValue() : reader_.read(now);
  if (!a || !b) return false;
  static const JsonValue missing;
  for (const std::string& key : keys_of(*a, *b)) {
    const JsonValue* const found_before = a->find(key);
    const JsonValue* const found_now = b->find(key);
    const JsonValue& left = found_before == nullptr ? missing : *found_before;
    const JsonValue& right = found_now == nullptr ? missing : *found_now;
    // A key that an older dbt did not write has its default.
    if (found_before == nullptr && (!right.is_truthy() || key == "enabled")) continue;
    if (found_now == nullptr && (!left.is_truthy() || key == "enabled")) continue;
    if (!equal_but_for_nulls(left, right)) return false;
  }
  return true;
}

}  // namespace diffgate::dbt
