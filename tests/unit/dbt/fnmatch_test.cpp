#include "dbt/fnmatch.hpp"

#include <doctest/doctest.h>

#include <string>

using diffgate::dbt::path_glob_match;

TEST_CASE("names match as Python's fnmatch has it") {
  struct Row {
    const char* text;
    const char* pattern;
    bool matches;
  };
  constexpr Row rows[] = {
      {"orders", "orders", true},
      {"orders", "Orders", false},
      {"orders", "o*", true},
      {"orders", "*s", true},
      {"orders", "*", true},
      {"", "*", true},
      {"", "", true},
      {"a", "", false},
      {"orders", "o?ders", true},
      {"orders", "o?rders", false},
      {"orders", "[mo]rders", true},
      {"orders", "[!mo]rders", false},
      {"orders", "[a-p]rders", true},
      {"orders", "[p-z]rders", false},
      {"a]b", "a[]]b", true},
      {"a[b", "a[b", true},
      {"a-b", "a[a-]b", true},
      {"aXbXc", "a*b*c", true},
      {"aXbX", "a*b*c", false},
      {"\xc3\xa9t\xc3\xa9", "?t?", true},
      {"\xc3\xa9", "[\xc3\xa0-\xc3\xbf]", true},
      {"a.b", "a.b", true},
      {"axb", "a.b", false},
      {"stg_orders", "stg_[!c]*", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.pattern);
    CHECK(diffgate::dbt::fnmatch(row.text, row.pattern) == row.matches);
  }
}

TEST_CASE("a pattern of many stars over a long name ends") {
  const std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(diffgate::dbt::fnmatch(text, pattern + "b"));
}

TEST_CASE("paths match as Python's glob has it") {
  struct Row {
    const char* path;
    const char* pattern;
    bool matches;
  };
  constexpr Row rows[] = {
      {"models/a.sql", "models/a.sql", true},
      {"models/a.sql", "./models/a.sql", true},
      {"models", "models/", true},
      {"models/a.sql", "models/*", true},
      {"models/x/a.sql", "models/*", false},
      {"models/x/a.sql", "models/**/*.sql", true},
      {"models/a.sql", "models/**/*.sql", true},
      {"models", "models/**", true},
      {"models/a.sql", "", false},
      {"a.sql", "*.sql", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.pattern);
    CHECK(path_glob_match(row.path, row.pattern) == row.matches);
  }
}
