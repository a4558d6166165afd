// The small picture of what changed and what that reaches.

#include <fmt/format.h>

#include <unordered_map>

#include "dbt/plan.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::string_view kHead = "flowchart LR\n";
constexpr std::string_view kTail =
    "classDef modified fill:#fff3cd,stroke:#b58900\n"
    "classDef added fill:#d4edda,stroke:#2e7d32\n"
    "classDef impacted fill:#e8eef7,stroke:#4a6fa5\n"
    "classDef left_out fill:#f5f5f5,stroke:#999999,stroke-dasharray:3 3\n";

// Mermaid takes a label in double quotes with entities in it; everything that could end it or start markup
// goes.
std::string label(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '"' || c == '<' || c == '>' || c == '&' || c == '#' || c == '`' || c == '\\') {
      text += fmt::format("#{};", static_cast<int>(c));
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      text += c;
    } else {
      text += ' ';
    }
  }
  return text;
}

std::string_view style_of(const PlannedModel& model) {
  if (model.reason == PlanReason::is_new) return "added";
  if (!model.changes.empty()) return "modified";
  return model.action == PlanAction::skip ? "left_out" : "impacted";
}

}  // namespace

std::string mermaid_lineage(const Plan& plan, std::size_t max_characters) {
  std::string text(kHead);
  std::size_t size = kHead.size() + kTail.size();
  if (size > max_characters) return {};
  std::unordered_map<std::string, std::string> names;  // by unique id
  for (const PlannedModel& model : plan.models) {
    if (model.action == PlanAction::list) continue;
    std::string name = fmt::format("n{}", names.size());
    const std::string line = fmt::format("{}[\"{}\"]:::{}\n", name, label(model.name), style_of(model));
    if (size + line.size() > max_characters) break;
    size += line.size();
    text += line;
    names.emplace(model.id.value(), std::move(name));
  }
  for (const PlannedModel& model : plan.models) {
    const auto to = names.find(model.id.value());
    if (to == names.end()) continue;
    for (const UniqueId& parent : model.upstream) {
      const auto from = names.find(parent.value());
      if (from == names.end()) continue;
      const std::string line = fmt::format("{} --> {}\n", from->second, to->second);
      if (size + line.size() > max_characters) continue;
      size += line.size();
      text += line;
    }
  }
  return names.empty() ? std::string() : text + std::string(kTail);
}

}  // namespace diffgate::dbt
