#include "dbt/selection_engine.hpp"

// Follows dbt-core's NodeSelector (core/dbt/graph/selector.py): each part of an expression yields the nodes
// it picks and, apart from them, tests whose parents are not all there yet; a set operation works on both.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dbt/fnmatch.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::size_t kMaximumOpenSelectors = 50;

void unite(NodeSet& into, const NodeSet& other) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<char>(into[i] | other[i]);
}

void intersect(NodeSet& into, const NodeSet& other) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<char>(into[i] & other[i]);
}

void subtract(NodeSet& into, const NodeSet& other) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<char>(into[i] & ~other[i]);
}

void combine(SelectorSpec::Kind kind, NodeSet& into, const NodeSet& other) {
  switch (kind) {
    case SelectorSpec::Kind::set_union:
      return unite(into, other);
    case SelectorSpec::Kind::intersection:
      return intersect(into, other);
    case SelectorSpec::Kind::difference:
      return subtract(into, other);
    case SelectorSpec::Kind::criterion:
      return;
  }
}

bool is_empty(const NodeSet& set) {
  return std::none_of(set.begin(), set.end(), [](char member) { return member != 0; });
}

bool is_test(ResourceType type) { return type == ResourceType::test || type == ResourceType::unit_test; }

}  // namespace

NodeSet SelectionEngine::select(std::string_view select, std::string_view exclude,
                                IndirectSelection indirect) {
  indirect_ = indirect;
  const SelectorSpec included = parse_selector(select, "select", indirect, true);
  const SelectorSpec excluded = parse_selector(exclude, "exclude", indirect, true);
  const std::size_t size = context_.head().nodes.size();
  Found result{NodeSet(size, 0), NodeSet(size, 0)};
  const auto by_default =
      included.parts.empty() && excluded.parts.empty() ? default_selector() : std::nullopt;
  if (by_default) {
    warnings_.push_back(fmt::format(
        "nothing is selected by name: the project's default selector '{}' is used", by_default->value));
    result = evaluate(*by_default);
  } else if (included.parts.empty()) {
    for (std::size_t i = 0; i < size; ++i) result.direct[i] = context_.head().nodes[i].enabled;
  } else {
    result = evaluate(included);
  }
  if (!excluded.parts.empty()) subtract(result.direct, evaluate(excluded).direct);
  return result.direct;
}

SelectionEngine::Found SelectionEngine::evaluate(const SelectorSpec& spec) {
  if (spec.kind == SelectorSpec::Kind::criterion) return evaluate(spec.criterion);
  const std::size_t size = context_.head().nodes.size();
  Found result{NodeSet(size, 0), NodeSet(size, 0)};
  bool is_first = true;
  for (const SelectorSpec& part : spec.parts) {
    Found found = evaluate(part);
    unite(found.indirect, found.direct);
    if (is_first) {
      result = std::move(found);
    } else {
      combine(spec.kind, result.direct, found.direct);
      combine(spec.kind, result.indirect, found.indirect);
    }
    is_first = false;
  }
  take_in_indirect(result, spec.indirect);
  if (spec.expect_exists && is_empty(result.direct)) {
    warnings_.push_back(
        fmt::format("the selection criterion '{}' does not match any enabled nodes", spec.raw));
  }
  return result;
}

SelectionEngine::Found SelectionEngine::evaluate(const Criterion& criterion) {
  const bool is_reference = criterion.method == Method::selector;
  const NodeSet picked = is_reference ? named_selector(criterion) : select_by_method(criterion, context_);
  Found found{picked, NodeSet(picked.size(), 0)};
  if (criterion.childrens_parents) {
    NodeSet family = graph_.descendants(picked);
    unite(family, picked);
    unite(found.direct, family);
    unite(found.direct, graph_.ancestors(family));
  }
  if (criterion.parents) unite(found.direct, graph_.ancestors(picked, criterion.parents_depth));
  if (criterion.children) unite(found.direct, graph_.descendants(picked, criterion.children_depth));
  // A definition has already taken its tests in, or left them out on purpose.
  if (!is_reference) expand(found, criterion.indirect);
  return found;
}

