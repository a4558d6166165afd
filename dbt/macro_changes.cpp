#include "dbt/macro_changes.hpp"

#include <algorithm>
#include <utility>

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
    : base_(base), head_(head), ignore_builtin_(ignore_builtin), causes_(head.macros.size(), kUnaffected) {
  for (const Macro& macro : head.macros) {
    const auto old_macro = base.macro_index.find(macro.id);
    const bool is_same =
        old_macro != base.macro_index.end() && same_sql(base.macros[old_macro->second], macro);
    if (!is_same && !is_ignored(macro.id)) changed_.push_back(macro.id);
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
  std::vector<std::pair<MacroIndex, std::uint32_t>> callers_of_removed;
  for (MacroIndex i = 0; i < head.macros.size(); ++i) {
    ids.clear();
    reader.read_strings(head.macros[i].depends_on_macros, ids);
    for (const std::string_view id : ids) {
      if (const auto called = head.macro_index.find(id); called != head.macro_index.end()) {
        callers[called->second].push_back(i);
      } else if (is_removed(id)) {
        callers_of_removed.emplace_back(i, position_of(id));
      }
    }
  }
  // The project's own first: a macro is affected by built-in ones alone only if nothing else reaches it.
  for (const bool builtin : {false, true}) {
    std::vector<MacroIndex> open;
    const auto start = [&](MacroIndex macro, std::uint32_t cause) {
      if (causes_[macro] != kUnaffected || is_builtin(changed_[cause]) != builtin) return;
      causes_[macro] = cause;
      open.push_back(macro);
    };
    for (std::uint32_t cause = 0; cause < changed_.size(); ++cause) {
      if (const auto macro = head.macro_index.find(changed_[cause]); macro != head.macro_index.end())
        start(macro->second, cause);
    }
    for (const auto& [macro, cause] : callers_of_removed) start(macro, cause);
    while (!open.empty()) {
      const MacroIndex macro = open.back();
      open.pop_back();
      for (const MacroIndex caller : callers[macro]) {
        if (causes_[caller] != kUnaffected) continue;
        causes_[caller] = causes_[macro];
        open.push_back(caller);
      }
    }
  }
}

std::uint32_t MacroChanges::position_of(std::string_view changed) const {
  return static_cast<std::uint32_t>(std::lower_bound(changed_.begin(), changed_.end(), changed) -
                                    changed_.begin());
}

bool MacroChanges::is_removed(std::string_view id) const {
  return base_.macro_index.contains(id) && !head_.macro_index.contains(id) && !is_ignored(id);
}

bool MacroChanges::is_ignored(std::string_view id) const { return ignore_builtin_ && is_builtin(id); }

bool MacroChanges::is_builtin(std::string_view id) const {
  return is_builtin_macro(id, base_.info.adapter_type) || is_builtin_macro(id, head_.info.adapter_type);
}

bool MacroChanges::reach(const Node& node, JsonReader& reader, std::string* missing) const {
  if (changed_.empty()) return false;
  std::vector<std::string_view> ids;
  if (!reader.read_strings(head_.raw(node, Field::depends_on_macros), ids)) *missing = "null";
  for (const std::string_view id : ids) {
    const auto macro = head_.macro_index.find(id);
    if (macro != head_.macro_index.end()) {
      if (causes_[macro->second] != kUnaffected) return true;
    } else if (is_removed(id)) {
      return true;
    } else if (!base_.macro_index.contains(id)) {
      *missing = id;
    }
  }
  return false;
}

std::vector<std::string_view> MacroChanges::causes(const Node& node, JsonReader& reader) const {
  std::vector<std::string_view> called;
  reader.read_strings(head_.raw(node, Field::depends_on_macros), called);
  std::vector<std::string_view> found;
  for (const std::string_view id : called) {
    const auto macro = head_.macro_index.find(id);
    if (macro != head_.macro_index.end()) {
      if (causes_[macro->second] != kUnaffected) found.push_back(changed_[causes_[macro->second]]);
    } else if (is_removed(id)) {
      found.push_back(changed_[position_of(id)]);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace diffgate::dbt
