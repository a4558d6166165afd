#include "app/report/escape.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace diffgate::app;

TEST_CASE("code shows any name as it is, in a table too") {
  struct {
    std::string text, markdown;
  } const cases[] = {
      {"stg_orders", "`stg_orders`"},
      {"a b (c)", "`a b (c)`"},
      {"@user", "`@user`"},
      {"a|b", "<code>a&#124;b</code>"},
      {"tick`", "<code>tick&#96;</code>"},
      {"<b>", "<code>&#60;b&#62;</code>"},
      {" x", "<code> x</code>"},
      {"", "<code></code>"},
      {"a\nb", "`a b`"},
      {"\xff", "`\uFFFD`"},
      {"a\u202Eb", "`a\uFFFDb`"},
  };
  for (const auto& [text, markdown] : cases) {
    CAPTURE(text);
    CHECK(markdown_code(text) == markdown);
  }
}

TEST_CASE("text links nobody and formats nothing") {
  struct {
    std::string text, markdown;
  } const cases[] = {
      {"rows_removed_pct is 12.5, limit: > 1", "rows_removed_pct is 12.5, limit: &gt; 1"},
      {"_em_", "\\_em\\_"},
      {"**x**", "\\*\\*x\\*\\*"},
      {"ping @alice", "ping @&#8203;alice"},
      {"see #12 and !3", "see #&#8203;12 and !&#8203;3"},
      {"[a](b)", "\\[a\\](b)"},
      {"a|b", "a\\|b"},
      {"<script>", "&lt;script&gt;"},
      {"https://x.example", "https:&#8203;//x.example"},
      {"see www.x.example", "see www&#8203;.x.example"},
      {"- item", "\\- item"},
      {"1. item", "1\\. item"},
      {"# heading", "\\# heading"},
      {"version 1.5", "version 1.5"},
      {":tada:", ":&#8203;tada:"},
      {"a: b: c", "a: b: c"},
      {"back\\slash", "back\\\\slash"},
  };
  for (const auto& [text, markdown] : cases) {
    CAPTURE(text);
    CHECK(markdown_text(text) == markdown);
  }
}

TEST_CASE("a fence is longer than any run of backticks in it") {
  CHECK(markdown_block("yaml", "a") == "```yaml\na\n```\n");
  CHECK(markdown_block("", "x\n````\ny\n") == "`````\nx\n````\ny\n`````\n");
}

TEST_CASE("a text is shortened by characters, not bytes") {
  CHECK(clean_line("\u00e4\u00e4\u00e4", 3) == "\u00e4\u00e4\u00e4");
  CHECK(clean_line("\u00e4\u00e4\u00e4\u00e4", 3) == "\u00e4\u00e4\u2026");
  CHECK(clean_line("abc\xf0\x9f", 10) == "abc\uFFFD\uFFFD");
}

TEST_CASE("only plain http URLs become links") {
  CHECK(safe_url("https://a.example/x?y=1") == "https://a.example/x?y=1");
  for (const char* url : {"javascript:alert(1)", "https://a.example/)x", "https://a.example/ x",
                          "https://a.example/\"", "//a", "", "https://a.example/|"}) {
    CAPTURE(url);
    CHECK(safe_url(url).empty());
  }
  CHECK(markdown_link("Weekly [x]", "https://a.example") == "[Weekly \\[x\\]](https://a.example)");
  CHECK(markdown_link("Weekly", "javascript:1") == "Weekly");
}
