#include "dbt/selector_criterion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "dbt/selector_values.hpp"

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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_method_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

std::size_t digits_at_start(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
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

}  // namespace

std::optional<std::uint32_t> depth_of(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint32_t depth = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), depth);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint32_t>::max();
  return depth;
}

void set_method(Criterion& criterion, std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view name = text.substr(0, dot);
  const auto* known = std::find_if(std::begin(kMethods), std::end(kMethods),
                                   [&](const MethodName& method) { return method.name == name; });
  if (known == std::end(kMethods)) {
    throw SelectorError(criterion,
                        fmt::format("'{}' is not a valid method name in '{}'", name, criterion.raw),
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

Criterion parse_criterion(std::string_view raw, std::string_view where, std::size_t column,
                          IndirectSelection indirect) {
  Criterion criterion;
  criterion.raw = raw;
  criterion.where = column == 0 ? std::string(where) : fmt::format("{}, column {}", where, column);
  criterion.column = column;
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
    throw SelectorError(
        criterion, fmt::format("invalid node spec '{}': '@' prefix and '+' suffix are incompatible", raw));
  }
  if (has_method) {
    set_method(criterion, method);
  } else {
    criterion.method = default_method(criterion.value);
  }
  check_value(criterion);
  return criterion;
}

SelectorSpec spec_of(Criterion criterion) {
  SelectorSpec spec;
  spec.kind = SelectorSpec::Kind::criterion;
  spec.raw = criterion.raw;
  spec.criterion = std::move(criterion);
  return spec;
}

}  // namespace diffgate::dbt
