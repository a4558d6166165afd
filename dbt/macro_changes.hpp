#pragma once

#include <cstdint>
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

  // Whether a macro that the node of `head` reaches has changed. If none has, `missing` is set to a macro
  // that the node names and that is in neither manifest, such as is left of a removed generic test: dbt ends
  // there.
  bool reach(const Node& node, JsonReader& reader, std::string* missing) const;

  // Changed macros that the node reaches, sorted: one for each macro that it names itself, and one of the
  // project's own before a built-in one.
  std::vector<std::string_view> causes(const Node& node, JsonReader& reader) const;

  // Whether it is dbt's own or the adapter's.
  bool is_builtin(std::string_view id) const;

  // The ids of the changed macros, sorted: new, edited and removed ones.
  const std::vector<std::string_view>& changed() const { return changed_; }

 private:
  bool is_removed(std::string_view id) const;
  bool is_ignored(std::string_view id) const;
  std::uint32_t position_of(std::string_view changed) const;

  static constexpr std::uint32_t kUnaffected = 0xFFFFFFFF;

  const ManifestData& base_;
  const ManifestData& head_;
  bool ignore_builtin_;
  std::vector<std::string_view> changed_;
  // By macro of head: the place in changed_ of one that it reaches or is.
  std::vector<std::uint32_t> causes_;
};

}  // namespace diffgate::dbt
