#include "vcs/text_limits.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace diffgate::vcs;

TEST_CASE("a text within its limit stays as it is") {
  CHECK(cut_lines("a\nb\n", 4, "cut") == "a\nb\n");
  CHECK(cut_characters("größe", 5) == "größe");
  CHECK(cut_lines("", 0, "cut").empty());
}

TEST_CASE("a text that is too long loses whole lines and says so") {
  CHECK(cut_lines("one\ntwo\nthree\n", 11, "cut") == "one\ntwo\ncut");
  CHECK(cut_lines("one\ntwo\nthree\n", 10, "cut") == "one\ncut");
  CHECK(cut_lines("one\ntwo\nthree\n", 3, "cut") == "cut");
}

TEST_CASE("a single long line is cut between two characters") {
  CHECK(cut_lines("ééééé", 6, "!") == "éé!");
  CHECK(cut_lines("ééééé", 7, "!") == "ééé!");
  CHECK(cut_lines("💡💡", 7, "") == "💡");
  CHECK(cut_lines("abcdef", 3, "a notice that is too long itself") == "abc");
}

TEST_CASE("a title is cut by characters, not by bytes") {
  CHECK(cut_characters("größer", 5) == "größ…");
  CHECK(cut_characters("abc", 1) == "…");
  CHECK(count_characters("größe 💡") == 7);
}

TEST_CASE("whatever the limit, a cut text is within it and ends no character in the middle") {
  std::string text;
  for (int i = 0; i < 20; ++i) text += i % 3 == 0 ? "größe\n" : "💡 a|b ";
  for (std::size_t limit = 0; limit < text.size(); ++limit) {
    CAPTURE(limit);
    const std::string cut = cut_lines(text, limit, "…");
    CHECK(cut.size() <= limit);
    const std::string kept = cut.ends_with("…") ? cut.substr(0, cut.size() - 3) : cut;
    CHECK(text.starts_with(kept));
    const bool is_boundary = (static_cast<unsigned char>(text[kept.size()]) & 0xC0U) != 0x80U;
    CHECK(is_boundary);
  }
}
