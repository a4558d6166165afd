#include "dbt/macro_changes.hpp"

#include <algorithm>

namespace diffgate::dbt {
namespace {

bool same_sql(const Macro& before, const Macro& now) {
  // Two spellings of one string are rare (another writer of JSON) and worth decoding only if they differ.
  return before.sql == now.sql || decode_string(before.sql) == decode_string(now.sql);
}

// Adapters that build on another's macros.
struct AdapterBase {
  std::string_view adapter;
  std::string_view base;
};

constexpr AdapterBase kAdapterBases[] = {
    {"redshift", "postgres"}, {"materialize", "postgres"}, {"databricks", "spark"},
    {"sqlserver", "fabric"},  {"synapse", "fabric"},
};

bool is_builtin_macro(std::string_view id, std::string_view adapter) {
  static constexpr std::string_view kPrefix = "macro.";
  if (!id.starts_with(kPrefix)) return false;
  id.remove_prefix(kPrefix.size());
  std::string_view package = id.substr(0, id.find('.'));
  if (package == "dbt") return true;
  if (!package.starts_with("dbt_")) return false;
  package.remove_prefix(4);
  return package == adapter ||
         std::any_of(std::begin(kAdapterBases), std::end(kAdapterBases),
                     [&](const auto& known) { return known.adapter == adapter && known.base == package; });
}

}  // namespace

MacroChanges::MacroChanges(const ManifestData& base, const ManifestData& head, bool ignore_builtin)
    : base_(base), head_(head), ignore_builtin_(ignore_builtin), affected_(head.macros.size(), 0) {
  std::vector<MacroIndex> open;
  for (MacroIndex i = 0; i < head.macros.size(); ++i) {
    const auto old_macro = base.macro_index.find(head.macros[i].id);
    if (old_macro != base.macro_index.end() && same_sql(base.macros[old_macro->second], head.macros[i])) {
      continue;
    }
    if (is_ignored(head.macros[i].id)) continue;
    changed_.push_back(head.macros[i].id);
    affected_[i] = 1;
    open.push_back(i);
  }
  for (const Macro& macro : base.macros) {
    if (is_removed(macro.id)) changed_.push_back(macro.id);
  }
  std::sort(changed_.begin(), changed_.end());
  if (changed_.empty()) return;

  // From the changed macros back to those that call them: each edge once, whatever cycles there are.
  JsonReader reader;
  std::vector<std::string_view> ids;
  std::vector<std::vector<MacroIndex>> callers(head.macros.size());
  for (MacroIndex i = 0; i < head.macros.size(); ++i) {
    ids.clear();
    reader.read_strings(head.macros[i].depends_on_macros, ids);
    for (const std::string_view id : ids) {
      if (const auto called = head.macro_index.find(id); called != head.macro_index.end()) {
        callers[called->second].push_back(i);
      } else if (!affected_[i] && is_removed(id)) {
        affected_[i] = 1;
        open.push_back(i);
      }
    }
  }
  while (!open.empty()) {
    const MacroIndex macro = open.back();
    open.pop_back();
    for (const MacroIndex caller : callers[macro]) {
      if (affected_[caller]) continue;
      affected_[caller] = 1;
      open.push_back(caller);
    }
  }
}

bool MacroChanges::is_removed(std::string_view id) const {
  return base_.macro_index.contains(id) && !head_.macro_index.contains(id) && !is_ignored(id);
}

bool MacroChanges::is_ignored(std::string_view id) const {
  return ignore_builtin_ &&
         (is_builtin_macro(id, base_.info.adapter_type) || is_builtin_macro(id, head_.info.adapter_type));
}

bool MacroChanges::reach(const Node& node, JsonReader& reader) const {
  if (changed_.empty()) return false;
  std::vector<std::string_view> ids;
  reader.read_strings(head_.raw(node, Field::depends_on_macros), ids);
  return std::any_of(ids.begin(), ids.end(), [&](std::string_view id) {
    const auto macro = head_.macro_index.find(id);
    return macro == head_.macro_index.end() ? is_removed(id) : affected_[macro->second] != 0;
  });
}

}  // namespace diffgate::dbt
