#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dbt/manifest.hpp"
#include "dbt/state.hpp"

namespace diffgate::dbt {

enum class IndirectSelection { none, eager, cautious, buildable };

struct SelectionOptions {
  std::string select;  // dbt's selector syntax; empty: everything
  std::string exclude;
  StateOptions state;
  IndirectSelection indirect = IndirectSelection::none;
  std::optional<std::string> base_run_results_json;  // beside the base manifest, for `result:`
};

struct Selection {
  std::vector<UniqueId> ids;          // sorted
  std::vector<std::string> warnings;  // a criterion that matches nothing, a value of a wrong type
};

// dbt's node selection on `head`, with `base` as the state. Throws Error(caller) with the position of the
// mistake.
Selection select_nodes(const Manifest& base, const Manifest& head, const SelectionOptions& options);

// What `ls` prints of a node.
struct NodeLine {
  UniqueId id;
  std::string resource_type;
  std::string name;  // dbt's own `ls --output name`
  std::string path;  // original_file_path
};
NodeLine describe(const Manifest& manifest, const UniqueId& id);

}  // namespace diffgate::dbt
