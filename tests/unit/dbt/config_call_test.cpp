#include "dbt/config_call.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace diffgate::dbt;

namespace {

using Arguments = std::vector<std::pair<std::string, std::string>>;

Arguments arguments_of(const std::string& code) {
  Arguments found;
  for (const ConfigArgument& argument : config_arguments(code))
    found.emplace_back(argument.key, argument.text);
  return found;
}

}  // namespace

TEST_CASE("the arguments of a model's config call are read as they are written") {
  struct Case {
    const char* code;
    Arguments expected;
  };
  const Case cases[] = {
      {"select 1", {}},
      {"{{ config(materialized='table') }} select 1", {{"materialized", "'table'"}}},
      {"{{\n  config(\n    enabled = var('on', true),\n    tags=[\"a\", 'b,c'],\n  )\n}}",
       {{"enabled", "var('on', true)"}, {"tags", "[\"a\", 'b,c']"}}},
      {"{{ config(meta={'a': (1, 2)}, a=b == c) }}", {{"meta", "{'a': (1, 2)}"}, {"a", "b == c"}}},
      {"{{ config({'materialized': 'table'}, x=1) }}", {{"x", "1"}}},
      {"{% do config(x=')' ~ \"'\") %}", {{"x", "')' ~ \"'\""}}},
      // The first call counts, and only calls in Jinja are calls.
      {"{{ config(x=1) }}{{ config(x=2) }}", {{"x", "1"}}},
      {"-- config(x=0)\n{# {{ config(x=1) }} #}{{ config(x=2) }}", {{"x", "2"}}},
      {"{{ log('config(x=0)') }}{{ config(x=1) }}", {{"x", "1"}}},
      {"{{ model.config(x=0) }}{{ my_config(x=0) }}{{ config.get('x') }}{{ config(x=1) }}", {{"x", "1"}}},
      {"{{ ref('a') }} { config(x=0) }", {}},
      {"{{ config(x=1", {}},
      {"{{ config(x='1) }}", {}},
      {"{{", {}},
      {"", {}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.code);
    CHECK(arguments_of(one.code) == one.expected);
  }
}

TEST_CASE("an expression that is one string is that string") {
  CHECK(string_constant("'table'") == "table");
  CHECK(string_constant("\"it's\"") == "it's");
  CHECK(string_constant(R"('it\'s')") == "it's");
  CHECK(string_constant("''") == "");
  for (const char* const other : {"table", "'a' ~ 'b'", "'a", "", "'", "var('a')"}) {
    CAPTURE(other);
    CHECK_FALSE(string_constant(other).has_value());
  }
}

TEST_CASE("two expressions are the same whatever their spaces, quotes, parentheses and constants") {
  const std::pair<const char*, const char*> same[] = {
      {"var('on', true)", "var(\"on\",True)"},
      {"['a','b',]", "['a', 'b']"},
      {"(target.name == 'prod') and not x", "target.name == 'prod' and not x"},
      {"{'relation': true}", "{'relation': True}"},
      {"none", "None"},
      {"\"it's\"", R"('it\'s')"},
  };
  for (const auto& [a, b] : same) {
    CAPTURE(a);
    CHECK(same_expression(a, b));
  }
  const std::pair<const char*, const char*> different[] = {
      {"var('on')", "var('off')"}, {"'a b'", "'a  b'"}, {"a.b", "a"},
      {"'true'", "true"},          {"1", "'1'"},        {"", "x"},
      {"x == 1", "x != 1"},
  };
  for (const auto& [a, b] : different) {
    CAPTURE(a);
    CHECK_FALSE(same_expression(a, b));
  }
}
