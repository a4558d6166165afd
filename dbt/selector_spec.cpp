#include "dbt/selector_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

struct MethodName {
  std::string_view name;
  Method method;
};

constexpr MethodName kMethods[] = {
    {"fqn", Method::fqn},
    {"tag", Method::tag},
    {"group", Method::group},
    {"access", Method::access},
    {"source", Method::source},
    {"path", Method::path},
    {"file", Method::file},
    {"package", Method::package},
    {"config", Method::config},
    {"test_name", Method::test_name},
    {"test_type", Method::test_type},
    {"resource_type", Method::resource_type},
    {"state", Method::state},
    {"exposure", Method::exposure},
    {"metric", Method::metric},
    {"result", Method::result},
    {"source_status", Method::source_status},
    {"version", Method::version},
    {"semantic_model", Method::semantic_model},
    {"saved_query", Method::saved_query},
    {"unit_test", Method::unit_test},
    {"selector", Method::selector},
};

std::string known_methods() {
  std::string names;
  for (const MethodName& method : kMethods) {
    if (!names.empty()) names += ", ";
    names += method.name;
  }
  return names;
}

[[noreturn]] void fail(std::string what, std::string where, std::string hint = {}) {
  throw Error(ErrorClass::caller, std::move(what), std::move(where), std::move(hint));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_method_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

std::size_t digits_at_start(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// No digits: no limit. More levels than any graph has are as good as none.
std::optional<std::uint32_t> depth_of(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint32_t depth = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), depth);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint32_t>::max();
  return depth;
}

Method default_method(std::string_view value) {
  if (value.find('/') != std::string_view::npos) return Method::path;
  std::string lower(value);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  for (const std::string_view ending : {".sql", ".py", ".csv"}) {
    if (lower.ends_with(ending)) return Method::file;
  }
  return Method::fqn;
}

// "config.meta.owner": the method and its arguments.
void set_method(Criterion& criterion, std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view name = text.substr(0, dot);
  const auto* known = std::find_if(std::begin(kMethods), std::end(kMethods),
                                   [&](const MethodName& method) { return method.name == name; });
  if (known == std::end(kMethods)) {
    fail(fmt::format("'{}' is not a valid method name in '{}'", name, criterion.raw), criterion.where,
         "valid ones are " + known_methods());
  }
  criterion.method = known->method;
  std::string_view rest = text.substr(dot);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t next = std::min(rest.find('.'), rest.size());
    criterion.arguments.emplace_back(rest.substr(0, next));
    rest.remove_prefix(next);
  }
}

Criterion parse_criterion(std::string_view raw, std::string where, IndirectSelection indirect) {
  Criterion criterion;
  criterion.raw = raw;
  criterion.where = std::move(where);
  criterion.indirect = indirect;
  std::string_view rest = raw;
  if (rest.starts_with('@')) {
    criterion.childrens_parents = true;
    rest.remove_prefix(1);
  }
  if (const std::size_t digits = digits_at_start(rest); digits < rest.size() && rest[digits] == '+') {
    criterion.parents = true;
    criterion.parents_depth = depth_of(rest.substr(0, digits));
    rest.remove_prefix(digits + 1);
  }
  const auto method_end = static_cast<std::size_t>(
      std::find_if_not(rest.begin(), rest.end(), is_method_character) - rest.begin());
  const bool has_method = method_end > 0 && method_end < rest.size() && rest[method_end] == ':';
  const std::string_view method = has_method ? rest.substr(0, method_end) : std::string_view();
  if (has_method) rest.remove_prefix(method_end + 1);
  if (const std::size_t plus = rest.rfind('+');
      plus != std::string_view::npos && digits_at_start(rest.substr(plus + 1)) == rest.size() - plus - 1) {
    criterion.children = true;
    criterion.children_depth = depth_of(rest.substr(plus + 1));
    rest = rest.substr(0, plus);
  }
  criterion.value = rest;
  if (criterion.children && criterion.childrens_parents) {
    fail(fmt::format("invalid node spec '{}': '@' prefix and '+' suffix are incompatible", raw),
         criterion.where);
  }
  if (has_method) {
    set_method(criterion, method);
  } else {
    criterion.method = default_method(criterion.value);
  }
  return criterion;
}