// As if `selector:NAME` had been asked for.
std::optional<Criterion> SelectionEngine::default_selector() {
  const ManifestData& data = context_.head();
  const auto selectors = context_.reader().read(data.selectors);
  for (const JsonMember& selector : selectors.value_or(JsonValue()).members) {
    const JsonValue* is_default = selector.value.find("default");
    if (is_default == nullptr || !is_default->is_true()) continue;
    Criterion criterion;
    criterion.method = Method::selector;
    criterion.value = selector.key;
    criterion.where = "the default selector";
    return criterion;
  }
  return std::nullopt;
}

NodeSet SelectionEngine::named_selector(const Criterion& criterion) {
  const ManifestData& data = context_.head();
  const auto selectors = context_.reader().read(data.selectors);
  NodeSet result(data.nodes.size(), 0);
  bool is_known = false;
  for (const JsonMember& selector : selectors.value_or(JsonValue()).members) {
    if (!fnmatch(selector.key, criterion.value)) continue;
    is_known = true;
    const bool is_open =
        std::find(open_selectors_.begin(), open_selectors_.end(), selector.key) != open_selectors_.end();
    if (is_open || open_selectors_.size() >= kMaximumOpenSelectors) {
      throw SelectorError(criterion, fmt::format("circular dependency in selector '{}'", selector.key));
    }
    const JsonValue* definition = selector.value.find("definition");
    if (definition == nullptr) continue;
    open_selectors_.push_back(selector.key);
    // Once each: definitions that refer to each other twice would multiply.
    if (!resolved_selectors_.contains(selector.key)) {
      NodeSet resolved = evaluate(parse_definition(*definition, selector.key, indirect_)).direct;
      resolved_selectors_.emplace(selector.key, std::move(resolved));
    }
    unite(result, resolved_selectors_.at(selector.key));
    open_selectors_.pop_back();
  }
  if (!is_known) {
    throw SelectorError(criterion, fmt::format("no selector is named '{}'", criterion.value),
                        "the manifest of the pull request holds those of its selectors.yml");
  }
  return result;
}

bool SelectionEngine::all_parents_in(NodeIndex test, const NodeSet& set) const {
  const auto parents = graph_.parents(test);
  return std::all_of(parents.begin(), parents.end(), [&](NodeIndex parent) { return set[parent] != 0; });
}

void SelectionEngine::expand(Found& found, IndirectSelection mode) const {
  if (mode == IndirectSelection::none || mode == IndirectSelection::empty) return;
  const ManifestData& data = context_.head();
  const NodeSet selected = found.direct;
  NodeSet with_parents;
  if (mode == IndirectSelection::buildable) {
    with_parents = graph_.ancestors(selected);
    unite(with_parents, selected);
    for (std::size_t i = 0; i < with_parents.size(); ++i) {
      if (data.nodes[i].type == ResourceType::source) with_parents[i] = 1;
    }
  }
  // Test by test, and not from each selected node to its tests: a test over all nodes is looked at once.
  for (NodeIndex node = 0; node < selected.size(); ++node) {
    if (!is_test(data.nodes[node].type)) continue;
    const auto parents = graph_.parents(node);
    if (std::none_of(parents.begin(), parents.end(),
                     [&](NodeIndex parent) { return selected[parent] != 0; })) {
      continue;
    }
    const bool is_taken = mode == IndirectSelection::eager || all_parents_in(node, selected) ||
                          (mode == IndirectSelection::buildable && all_parents_in(node, with_parents));
    (is_taken ? found.direct : found.indirect)[node] = 1;
  }
}

void SelectionEngine::take_in_indirect(Found& found, IndirectSelection mode) const {
  if (mode != IndirectSelection::cautious && mode != IndirectSelection::buildable) return;
  NodeSet present = found.direct;
  if (mode == IndirectSelection::buildable) unite(present, graph_.ancestors(found.direct));
  for (NodeIndex node = 0; node < present.size(); ++node) {
    if (!found.indirect[node] || context_.head().nodes[node].type == ResourceType::unit_test) continue;
    if (all_parents_in(node, present)) found.direct[node] = 1;
  }
}

}  // namespace diffgate::dbt
