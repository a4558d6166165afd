#include "dbt/sql_whitespace.hpp"

#include <algorithm>

namespace diffgate::dbt {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The end of the piece of `code` at `at` in which white space matters, or `at` if none begins there.
std::size_t end_of_quoted(std::string_view code, std::size_t at) {
  const char c = code[at];
  if (c != '\'' && c != '"' && c != '`') return at;
  const std::size_t close = code.find(c, at + 1);
  return close == std::string_view::npos ? code.size() : close + 1;
}

std::size_t end_of_comment(std::string_view code, std::size_t at) {
  const auto past = [&](std::string_view close) {
    const std::size_t found = code.find(close, at + 2);
    return found == std::string_view::npos ? code.size() : found + close.size();
  };
  const std::string_view rest = code.substr(at);
  if (rest.starts_with("--")) return std::min(past("\n"), code.size());
  if (rest.starts_with("/*")) return past("*/");
  if (rest.starts_with("{#")) return past("#}");
  return at;
}

}  // namespace

std::string collapsed_sql(std::string_view code) {
  std::string text;
  text.reserve(code.size());
  bool is_after_space = false;
  const auto separate = [&] {
    if (is_after_space && !text.empty() && text.back() != '\n') text += ' ';
    is_after_space = false;
  };
  for (std::size_t at = 0; at < code.size();) {
    if (is_space(code[at])) {
      is_after_space = true;
      ++at;
      continue;
    }
    separate();
    if (const std::size_t end = end_of_comment(code, at); end != at) {
      // Apostrophes in comments are no quotes; only a comment to the line's end needs that end.
      const bool is_line = code[at] == '-';
      bool is_gap = false;
      for (const char c : code.substr(at, end - at)) {
        if (!is_space(c)) {
          if (is_gap) text += ' ';
          text += c;
        }
        is_gap = is_space(c);
      }
      if (is_line) text += '\n';
      at = end;
    } else if (const std::size_t quoted = end_of_quoted(code, at); quoted != at) {
      text += code.substr(at, quoted - at);
      at = quoted;
    } else {
      text += code[at++];
    }
  }
  while (!text.empty() && is_space(text.back())) text.pop_back();
  return text;
}

}  // namespace diffgate::dbt
