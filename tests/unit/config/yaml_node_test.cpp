#include "config/yaml_node.hpp"

#include <doctest/doctest.h>

#include "config/yaml_text.hpp"
#include "support.hpp"

using namespace diffgate::config;

namespace {

// The problems of a text as lines; the text is in a file named "f".
std::string problems_of(const std::string& text) {
  std::vector<Problem> problems;
  read_yaml(text, "f", problems);
  return test::joined(problems);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (; times > 0; --times) result += text;
  return result;
}

}  // namespace

TEST_CASE("a tree keeps the order, the texts and the places of a file") {
  std::vector<Problem> problems;
  const auto root = read_yaml("# note\nb: [x, 'y z']\na:\n  é: {k: \"1\"}\nn:\n", "f", problems);
  REQUIRE(root);
  CHECK(problems.empty());
  REQUIRE(root->entries.size() == 3);
  CHECK(root->entries[0].key == "b");
  const YamlNode& list = root->entries[0].value;
  REQUIRE(list.items.size() == 2);
  CHECK(list.items[0].is_plain);
  CHECK_FALSE(list.items[1].is_plain);
  CHECK(list.items[1].text == "y z");
  CHECK(list.items[1].line == 2);
  CHECK(list.items[1].column == 8);
  const YamlNode* const inner = root->find("a")->find("é");
  REQUIRE(inner != nullptr);
  CHECK(inner->column == 6);  // in characters, not bytes
  CHECK(inner->find("k")->column == 10);
  CHECK(root->find("n")->is_null());
  CHECK(root->find("n")->line == 5);  // the key's own line
  CHECK(root->find("z") == nullptr);
}

TEST_CASE("an empty file, a comment alone and a byte order mark are fine") {
  for (const char* text : {"", "\n\n", "# nothing\n", "---\n",
                           "\xEF\xBB\xBF"
                           "a: 1\n",
                           "a: 1\r\nb: 2\r\n", "--- \na: 1\n...\n"}) {
    CAPTURE(text);
    CHECK(problems_of(text) == "");
  }
  std::vector<Problem> problems;
  CHECK(read_yaml("a: 1\r\nb: 2\r\n", "f", problems)->find("b")->text == "2");
  CHECK(read_yaml("", "f", problems)->is_null());
}

