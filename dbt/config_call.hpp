#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace diffgate::dbt {

// The source text of one keyword argument of the first `config(…)` call in a model's Jinja, without
// surrounding space: of `{{ config(materialized='table', enabled=var('on')) }}` the argument `enabled` is
// "var('on')". nullopt if there is no such call or argument, or its end can't be found.
std::optional<std::string> config_argument(std::string_view raw_code, std::string_view keyword);

}  // namespace diffgate::dbt
