#pragma once

#include <string>
#include <vector>

#include "dbt/json_value.hpp"
#include "dbt/manifest_data.hpp"

namespace diffgate::dbt {

// Which macros of `head` differ from `base`, and which nodes of `head` notice, directly or through other
// macros.
//
// dbt compares macro_sql as a whole string: whitespace counts, the description does not. A macro that is new
// or gone has changed (dbt-core, core/dbt/graph/selector_methods.py, StateSelectorMethod).
class MacroChanges {
 public:
  // With `ignore_builtin` changes of the macros of dbt and the adapter count as none.
  MacroChanges(const ManifestData& base, const ManifestData& head, bool ignore_builtin);

  // Whether a macro that the node of `head` reaches has changed.
  bool reach(const Node& node, JsonReader& reader) const;

  // The ids of the changed macros, sorted: new, edited and removed ones.
  const std::vector<std::string_view>& changed() const { return changed_; }

 private:
  bool is_removed(std::string_view id) const;
  bool is_ignored(std::string_view id) const;

  const ManifestData& base_;
  const ManifestData& head_;
  bool ignore_builtin_;
  std::vector<std::string_view> changed_;
  std::vector<char> affected_;  // by macro of head: it has changed, or one that it reaches has
};

}  // namespace diffgate::dbt