SelectorSpec of_criterion(Criterion criterion) {
  SelectorSpec spec;
  spec.kind = SelectorSpec::Kind::criterion;
  spec.raw = criterion.raw;
  spec.criterion = std::move(criterion);
  return spec;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// YAML selectors.

constexpr std::string_view kRootHint = "see dbt's documentation of YAML selectors";

class DefinitionReader {
 public:
  DefinitionReader(std::string_view name, IndirectSelection indirect)
      : where_(fmt::format("selector '{}'", name)), indirect_(indirect) {}

  // The depth of `definition` is bounded by JsonReader.
  SelectorSpec read(const JsonValue& definition) const {
    if (definition.is_string()) return of_criterion(parse_criterion(definition.string, where_, indirect_));
    if (!definition.is_object()) refuse(definition);
    if (const JsonValue* parts = definition.find("union"))
      return read_set(SelectorSpec::Kind::set_union, *parts);
    if (const JsonValue* parts = definition.find("intersection")) {
      return read_set(SelectorSpec::Kind::intersection, *parts);
    }
    return read_criterion(definition);
  }

 private:
  [[noreturn]] void refuse(const JsonValue& found) const {
    fail(fmt::format("expected text, a union, an intersection or a method, found {}", found.kind_in_words()),
         where_, std::string(kRootHint));
  }

  SelectorSpec read_set(SelectorSpec::Kind kind, const JsonValue& parts) const {
    if (!parts.is_list()) fail("a union or intersection must be a list", where_, std::string(kRootHint));
    SelectorSpec included;
    included.kind = kind;
    std::optional<SelectorSpec> excluded;
    for (const JsonValue& part : parts.items) {
      const JsonValue* exclude = part.find("exclude");
      if (exclude == nullptr || part.find("method") != nullptr) {
        included.parts.push_back(read(part));
      } else if (excluded) {
        fail("only one exclude is allowed in a union or intersection", where_);
      } else {
        excluded = read_exclusions(*exclude);
      }
    }
    return without(std::move(included), std::move(excluded));
  }

  std::optional<SelectorSpec> read_exclusions(const JsonValue& exclusions) const {
    if (!exclusions.is_list()) fail("exclude must be a list", where_, std::string(kRootHint));
    SelectorSpec result;
    for (const JsonValue& exclusion : exclusions.items) result.parts.push_back(read(exclusion));
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
      fail("expected either one key or 'method' and 'value'", where_, std::string(kRootHint));
    }
    const JsonValue* exclude = definition.find("exclude");
    return without(of_criterion(std::move(criterion)),
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
      fail("'childrens_parents' and 'children' are incompatible", where_);
    }
    const JsonValue* indirect = definition.find("indirect_selection");
    if (indirect == nullptr || indirect_ == IndirectSelection::none) return;
    static constexpr std::pair<std::string_view, IndirectSelection> kModes[] = {
        {"eager", IndirectSelection::eager},
        {"cautious", IndirectSelection::cautious},
        {"buildable", IndirectSelection::buildable},
        {"empty", IndirectSelection::none},
    };
    for (const auto& [name, mode] : kModes) {
      if (indirect->string == name) {
        criterion.indirect = mode;
        return;
      }
    }
    fail(fmt::format("'{}' is no indirect_selection", indirect->scalar_text()), where_,
         "eager, cautious, buildable or empty");
  }

  std::string where_;
  IndirectSelection indirect_;
};

}  // namespace

SelectorSpec parse_selector(std::string_view text, std::string_view where, IndirectSelection indirect,
                            bool expect_exists) {
  SelectorSpec result;
  result.indirect = indirect;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    SelectorSpec intersection;
    intersection.kind = SelectorSpec::Kind::intersection;
    intersection.raw = text.substr(at, end - at);
    intersection.expect_exists = expect_exists;
    intersection.indirect = indirect;
    for (std::size_t start = at; start <= end;) {
      const std::size_t comma = std::min(text.find(',', start), end);
      intersection.parts.push_back(of_criterion(parse_criterion(
          text.substr(start, comma - start), fmt::format("{}, column {}", where, start + 1), indirect)));
      start = comma + 1;
    }
    result.parts.push_back(std::move(intersection));
    at = end;
  }
  return result;
}

SelectorSpec parse_definition(const JsonValue& definition, std::string_view name,
                              IndirectSelection indirect) {
  return DefinitionReader(name, indirect).read(definition);
}

}  // namespace diffgate::dbt
