#include "config/ignore_patterns.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "support.hpp"

using namespace diffgate::config;

namespace {

struct Case {
  std::vector<std::string> patterns;
  std::string path;
  bool is_ignored;
  std::size_t line;
};

void check(const Case& c) {
  CAPTURE(c.patterns);
  CAPTURE(c.path);
  const auto match = IgnorePatterns(c.patterns).match(c.path);
  CHECK(match.is_ignored == c.is_ignored);
  CHECK(match.line == c.line);
}

// The plainest possible statement of what a segment's wildcards mean.
bool matches_by_definition(std::u32string_view pattern, std::u32string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t taken = 0; taken <= text.size(); ++taken) {
      if (matches_by_definition(pattern.substr(1), text.substr(taken))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  return (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_by_definition(pattern.substr(1), text.substr(1));
}

// The same for "**" between segments, a match of the first segments being enough.
bool path_matches_by_definition(const std::vector<std::string>& pattern, std::size_t p,
                                const std::vector<std::string>& path, std::size_t s) {
  if (p == pattern.size()) return true;
  if (pattern[p] == "**") {
    for (std::size_t next = s; next <= path.size(); ++next) {
      if (path_matches_by_definition(pattern, p + 1, path, next)) return true;
    }
    return false;
  }
  return s < path.size() && matches_by_definition(code_points(pattern[p]), code_points(path[s])) &&
         path_matches_by_definition(pattern, p + 1, path, s + 1);
}

}  // namespace

TEST_CASE("the documented three lines mean: only dbt/ at any depth, less its own Markdown files") {
  const std::vector<std::string> lines{"*", "!dbt/*", "dbt/*.md"};
  const Case cases[] = {
      {lines, "README.md", true, 1},
      {lines, "src/app.py", true, 1},
      {lines, "dbt/dbt_project.yml", false, 2},
      {lines, "dbt/models/core/a.sql", false, 2},
      {lines, "dbt/README.md", true, 3},
      {lines, "dbt/models/README.md", false, 2},
      {lines, "src/dbt/a.sql", true, 1},
  };
  for (const Case& c : cases) check(c);
}

TEST_CASE("ignore lines are read as gitignore(5) has them") {
  const Case cases[] = {
      // comments, blanks, escapes
      {{"# all", "", "   "}, "# all", false, 0},
      {{"\\#x"}, "#x", true, 1},
      {{"\\!x"}, "!x", true, 1},
      {{"a\\ "}, "a ", true, 1},
      {{"a\\ "}, "a", false, 0},
      {{"a  "}, "a", true, 1},
      {{"a\\\\ "}, "a\\", true, 1},
      {{"a\r"}, "a", true, 1},
      {{"\\*"}, "*", true, 1},
      {{"\\*"}, "a", false, 0},
      {{"a\\"}, "a", false, 0},
      {{"a\\/b"}, "a/b", true, 1},
      // a slash anchors, but for the one at the end
      {{"a"}, "x/y/a", true, 1},
      {{"/a"}, "x/a", false, 0},
      {{"x/a"}, "x/a", true, 1},
      {{"x/a"}, "y/x/a", false, 0},
      {{"a/"}, "a", false, 0},
      {{"a/"}, "x/a/b", true, 1},
      {{"/a/"}, "a/b/c", true, 1},
      // "**"
      {{"**/a"}, "a", true, 1},
      {{"**/a"}, "x/y/a", true, 1},
      {{"a/**"}, "a", false, 0},
      {{"a/**"}, "a/b/c", true, 1},
      {{"a/**/b"}, "a/b", true, 1},
      {{"a/**/b"}, "a/x/y/b", true, 1},
      {{"a/**/b"}, "x/a/b", false, 0},
      {{"/**/"}, "a", false, 0},
      {{"/**/"}, "a/b", true, 1},
      {{"a**b"}, "axxb", true, 1},
      {{"a**b"}, "a/b", false, 0},
      // sets
      {{"[a-c]x"}, "bx", true, 1},
      {{"[a-c]x"}, "dx", false, 0},
      {{"[!a-c]x"}, "dx", true, 1},
      {{"[^a-c]x"}, "bx", false, 0},
      {{"a[!x]b"}, "a/b", false, 0},
      {{"[[:digit:]]x"}, "7x", true, 1},
      {{"[![:alpha:]]x"}, "7x", true, 1},
      {{"[[:nonsense:]]"}, ":]", true, 1},
      {{"[a\\]b]"}, "]", true, 1},
      {{"[a"}, "[a", true, 1},
      {{"[z-a]"}, "m", false, 0},
      // letters are letters, not bytes
      {{"?.sql"}, "é.sql", true, 1},
      {{"[à-ü].sql"}, "é.sql", true, 1},
      {{"*.SQL"}, "a.sql", false, 0},
      // what matches nothing
      {{"/"}, "a", false, 0},
      {{"!"}, "a", false, 0},
      {{"!/"}, "a", false, 0},
      {{"*"}, "", false, 0},
      // order
      {{"*.md", "!README.md"}, "README.md", false, 2},
      {{"!README.md", "*.md"}, "README.md", true, 2},
      {{"a", "a"}, "a", true, 2},
      // how tools write paths
      {{"/a"}, "./a", true, 1},
      {{"/a"}, "/a", true, 1},
  };
  for (const Case& c : cases) check(c);
}

TEST_CASE("pathspec's answers to 610 cases are ours") {
  const auto cases = nlohmann::json::parse(test::file_text("tests/data/ignore_patterns/cases.json"));
  REQUIRE(cases.size() == 610);
  for (const auto& c : cases) {
    check({c["patterns"], c["path"], c["ignored"], c["line"]});
  }
}

TEST_CASE("random patterns match what their definition says") {
  std::mt19937 random(20260101);
  const auto pick = [&](std::string_view letters, std::size_t most) {
    std::string text;
    for (std::size_t n = random() % most + 1; n > 0; --n) text += letters[random() % letters.size()];
    return text;
  };
  std::size_t hits = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::vector<std::string> pattern;
    std::vector<std::string> path;
    for (std::size_t n = random() % 4 + 2; n > 0; --n)
      pattern.push_back(random() % 4 == 0 ? "**" : pick("ab*?", 3));
    for (std::size_t n = random() % 5 + 1; n > 0; --n) path.push_back(pick("ab", 3));
    if (pattern.back() == "**") pattern.emplace_back("*");  // a last "**" asks for something below
    std::string line = "/";
    for (const std::string& segment : pattern) line += (line.size() > 1 ? "/" : "") + segment;
    std::string file;
    for (const std::string& segment : path) file += (file.empty() ? "" : "/") + segment;
    CAPTURE(line);
    CAPTURE(file);
    const bool expected = path_matches_by_definition(pattern, 0, path, 0);
    hits += expected ? 1 : 0;
    REQUIRE(IgnorePatterns({line}).match(file).is_ignored == expected);
  }
  CHECK(hits > 500);
}

TEST_CASE("patterns made to explode are matched all the same") {
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "a*";
  std::string depths;
  for (int i = 0; i < 200; ++i) depths += "**/a/";
  const std::string letters(4000, 'a');
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "a/";
  CHECK_FALSE(IgnorePatterns({stars + "b"}).match(letters).is_ignored);
  CHECK(IgnorePatterns({stars}).match(letters).is_ignored);
  CHECK_FALSE(IgnorePatterns({depths + "b"}).match(deep + "c").is_ignored);
  CHECK(IgnorePatterns({depths + "c"}).match(deep + "c").is_ignored);
}

TEST_CASE("bytes that are not UTF-8 are characters like others") {
  CHECK(IgnorePatterns({"a?c"})
            .match("a\xFF"
                   "c")
            .is_ignored);
  CHECK(IgnorePatterns({"a\xFF"
                        "c"})
            .match("a\xFF"
                   "c")
            .is_ignored);
  CHECK_FALSE(IgnorePatterns({"a\xFE"
                              "c"})
                  .match("a\xFF"
                         "c")
                  .is_ignored);
}

TEST_CASE("column names can be matched without regard to case") {
  const std::vector<std::string> lines{"_loaded_*", "!_LOADED_by"};
  const IgnorePatterns columns(lines, IgnorePatterns::Case::ignored);
  CHECK(columns.match("_LOADED_AT").is_ignored);
  CHECK_FALSE(columns.match("_Loaded_By").is_ignored);
  CHECK_FALSE(IgnorePatterns(lines).match("_LOADED_AT").is_ignored);
}
