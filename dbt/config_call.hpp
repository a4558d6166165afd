#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diffgate::dbt {

struct ConfigArgument {
  std::string_view key;
  std::string_view text;  // as written, without surrounding space: "var('on')"
};

// The keyword arguments of the first `config(…)` call in a model's Jinja: of
// `{{ config(materialized='table', enabled=var('on')) }}` two. Empty if there is no such call or its end
// can't be found. Views of `raw_code`.
std::vector<ConfigArgument> config_arguments(std::string_view raw_code);

// The value if the expression is nothing but a string: of "'table'" it is "table".
std::optional<std::string> string_constant(std::string_view expression);

// Whether two Jinja expressions are the same but for white space, the kind of quotes, parentheses and the
// spelling of true, false and none: what is left of an expression that one version of dbt stores as written
// and another as it reads it.
bool same_expression(std::string_view a, std::string_view b);

}  // namespace diffgate::dbt
