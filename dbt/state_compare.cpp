#include "dbt/state_compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "dbt/contract_breaks.hpp"
#include "dbt/sql_whitespace.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMaximumWarnings = 50;

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

const JsonValue& member(const JsonValue& object, std::string_view key) {
  static const JsonValue missing;
  const JsonValue* found = object.find(key);
  return found == nullptr ? missing : *found;
}

bool has_unrendered_sources(const ManifestData& data) {
  return std::any_of(data.nodes.begin(), data.nodes.end(), [&](const Node& node) {
    return node.type == ResourceType::source &&
           (data.has(node, Field::unrendered_database) || data.has(node, Field::unrendered_schema));
  });
}

// dbt reads the config() calls of an older manifest anew only with the flag on, which is the default
// since 1.12.
Writers writers_of(const ManifestData& base, const ManifestData& head, MoreUnrendered setting,
                   bool more_unrendered) {
  if (are_of_two_engines(base, head)) return Writers::engines;
  const bool was_text = is_at_least(base.info.dbt_version, 1, 12);
  const bool is_text = is_at_least(head.info.dbt_version, 1, 12);
  if (was_text && !is_text) return Writers::dumps;
  const bool is_flag_on = more_unrendered || setting == MoreUnrendered::automatic;
  const bool is_reread = is_text && is_flag_on && base.info.dbt_version != head.info.dbt_version;
  return is_reread ? Writers::upgraded : Writers::alike;
}

}  // namespace

bool resolves_to_more_unrendered(const ManifestData& base, const ManifestData& head, MoreUnrendered setting) {
  if (setting != MoreUnrendered::automatic) return setting == MoreUnrendered::on;
  if (has_unrendered_sources(base) && has_unrendered_sources(head)) return true;
  return is_at_least(base.info.dbt_version, 1, 12) && is_at_least(head.info.dbt_version, 1, 12);
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

bool are_of_two_engines(const ManifestData& base, const ManifestData& head) {
  return is_at_least(base.info.dbt_version, 2, 0) != is_at_least(head.info.dbt_version, 2, 0);
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

// Each engine brings built-in macros of its own; between two of them those say nothing.
StateComparison::StateComparison(const ManifestData& base, const ManifestData& head,
                                 const StateOptions& options)
    : base_(base),
      head_(head),
      more_unrendered_(resolves_to_more_unrendered(base, head, options.more_unrendered)),
      body_(options.body),
      ignore_relation_only_(options.ignore_relation_only),
      changed_files_(options.changed_files.begin(), options.changed_files.end()),
      writers_(writers_of(base, head, options.more_unrendered, more_unrendered_)),
      pairs_(base, head),
      macros_(base, head, options.ignore_builtin_macros || writers_ == Writers::engines) {}

void StateComparison::warn(std::string text) {
  if (warnings_.size() < kMaximumWarnings) warnings_.push_back(std::move(text));
}

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

  std::string missing_macro;
  const bool same_macros = note(type == ResourceType::source || !macros_.reach(node, reader_, &missing_macro),
                                StateChange::macros);
  if (!missing_macro.empty()) {
    warn(fmt::format("{} depends on a macro that does not exist ({}): dbt ends with an error there", node.id,
                     missing_macro));
  }
  const auto old = find_old(node);
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
    same_contents = note(same_fqn(pair), StateChange::fqn) && same_contents;
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

// What is no JSON, or too deep, becomes its own text: it equals nothing else.
JsonValue StateComparison::read(std::string_view raw) {
  if (raw.empty()) return {};
  if (auto value = reader_.read(raw)) return *std::move(value);
  JsonValue text;
  text.kind = JsonValue::Kind::string;
  text.string = raw;
  return text;
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

bool StateComparison::same_body(const Pair& pair) {
  if (pair.now.type == ResourceType::seed) return same_checksum(pair);
  if (same_text(pair, Field::raw_code)) return true;
  if (body_ == BodyMode::exact) return false;
  return collapsed_sql(text_of(base_, pair.before, Field::raw_code)) ==
         collapsed_sql(text_of(head_, pair.now, Field::raw_code));
}

// Of a seed over 1 MiB dbt compares the path alone.
bool StateComparison::same_checksum(const Pair& pair) {
  const auto before = reader_.read(base_.raw(pair.before, Field::checksum));
  const auto now = reader_.read(head_.raw(pair.now, Field::checksum));
  if (!before || !now) return false;
  const std::string name = member(*now, "name").string_or("none");
  const bool same = name != "none" && python_equal(member(*before, "name"), member(*now, "name")) &&
                    python_equal(member(*before, "checksum"), member(*now, "checksum"));
  if (name == "path" && !python_equal(member(*before, "name"), member(*now, "name"))) {
    warn(std::string(pair.now.id) + " is over 1 MiB now: from here on dbt does not look into it");
  }
  if (!same || name != "path") return same;
  if (changed_files_.contains(text_of(head_, pair.now, Field::original_file_path))) return false;
  if (changed_files_.empty()) {
    warn(std::string(pair.now.id) +
         " is over 1 MiB, so dbt does not look into it: only the list of changed files can tell whether it "
         "changed");
  }
  return true;
}

bool StateComparison::same_fqn(const Pair& pair) {
  if (same_value(pair, Field::fqn)) return true;
  if (writers_ != Writers::engines || pair.now.type != ResourceType::analysis) return false;
  // dbt 1.x puts the word "analysis" behind the package's name.
  const auto parts = [this](std::string_view raw) {
    auto list = read(raw).strings();
    if (list.size() > 1 && list[1] == "analysis") list.erase(list.begin() + 1);
    return list;
  };
  return parts(base_.raw(pair.before, Field::fqn)) == parts(head_.raw(pair.now, Field::fqn));
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
  if (before == now && before.find("\"checksum\"") != std::string_view::npos) return true;
  const auto a = before.empty() ? JsonValue() : reader_.read(before);
  const auto b = now.empty() ? JsonValue() : reader_.read(now);
  if (!a || !b) return before == now;
  const bool was_enforced = member(*a, "enforced").is_true();
  const bool is_enforced = member(*b, "enforced").is_true();
  if (!was_enforced && !is_enforced) return true;
  if (was_enforced != is_enforced) return false;
  const JsonValue& old_checksum = member(*a, "checksum");
  const JsonValue& new_checksum = member(*b, "checksum");
  if (!old_checksum.is_null() && !new_checksum.is_null()) return python_equal(old_checksum, new_checksum);
  return contract_text(base_, pair.before) == contract_text(head_, pair.now);
}

bool StateComparison::same_ref(const Pair& pair) {
  const auto access = [](const ManifestData& data, const Node& node) {
    return data.has(node, Field::access) ? text_of(data, node, Field::access) : std::string("protected");
  };
  return same_value(pair, Field::latest_version) && same_value(pair, Field::deprecation_date) &&
         access(base_, pair.before) == access(head_, pair.now);
}

}  // namespace diffgate::dbt
