#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dbt/manifest.hpp"
#include "dbt/state.hpp"

namespace diffgate::dbt {

// How tests of selected nodes come in. The last four are dbt's, and a definition of selectors.yml may then
// choose another; `none` is ours: no test but those that are selected themselves, whatever a definition says.
enum class IndirectSelection { none, eager, cautious, buildable, empty };

// What stands beside the two manifests and answers `result:` and `source_status:`.
struct StateFiles {
  std::optional<std::string> base_run_results;  // run_results.json beside the base manifest
  std::optional<std::string> base_sources;      // sources.json beside the base manifest
  std::optional<std::string> head_sources;      // sources.json beside the head manifest
};

struct SelectionOptions {
  // dbt's selector syntax. If both are empty: the default selector of the project's selectors.yml, or else
  // everything.
  std::string select;
  std::string exclude;
  StateOptions state;
  IndirectSelection indirect = IndirectSelection::none;
  StateFiles files;
  bool explain = false;  // fills Selection::change_words
};

struct Selection {
  std::vector<UniqueId> ids;  // sorted
  // For each of `ids`, if asked for: why it is modified ("code", "config materialized"), as in
  // NodeState::words; none if it is not, or the selectors have no `state:`.
  std::vector<std::vector<std::string>> change_words;
  // A criterion that matches nothing, a value of a wrong type, the default selector in use.
  std::vector<std::string> warnings;
};

// dbt's node selection on `head`, with `base` as the state. Throws Error(caller) with the position of the
// mistake.
Selection select_nodes(const Manifest& base, const Manifest& head, const SelectionOptions& options);

// A mistake in a selector that shows without any manifest.
struct SelectorMistake {
  std::size_t column = 1;  // in bytes, from 1
  std::string message;
  std::string hint;  // may be empty
};
std::optional<SelectorMistake> find_selector_mistake(const std::string& selector);

// What `ls` prints of a node.
struct NodeLine {
  UniqueId id;
  std::string resource_type;
  std::string name;  // dbt's own `ls --output name`
  std::string path;  // original_file_path
};
NodeLine describe(const Manifest& manifest, const UniqueId& id);

}  // namespace diffgate::dbt