TEST_CASE("what is not YAML is told with its place and what to do, in our words") {
  struct Case {
    std::string text;
    std::string problem;
  };
  const Case cases[] = {
      {"a:\n\tb: 1\n", "f:2:1: a tab is not allowed as indentation (use spaces)\n"},
      {"a:\n  \tb: 1\n\tc: 1\n",
       "f:2:3: a tab is not allowed as indentation (use spaces)\nf:3:1: a tab is not allowed as indentation "
       "(use spaces)\n"},
      {"a: 1\na: 2\n", "f:2:1: a: the key 'a' is there twice, first in line 1 (keep one of them)\n"},
      {"l:\n - {x: 1, y: 2, x: 3}\n",
       "f:2:17: l[0].x: the key 'x' is there twice, first in line 2 (keep one of them)\n"},
      {"a: 1\n---\nb: 2\n",
       "f:2:1: a second document begins here (keep one document, with nothing behind it)\n"},
      {"a: [1, 2\n", "f:2:1: ']' is missing\n"},
      {"a: {b: 1\n", "f:2:1: '}' is missing\n"},
      {"a: \"x\n", "f:1:4: the closing quote is missing (close the quote that begins here)\n"},
      {"a: 'x\n", "f:1:4: the closing quote is missing (close the quote that begins here)\n"},
      {"a: \"x\\\"\nb: 1\n", "f:1:4: the closing quote is missing (close the quote that begins here)\n"},
      {"a: 'it''s\nb: 1\n", "f:1:4: the closing quote is missing (close the quote that begins here)\n"},
      {"a: &x 'b\n", "f:1:4: the closing quote is missing (close the quote that begins here)\n"},
      {"{a: 1} x\n", "f:1:8: a second document begins here (keep one document, with nothing behind it)\n"},
      {"a: b: c\n",
       "f:1:5: a ':' where no key can stand (check the indentation, or put a text that holds ': ' in "
       "quotes)\n"},
      {"- *\n", "f:1:4: an alias without a name (a text that begins with '*' must be in quotes)\n"},
      {"- *.md\n",
       "f:1:3: an alias names an anchor that is not defined (a text that begins with '*' must be in "
       "quotes)\n"},
      {"- !dbt/*\n", "f:1:3: tags are not supported (a text that begins with '!' must be in quotes)\n"},
      {"a: !secret x\n", "f:1:4: tags are not supported (a text that begins with '!' must be in quotes)\n"},
      {"a: @x\n",
       "f:1:4: a character that cannot begin a value (put a text that begins with a special character in "
       "quotes)\n"},
      {"a: \"\\d\"\n",
       "f:1:7: unknown escape after '\\' in a text in double quotes (write '\\\\' for a backslash, or use "
       "single quotes)\n"},
      {"? [a]\n: b\n", "f:1:3: a key must be a text (write 'key: value', and close every bracket)\n"},
      {"~: b\n", "f:1:1: a key must be a text (write 'key: value', and close every bracket)\n"},
      {"a: &x [*x]\n", "f:1:8: an alias stands inside the value that it names\n"},
      {"a: \x01\n", "f:1:4: control character 0x01 in the file\n"},
      {"a: é\xC3\n", "f:1:5: the file is not valid UTF-8 (save it as UTF-8)\n"},
      {"a: \xC0\xAF\n", "f:1:4: the file is not valid UTF-8 (save it as UTF-8)\n"},
      {"a: \xED\xA0\x80\n", "f:1:4: the file is not valid UTF-8 (save it as UTF-8)\n"},
      {"\xFF\xFE"
       "a\n",
       "f:1:1: the file is not valid UTF-8 (save it as UTF-8)\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(problems_of(c.text) == c.problem);
  }
}

TEST_CASE("quotes within quotes, escapes and block texts need no closing quote of their own") {
  for (const std::string text :
       {"a: 'it''s'\n", "a: \"x\\\"y\"\n", "a: \"x\\\\\"\n", "a: |\n  it's \"so\n", "a: it's\n",
        "a: &x 'b'\n", "'a': \"b\"\n", "a: ''\n", "a: !!str 'b'\n", "a: !!str it's\n", "a: 'x\n\n  y'\n"}) {
    CAPTURE(text);
    CHECK(problems_of(text) == "");
  }
}

TEST_CASE("a tab within a text or on a blank line is no indentation") {
  CHECK(problems_of("a: x\ty\n  \nb: '1'\t# note\n\t\n  \t\r\nc: 1\n") == "");
}

TEST_CASE("an alias stands for a copy of what it names, at its own place") {
  std::vector<Problem> problems;
  const auto root = read_yaml("a: &x [1, 2]\nb: *x\n", "f", problems);
  REQUIRE(root);
  REQUIRE(root->find("b")->items.size() == 2);
  CHECK(root->find("b")->line == 2);
}

TEST_CASE("texts made to exhaust the reader are refused") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'k'; ++name) {
    bomb += fmt::format("{}: &{} [", name, name) +
            repeated(fmt::format("*{},", static_cast<char>(name - 1)), 10) + "]\n";
  }
  std::string stairs;
  for (std::size_t i = 0; i < 300; ++i) stairs += repeated(" ", i) + "a:\n";
  // Each anchor's copy holds those below it.
  std::string nested = "a: ";
  for (int i = 0; i < 90; ++i) nested += fmt::format("&x{} [", i);
  nested += repeated("x,", 5000) + repeated("]", 90) + "\n";
  std::string keys;
  for (int i = 0; i < 300; ++i) keys += "a: 1\n";
  struct Case {
    std::string name;
    std::string text;
    std::string part;
  };
  const Case cases[] = {
      {"aliases that multiply", bomb, "more than 100,000 values"},
      {"anchors within anchors", nested, "more than 100,000 values"},
      {"many values", "[" + repeated("a,", 200'000) + "]", "more than 100,000 values"},
      {"deep lists", repeated("[", 5000) + repeated("]", 5000), "more than 100 levels"},
      {"deep maps", repeated("{a: ", 5000) + repeated("}", 5000), "more than 100 levels"},
      {"deep block lists", repeated("- ", 5000), "more than 100 levels"},
      {"stairs", stairs, "more than 100 levels"},
      {"many brackets", repeated("[", 1 << 20), "more than 20,000 brackets"},
      {"large", repeated("a", (1 << 20) + 1), "larger than 1 MiB"},
      {"documents without an end", repeated(",", 1000), "f:"},
      {"more documents", repeated("[],", 1000), "a second document"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string problems = problems_of(c.text);
    CHECK_MESSAGE(problems.find(c.part) != std::string::npos, problems);
  }
  std::vector<Problem> problems;
  read_yaml(keys, "f", problems);
  CHECK(problems.size() == 100);
}

TEST_CASE("a hundred levels are allowed, one more is not") {
  CHECK(problems_of(repeated("[", 100) + repeated("]", 100)) == "");
  CHECK(problems_of(repeated("[", 101) + repeated("]", 101)) ==
        "f:1:101: more than 100 levels of lists and maps\n");
  const std::string named = "a: &x " + repeated("[", 60) + repeated("]", 60) + "\nb: " + repeated("[", 60) +
                            "*x" + repeated("]", 60);
  CHECK(problems_of(named).find("more than 100 levels") != std::string::npos);
}

TEST_CASE("no syntax problem repeats a piece of the file") {
  for (const char* text : {"p: *hunter2\n", "p: &hunter2 &hunter2 x\n", "p: !hunter2 x\n", "p: \"hunter2\n",
                           "p: hunter2: x\n", "p: |hunter2\n", "p: @hunter2\n", "p: %hunter2\n",
                           "%hunter2 hunter2\np: 1\n", "p: \"\\hunter2\"\n"}) {
    CAPTURE(text);
    CHECK(problems_of(text).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  struct Case {
    std::string bytes;
    std::size_t length;
  };
  const Case cases[] = {{"", 0},
                        {"a", 1},
                        {"\xC3\xA9", 2},
                        {"\xE2\x82\xAC", 3},
                        {"\xF0\x9F\x98\x80", 4},
                        {"\x80", 0},
                        {"\xC3", 0},
                        {"\xC3"
                         "a",
                         0},
                        {"\xC1\xBF", 0},
                        {"\xE0\x9F\xBF", 0},
                        {"\xED\xBF\xBF", 0},
                        {"\xF0\x8F\xBF\xBF", 0},
                        {"\xF4\x90\x80\x80", 0},
                        {"\xF5\x80\x80\x80", 0},
                        {"\xE2\x82", 0}};
  for (const Case& c : cases) {
    CAPTURE(c.bytes);
    CHECK(utf8_length(c.bytes) == c.length);
  }
}
