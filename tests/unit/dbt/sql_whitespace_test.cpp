#include "dbt/sql_whitespace.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace diffgate::dbt;

TEST_CASE("code that differs in white space alone collapses to one text") {
  const std::pair<const char*, const char*> same[] = {
      {"select 1", "  select\n\t1\r\n"},
      {"select 'a  b'", "select   'a  b'"},
      {"select 1 -- it's one\nfrom t", "select 1   -- it's   one  \n\n  from t"},
      {"/* don't */ select 'a'", "/*  don't\n*/\nselect 'a'"},
      {"{# it's #} select 'a'", "{#   it's #}\n select 'a'"},
      {"", " \n"},
  };
  for (const auto& [a, b] : same) {
    CAPTURE(a);
    CHECK(collapsed_sql(a) == collapsed_sql(b));
  }
}

TEST_CASE("white space that means something stays") {
  const std::pair<const char*, const char*> different[] = {
      {"select a", "selecta"},
      {"select 'a b'", "select 'a  b'"},
      {"select \"a b\"", "select \"a  b\""},
      {"select `a b`", "select `a  b`"},
      {"select 1 -- one\n, 2", "select 1 -- one , 2"},
      {"-- it's\nselect 'a b'", "-- it's\nselect 'a  b'"},
      {"select 'never closed  x", "select 'never closed x"},
  };
  for (const auto& [a, b] : different) {
    CAPTURE(a);
    CHECK(collapsed_sql(a) != collapsed_sql(b));
  }
}
