#include "dbt/selector_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace diffgate::dbt {
namespace {

template <class Value>
struct Word {
  std::string_view word;
  Value value;
};

template <class Value, std::size_t size>
Value value_of(const Criterion& criterion, const Word<Value> (&words)[size], std::string_view method) {
  std::string all;
  for (const Word<Value>& known : words) {
    if (known.word == criterion.value) return known.value;
    all += (all.empty() ? "one of " : ", ") + std::string(known.word);
  }
  throw SelectorError(criterion, fmt::format("invalid {} selector '{}'", method, criterion.value), all);
}

// What `exposure:…` and the like are called in messages.
std::string_view name_of(Method method) {
  switch (method) {
    case Method::exposure:
      return "exposure";
    case Method::metric:
      return "metric";
    case Method::semantic_model:
      return "semantic_model";
    case Method::saved_query:
      return "saved_query";
    case Method::unit_test:
      return "unit_test";
    default:
      return "named";
  }
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

StateValue state_value(const Criterion& criterion) {
  using Kind = StateValue::Kind;
  static constexpr Word<StateValue> kWords[] = {
      {"new", {Kind::change, StateChange::is_new}},
      {"old", {Kind::old, {}}},
      {"modified", {Kind::modified, {}}},
      {"unmodified", {Kind::unmodified, {}}},
      {"modified.body", {Kind::change, StateChange::body}},
      {"modified.configs", {Kind::change, StateChange::configs}},
      {"modified.relation", {Kind::change, StateChange::relation}},
      {"modified.persisted_descriptions", {Kind::change, StateChange::persisted_descriptions}},
      {"modified.macros", {Kind::change, StateChange::macros}},
      {"modified.contract", {Kind::change, StateChange::contract}},
  };
  return value_of(criterion, kWords, "state");
}

TestTypes test_types(const Criterion& criterion) {
  // `schema` and `data` are what older versions of dbt call them.
  static constexpr Word<TestTypes> kWords[] = {
      {"generic", {.generic = true}}, {"singular", {.singular = true}},
      {"unit", {.unit = true}},       {"data", {.generic = true, .singular = true}},
      {"schema", {.generic = true}},
  };
  return value_of(criterion, kWords, "test_type");
}

std::optional<ResourceType> resource_type_value(const Criterion& criterion) {
  using Type = std::optional<ResourceType>;
  static constexpr Word<Type> kWords[] = {
      {"model", ResourceType::model},
      {"seed", ResourceType::seed},
      {"snapshot", ResourceType::snapshot},
      {"test", ResourceType::test},
      {"unit_test", ResourceType::unit_test},
      {"source", ResourceType::source},
      {"exposure", ResourceType::exposure},
      {"metric", ResourceType::metric},
      {"semantic_model", ResourceType::semantic_model},
      {"saved_query", ResourceType::saved_query},
      {"function", ResourceType::function},
      {"analysis", ResourceType::analysis},
      {"operation", ResourceType::operation},
      {"rpc", std::nullopt},
      {"sql operation", std::nullopt},
      {"doc", std::nullopt},
      {"macro", std::nullopt},
      {"group", std::nullopt},
      {"fixture", std::nullopt},
  };
  return value_of(criterion, kWords, "resource_type");
}

VersionValue version_value(const Criterion& criterion) {
  static constexpr Word<VersionValue> kWords[] = {
      {"latest", VersionValue::latest},
      {"prerelease", VersionValue::prerelease},
      {"old", VersionValue::old},
      {"none", VersionValue::none},
  };
  return value_of(criterion, kWords, "version");
}

std::vector<std::string> source_globs(const Criterion& criterion) {
  std::vector<std::string> parts = split(criterion.value, '.');
  if (parts.size() > 3) {
    throw SelectorError(criterion, fmt::format("invalid source selector value '{}'", criterion.value),
                        "sources are 'source_name', 'source_name.table' or 'package.source_name.table'");
  }
  if (parts.size() == 1) parts.emplace_back("*");
  if (parts.size() == 2) parts.insert(parts.begin(), "*");
  return parts;
}

std::vector<std::string> name_globs(const Criterion& criterion) {
  std::vector<std::string> parts = split(criterion.value, '.');
  if (parts.size() > 2) {
    throw SelectorError(
        criterion, fmt::format("invalid {} selector value '{}'", name_of(criterion.method), criterion.value),
        "it is 'name' or 'package.name'");
  }
  if (parts.size() == 1) parts.insert(parts.begin(), "*");
  return parts;
}

void check_value(const Criterion& criterion) {
  switch (criterion.method) {
    case Method::state:
      (void)state_value(criterion);
      return;
    case Method::test_type:
      (void)test_types(criterion);
      return;
    case Method::resource_type:
      (void)resource_type_value(criterion);
      return;
    case Method::version:
      (void)version_value(criterion);
      return;
    case Method::source:
      (void)source_globs(criterion);
      return;
    case Method::exposure:
    case Method::metric:
    case Method::semantic_model:
    case Method::saved_query:
    case Method::unit_test:
      (void)name_globs(criterion);
      return;
    case Method::fqn:
    case Method::tag:
    case Method::group:
    case Method::access:
    case Method::path:
    case Method::file:
    case Method::package:
    case Method::config:
    case Method::test_name:
    case Method::result:
    case Method::source_status:
    case Method::selector:
      return;
  }
}

}  // namespace diffgate::dbt
