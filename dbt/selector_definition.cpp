// dbt's YAML selectors, as manifest.selectors holds them (dbt-core, core/dbt/graph/cli.py).

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "dbt/selector_criterion.hpp"
#include "dbt/selector_values.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::string_view kHint = "see dbt's documentation of YAML selectors";

// One definition, or a part of one; `where` leads to it: "selector 'nightly', union[1]".
class DefinitionReader {
 public:
  DefinitionReader(std::string where, IndirectSelection indirect)
      : where_(std::move(where)), indirect_(indirect) {}

  // The depth of `definition` is bounded by JsonReader.
  SelectorSpec read(const JsonValue& definition) const {
    if (definition.is_string()) return spec_of(parse_criterion(definition.string, where_, 0, indirect_));
    if (!definition.is_object()) {
      fail(fmt::format("expected text, a union, an intersection or a method, found {}",
                       definition.kind_in_words()));
    }
    if (const JsonValue* parts = definition.find("union")) {
      return read_set(SelectorSpec::Kind::set_union, "union", *parts);
    }
    if (const JsonValue* parts = definition.find("intersection")) {
      return read_set(SelectorSpec::Kind::intersection, "intersection", *parts);
    }
    return read_criterion(definition);
  }

  // Of the whole definition dbt wants a union or intersection to be all that there is.
  SelectorSpec read_root(const JsonValue& definition) const {
    const bool is_set = definition.find("union") != nullptr || definition.find("intersection") != nullptr;
    if (is_set && definition.members.size() > 1) {
      fail("only one union or intersection is allowed at the root of a definition");
    }
    return read(definition);
  }

 private:
  [[noreturn]] void fail(std::string what, std::string_view hint = kHint) const {
    throw Error(ErrorClass::caller, std::move(what), where_, std::string(hint));
  }

  DefinitionReader at(std::string_view list, std::size_t index) const {
    return DefinitionReader(fmt::format("{}, {}[{}]", where_, list, index), indirect_);
  }

  SelectorSpec read_set(SelectorSpec::Kind kind, std::string_view name, const JsonValue& parts) const {
    if (!parts.is_list()) fail(fmt::format("{} must be a list", name));
    SelectorSpec included;
    included.kind = kind;
    std::optional<SelectorSpec> excluded;
    bool has_exclude = false;
    for (std::size_t i = 0; i < parts.items.size(); ++i) {
      // dbt takes an entry with `exclude` for nothing else, even if it names a method, too.
      const JsonValue* exclude = parts.items[i].find("exclude");
      if (exclude == nullptr) {
        included.parts.push_back(at(name, i).read(parts.items[i]));
        continue;
      }
      if (has_exclude) at(name, i).fail(fmt::format("only one exclude is allowed in a {}", name));
      has_exclude = true;
      excluded = at(name, i).read_exclusions(*exclude);
    }
    return without(std::move(included), std::move(excluded));
  }

  std::optional<SelectorSpec> read_exclusions(const JsonValue& exclusions) const {
    if (!exclusions.is_list()) fail("exclude must be a list");
    SelectorSpec result;
    for (std::size_t i = 0; i < exclusions.items.size(); ++i) {
      result.parts.push_back(at("exclude", i).read(exclusions.items[i]));
    }
    if (result.parts.empty()) return std::nullopt;
    return result;
  }

  static SelectorSpec without(SelectorSpec included, std::optional<SelectorSpec> excluded) {
    if (!excluded) return included;
    SelectorSpec difference;
    difference.kind = SelectorSpec::Kind::difference;
    difference.parts.push_back(std::move(included));
    difference.parts.push_back(std::move(*excluded));
    return difference;
  }

  SelectorSpec read_criterion(const JsonValue& definition) const {
    const JsonValue* method = definition.find("method");
    const JsonValue* value = definition.find("value");
    Criterion criterion;
    criterion.where = where_;
    criterion.indirect = indirect_;
    if (method != nullptr && value != nullptr) {
      criterion.value = value->scalar_text();
      criterion.raw = method->string_or({}) + ":" + criterion.value;
      set_method(criterion, method->string_or({}));
      read_operators(definition, criterion);
    } else if (definition.members.size() == 1) {
      const JsonMember& only = definition.members.front();
      criterion.value = only.value.scalar_text();
      criterion.raw = only.key + ":" + criterion.value;
      set_method(criterion, only.key);
    } else {
      fail("expected either one key or 'method' and 'value'");
    }
    check_value(criterion);
    const JsonValue* exclude = definition.find("exclude");
    return without(spec_of(std::move(criterion)),
                   exclude == nullptr ? std::nullopt : read_exclusions(*exclude));
  }

  void read_operators(const JsonValue& definition, Criterion& criterion) const {
    const auto flag = [&](std::string_view key) {
      const JsonValue* value = definition.find(key);
      return value != nullptr && value->is_truthy();
    };
    const auto depth = [&](std::string_view key) -> std::optional<std::uint32_t> {
      const JsonValue* value = definition.find(key);
      return value == nullptr ? std::nullopt : depth_of(value->scalar_text());
    };
    criterion.childrens_parents = flag("childrens_parents");
    criterion.parents = flag("parents");
    criterion.parents_depth = depth("parents_depth");
    criterion.children = flag("children");
    criterion.children_depth = depth("children_depth");
    if (criterion.children && criterion.childrens_parents) {
      fail("'childrens_parents' and 'children' are incompatible", {});
    }
    if (const JsonValue* indirect = definition.find("indirect_selection"))
      read_indirect(*indirect, criterion);
  }

  void read_indirect(const JsonValue& value, Criterion& criterion) const {
    static constexpr std::pair<std::string_view, IndirectSelection> kModes[] = {
        {"eager", IndirectSelection::eager},
        {"cautious", IndirectSelection::cautious},
        {"buildable", IndirectSelection::buildable},
        {"empty", IndirectSelection::empty},
    };
    for (const auto& [name, mode] : kModes) {
      if (value.string != name) continue;
      if (indirect_ != IndirectSelection::none) criterion.indirect = mode;
      return;
    }
    fail(fmt::format("'{}' is no indirect_selection", value.scalar_text()),
         "eager, cautious, buildable or empty");
  }

  std::string where_;
  IndirectSelection indirect_;
};

}  // namespace

SelectorSpec parse_definition(const JsonValue& definition, std::string_view name,
                              IndirectSelection indirect) {
  return DefinitionReader(fmt::format("selector '{}'", name), indirect).read_root(definition);
}

}  // namespace diffgate::dbt
