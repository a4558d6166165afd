#pragma once

// dbt's selection grammar, read into a tree (dbt-core, core/dbt/graph/cli.py and selector_spec.py).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dbt/json_value.hpp"
#include "dbt/selection.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {

enum class Method {
  fqn,
  tag,
  group,
  access,
  source,
  path,
  file,
  package,
  config,
  test_name,
  test_type,
  resource_type,
  state,
  exposure,
  metric,
  result,
  source_status,
  version,
  semantic_model,
  saved_query,
  unit_test,
  selector,
};

// One criterion: `2+tag:nightly+`.
struct Criterion {
  std::string raw;         // for messages
  std::string where;       // for messages: "select, column 7"
  std::size_t column = 0;  // in the text, from 1; 0 in a definition
  Method method = Method::fqn;
  std::vector<std::string> arguments;  // of config.materialized: "materialized"
  std::string value;
  bool childrens_parents = false;  // @
  bool parents = false;
  std::optional<std::uint32_t> parents_depth;
  bool children = false;
  std::optional<std::uint32_t> children_depth;
  IndirectSelection indirect = IndirectSelection::none;
};

struct SelectorSpec {
  enum class Kind { criterion, set_union, intersection, difference };

  Kind kind = Kind::set_union;
  Criterion criterion;              // if kind is criterion
  std::vector<SelectorSpec> parts;  // else; of a difference the first less all others
  std::string raw;
  bool expect_exists = false;                             // selecting nothing is worth a warning
  IndirectSelection indirect = IndirectSelection::eager;  // how tests found on the way are taken in
};

// A selector's mistake, with its place in the text.
class SelectorError : public Error {
 public:
  SelectorError(const Criterion& criterion, std::string what, std::string hint = {})
      : Error(ErrorClass::caller, std::move(what), criterion.where, std::move(hint)),
        column_(criterion.column) {}

  std::size_t column() const { return column_; }

 private:
  std::size_t column_;
};

// The command line's form: spaces mean union, commas intersection. `where` names the option in messages.
// Throws SelectorError for a form or a value that dbt refuses.
SelectorSpec parse_selector(std::string_view text, std::string_view where, IndirectSelection indirect,
                            bool expect_exists);

// A definition as manifest.selectors holds it (dbt's YAML selectors). Throws Error(caller).
SelectorSpec parse_definition(const JsonValue& definition, std::string_view name, IndirectSelection indirect);

}  // namespace diffgate::dbt
