#pragma once

// The comparison behind `state:` for one pair of nodes, inside the room. state.hpp is what others see.

#include <cstdint>
#include <string>
#include <vector>

#include "dbt/json_value.hpp"
#include "dbt/macro_changes.hpp"
#include "dbt/manifest_data.hpp"
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

// Compares the nodes of one pair of manifests. Holds references: both manifests outlive it.
class StateComparison {
 public:
  StateComparison(const ManifestData& base, const ManifestData& head, const StateOptions& options);

  NodeChanges compare(const Node& node);

  // Every node of head, by index; nodes that are not enabled are left unmodified.
  std::vector<NodeChanges> compare_all();

  const MacroChanges& macros() const { return macros_; }

  // What could not be compared as dbt would, in words; filled by compare.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Pair;

  bool same_text(const Pair& pair, Field field) const;
  bool same_value(const Pair& pair, Field field);
  bool same_typed(const Pair& pair, Field field);
  bool same_member(const Pair& pair, Field field, std::string_view key);
  bool same_body(const Pair& pair);
  bool same_config(const Pair& pair);
  bool same_rendered_config(const Pair& pair);
  bool same_relation(const Pair& pair);
  bool same_persisted_description(const Pair& pair);
  bool same_column_descriptions(const Pair& pair);
  bool same_contract(const Pair& pair);
  bool same_ref(const Pair& pair);
  bool same_other_contents(const Pair& pair);
  bool same_exports(const Pair& pair);
  bool same_overloads(const Pair& pair);
  bool same_depends_on(const Pair& pair);

  const ManifestData& base_;
  const ManifestData& head_;
  bool more_unrendered_;
  bool ignore_relation_only_;
  bool spellings_differ_;  // of unrendered_config: see unrendered_config.hpp
  MacroChanges macros_;
  JsonReader reader_;
  std::vector<std::string> warnings_;
};

// Whether two release strings of dbt stand on different sides of `major.minor`; false if one can't be read.
bool is_at_least(std::string_view dbt_version, int major, int minor);

}  // namespace diffgate::dbt
