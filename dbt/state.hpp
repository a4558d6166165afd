#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dbt/manifest.hpp"

namespace diffgate::dbt {

// The project flag state_modified_compare_more_unrendered_values, which no manifest records.
enum class MoreUnrendered { automatic, on, off };

// Whether white space in a node's code counts: for dbt 1.x it does, for Fusion it does not.
enum class BodyMode { exact, ignore_whitespace };

// Why a node counts as modified: dbt's own sub-selectors, and what dbt compares without naming it.
enum class StateChange {
  is_new,
  body,
  configs,
  relation,
  persisted_descriptions,
  macros,
  contract,
  fqn,       // moved to another folder
  ref,       // latest_version, access or deprecation_date
  contents,  // anything else that dbt compares for this resource type (a source's freshness, an exposure's
             // owner)
};
std::string_view name_of(StateChange change);  // "body", "configs", "new", …

// But for `more_unrendered` these are ours, not dbt's: the first three make fewer nodes count as modified
// than dbt has, the last makes more.
struct StateOptions {
  MoreUnrendered more_unrendered = MoreUnrendered::automatic;
  BodyMode body = BodyMode::exact;
  bool ignore_builtin_macros = false;  // dbt's and the adapter's own: they differ whenever the versions do
  bool ignore_relation_only = false;   // nodes of which only the configured database, schema or alias changed
  // Files that the pull request changed, relative to the dbt project. dbt does not hash seeds over 1 MiB; one
  // that is among these counts as modified.
  std::vector<std::string> changed_files;
};

// How `node` of `head` differs from `base`, by dbt-core's rules; empty: unmodified.
// (dbt-core, core/dbt/graph/selector_methods.py, StateSelectorMethod.)
struct NodeState {
  UniqueId id;
  std::vector<StateChange> changes;
  bool is_modified = false;  // what `state:modified` says; a new source has changes and yet is not modified
  std::vector<std::string> words;  // the changes for people: "code", "config materialized", "macro clean"
};

// Every member of head's graph, sorted by id.
std::vector<NodeState> compare_states(const Manifest& base, const Manifest& head,
                                      const StateOptions& options);

// Which setting `automatic` means for this pair (reference: on when both sides carry unrendered_* values of
// sources or both were written by dbt 1.12 or later).
bool resolves_to_more_unrendered(const Manifest& base, const Manifest& head, MoreUnrendered setting);

// What a reviewer must know of two manifests by different versions of dbt, or for different adapters; empty
// if they agree.
std::vector<std::string> version_warnings(const Manifest& base, const Manifest& head);

}  // namespace diffgate::dbt
