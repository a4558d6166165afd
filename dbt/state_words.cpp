// What changed of a node, for people.

#include <fmt/format.h>

#include <algorithm>

#include "dbt/state_compare.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMostNames = 5;

// "a, b and 3 more"
std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  const std::size_t shown = std::min(names.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) list += (i > 0 ? ", " : "") + names[i];
  if (names.size() > shown) list += fmt::format(" and {} more", names.size() - shown);
  return list;
}

std::string_view word_for_body(ResourceType type) { return type == ResourceType::seed ? "its rows" : "code"; }

}  // namespace

std::vector<std::string> StateComparison::explain(const Node& node, const NodeChanges& found) {
  const Changes& changes = found.changes;
  const auto old = find_old(node);
  if (!old) {
    std::vector<std::string> words{"new"};
    if (changes.has(StateChange::macros)) words.push_back(explain_macros(node));
    return words;
  }
  const Pair pair{base_.nodes[*old], node};
  std::vector<std::string> words;
  for (const StateChange change : changes.list()) {
    switch (change) {
      case StateChange::is_new:
        break;
      case StateChange::body:
        words.emplace_back(word_for_body(node.type));
        break;
      case StateChange::configs: {
        const std::string keys = list_of(differing_configs(pair, false));
        words.push_back(keys.empty() ? "config" : "config " + keys);
        break;
      }
      case StateChange::relation: {
        const std::string keys =
            node.type == ResourceType::source ? "" : list_of(differing_relation_keys(pair));
        words.push_back(keys.empty() ? "where it stands" : "configured " + keys);
        break;
      }
      case StateChange::persisted_descriptions:
        words.emplace_back("persisted descriptions");
        break;
      case StateChange::macros:
        words.push_back(explain_macros(node));
        break;
      case StateChange::contract:
        words.emplace_back("contract");
        break;
      case StateChange::fqn:
        words.emplace_back("moved to another folder");
        break;
      case StateChange::ref:
        words.push_back(explain_ref(pair));
        break;
      case StateChange::contents:
        words.emplace_back("properties");
        break;
    }
  }
  return words;
}

std::string StateComparison::explain_macros(const Node& node) {
  std::vector<std::string> names;
  bool is_builtin = true;
  for (const std::string_view id : macros_.causes(node, reader_)) {
    names.emplace_back(id.substr(id.rfind('.') + 1));
    is_builtin = is_builtin && macros_.is_builtin(id);
  }
  if (names.empty()) return "macros";
  const std::string list = (names.size() == 1 ? "macro " : "macros ") + list_of(names);
  return is_builtin ? list + " (dbt's or the adapter's own)" : list;
}

std::string StateComparison::explain_ref(const Pair& pair) {
  std::vector<std::string> names;
  if (!same_value(pair, Field::latest_version)) names.emplace_back("latest version");
  if (!same_value(pair, Field::deprecation_date)) names.emplace_back("deprecation date");
  if (names.empty() || !same_value(pair, Field::access)) names.emplace_back("access");
  return list_of(names);
}

}  // namespace diffgate::dbt
