#pragma once

// The comparison behind `state:` for one pair of nodes, inside the room. state.hpp is what others see.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "dbt/config_call.hpp"
#include "dbt/json_value.hpp"
#include "dbt/macro_changes.hpp"
#include "dbt/manifest_data.hpp"
#include "dbt/node_pairs.hpp"
#include "dbt/state.hpp"

namespace diffgate::dbt {

// A set of StateChange.
class Changes {
 public:
  Changes() = default;
  explicit Changes(StateChange only) : bits_(bit(only)) {}

  void add(StateChange change) { bits_ |= bit(change); }
  bool has(StateChange change) const { return (bits_ & bit(change)) != 0; }
  bool empty() const { return bits_ == 0; }
  std::vector<StateChange> list() const;

  friend bool operator==(const Changes&, const Changes&) = default;

 private:
  static std::uint32_t bit(StateChange change) { return std::uint32_t{1} << static_cast<unsigned>(change); }

  std::uint32_t bits_ = 0;
};

struct NodeChanges {
  Changes changes;
  bool is_modified = false;
};

// Which dbt wrote the two sides, as far as it decides how values are compared.
enum class Writers {
  alike,
  upgraded,  // dbt 1.12 or later reads what another 1.x wrote, and reads its config() calls anew
  dumps,     // an older 1.x reads what 1.12 or later wrote: one side has syntax trees, the other text
  engines,   // one side by dbt 1.x, the other by dbt 2 (Fusion)
};

// The config() call of one node's code.
struct ConfigCall {
  const Node* node = nullptr;
  std::string code;
  std::vector<ConfigArgument> arguments;  // views of `code`
};

// Compares the nodes of one pair of manifests. Holds references: both manifests outlive it.
class StateComparison {
 public:
  StateComparison(const ManifestData& base, const ManifestData& head, const StateOptions& options);

  NodeChanges compare(const Node& node);

  // Every node of head, by index; nodes that are not enabled are left unmodified.
  std::vector<NodeChanges> compare_all();

  // What compare found, for people. See NodeState::words.
  std::vector<std::string> explain(const Node& node, const NodeChanges& found);

  // The node of base that dbt would compare with.
  std::optional<NodeIndex> find_old(const Node& node) { return pairs_.find_old(node); }

  const MacroChanges& macros() const { return macros_; }

  // What could not be compared as dbt would, in words; filled by compare.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Pair {
    const Node& before;
    const Node& now;
  };

  JsonValue read(std::string_view raw);
  bool same_text(const Pair& pair, Field field) const;
  bool same_value(const Pair& pair, Field field);
  bool same_typed(const Pair& pair, Field field);
  bool same_member(const Pair& pair, Field field, std::string_view key);
  bool same_body(const Pair& pair);
  bool same_checksum(const Pair& pair);
  bool same_fqn(const Pair& pair);
  bool same_config(const Pair& pair);
  bool same_rendered_config(const Pair& pair);
  bool same_rendered_test_config(const Pair& pair);
  bool same_relation(const Pair& pair);
  bool same_persisted_description(const Pair& pair);
  bool same_column_descriptions(const Pair& pair);
  bool same_contract(const Pair& pair);
  bool same_ref(const Pair& pair);
  bool same_other_contents(const Pair& pair);
  bool same_exports(const Pair& pair);
  bool same_overloads(const Pair& pair);
  bool same_depends_on(const Pair& pair);

  // The keys of unrendered_config that differ, sorted; with `first_only` at most one.
  std::vector<std::string> differing_configs(const Pair& pair, bool first_only);
  std::vector<std::string> differing_relation_keys(const Pair& pair);
  bool same_config_value(const Pair& pair, std::string_view key, const JsonValue* before,
                         const JsonValue* now);
  bool is_rebuilt(const Pair& pair) const;
  const ConfigCall& old_call(const Pair& pair);
  const ConfigCall& new_call(const Pair& pair);
  static const ConfigCall& read_call(const ManifestData& data, const Node& node, ConfigCall& kept);
  bool same_across_engines(const Pair& pair, std::string_view key, const JsonValue* before,
                           const JsonValue* now);
  std::string explain_macros(const Node& node);
  std::string explain_ref(const Pair& pair);
  void warn(std::string text);

  const ManifestData& base_;
  const ManifestData& head_;
  bool more_unrendered_;
  BodyMode body_;
  bool ignore_relation_only_;
  std::set<std::string> changed_files_;
  Writers writers_;
  NodePairs pairs_;
  MacroChanges macros_;
  JsonReader reader_;
  ConfigCall old_call_;
  ConfigCall new_call_;
  std::vector<std::string> warnings_;
};

bool resolves_to_more_unrendered(const ManifestData& base, const ManifestData& head, MoreUnrendered setting);

// Whether a release string of dbt is `major.minor` or later; false if it can't be read.
bool is_at_least(std::string_view dbt_version, int major, int minor);

// Whether one manifest was written by dbt 1.x and the other by dbt 2 (Fusion).
bool are_of_two_engines(const ManifestData& base, const ManifestData& head);

}  // namespace diffgate::dbt
