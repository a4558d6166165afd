#include "app/report/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace diffgate::app {
namespace {

constexpr std::string_view replacement = "\uFFFD";
constexpr std::string_view ellipsis = "\u2026";
constexpr std::string_view break_link = "&#8203;";  // a zero-width space keeps "@name" from being a mention

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

struct Decoded {
  char32_t code_point = 0;
  std::size_t length = 0;  // 0: not valid UTF-8
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

// Characters that make a text look like another one: bidirectional overrides, zero-width ones, line
// separators, tags.
bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string clean(std::string_view text, std::size_t max_characters, bool keep_line_breaks) {
  std::string out;
  std::size_t characters = 0;
  while (!text.empty()) {
    if (characters + 1 >= max_characters) {
      const Decoded last = decode(text);
      const bool is_last =
          last.length == text.size() && characters < max_characters && !is_deceptive(last.code_point);
      return out += is_last ? text : ellipsis;
    }
    ++characters;
    const Decoded next = decode(text);
    const char32_t c = next.code_point;
    if (next.length == 0) {
      out += replacement;
      text.remove_prefix(1);
      continue;
    }
    if (c == '\n' && keep_line_breaks) {
      out += '\n';
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else if (is_deceptive(c)) {
      out += replacement;
    } else {
      out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return out;
}

std::string entity(char c) { return fmt::format("&#{};", static_cast<int>(static_cast<unsigned char>(c))); }

// Whether a forge would make something of this character outside of code: @mention, #1, !1, $1, %1, ~label,
// &epic.
bool starts_reference(char c, char next) {
  constexpr std::string_view sigils = "@#!$%~&^";
  return sigils.find(c) != std::string_view::npos && (is_alphanumeric(next) || next == '"' || next == '_');
}

bool starts_url(std::string_view rest) { return rest.starts_with("://"); }

bool starts_www(std::string_view rest) {
  constexpr std::string_view www = "www.";
  return rest.size() > www.size() && std::equal(www.begin(), www.end(), rest.begin(),
                                                [](char a, char b) { return a == (b | 0x20) || a == b; });
}

// ":tada:" and the like.
bool starts_emoji(std::string_view rest) {
  if (rest.empty() || rest[0] != ':') return false;
  const auto end =
      rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-", 1);
  return end != std::string_view::npos && end > 1 && rest[end] == ':';
}

std::string_view html_entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

std::string escape_html(std::string_view line) {
  std::string out;
  for (const char c : line) {
    const std::string_view entity_of = html_entity(c);
    if (entity_of.empty()) {
      out += c;
    } else {
      out += entity_of;
    }
  }
  return out;
}

// Inline Markdown. An underscore inside a word is just that, which keeps names readable in the source.
bool is_markup(char c, char before, char next) {
  if (c == '_') return !is_alphanumeric(before) || !is_alphanumeric(next);
  return std::string_view("\\`*[]~|").find(c) != std::string_view::npos;
}

// "- a", "+ a", "# a", "=", "1. a", "1) a": something else than text only at the start of a line.
bool is_block_start(std::string_view line, std::size_t at) {
  if (at == 0) return std::string_view("-+#=").find(line[0]) != std::string_view::npos;
  const bool is_list_mark = line[at] == '.' || line[at] == ')';
  return is_list_mark && line.substr(0, at).find_first_not_of("0123456789") == std::string_view::npos;
}

// What may stand between single backticks in a table cell and be shown as it is.
bool fits_backticks(std::string_view line) {
  if (line.empty() || line.front() == ' ' || line.back() == ' ') return false;
  return line.find_first_of("`|\\<>&$") == std::string_view::npos;
}

}  // namespace

std::string clean_line(std::string_view text, std::size_t max_characters) {
  return clean(text, max_characters, false);
}

std::string clean_lines(std::string_view text, std::size_t max_characters) {
  return clean(text, max_characters, true);
}

std::string markdown_text(std::string_view text, std::size_t max_characters) {
  const std::string line = clean_line(text, max_characters);
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char before = i > 0 ? line[i - 1] : '\0';
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    const std::string_view rest = std::string_view(line).substr(i);
    const std::string_view html = html_entity(c);
    if (c == '&' || c == '<' || c == '>') {
      out += html;
    } else if (c == '$') {
      out += entity(c);  // GitHub reads $…$ as mathematics
    } else if (is_markup(c, before, next) || is_block_start(line, i)) {
      out += '\\';
      out += c;
    } else if (starts_www(rest) && !is_alphanumeric(before)) {
      out += rest.substr(0, 3);
      out += break_link;
      i += 2;
      continue;
    } else {
      out += c;
    }
    if (starts_reference(c, next) || starts_url(rest) || starts_emoji(rest)) out += break_link;
  }
  return out;
}

std::string markdown_code(std::string_view text, std::size_t max_characters) {
  const std::string line = clean_line(text, max_characters);
  if (fits_backticks(line)) return "`" + line + "`";
  std::string out = "<code>";
  for (const char c : line) {
    const bool is_plain =
        is_alphanumeric(c) || c == ' ' || c == '.' || c == ',' || static_cast<unsigned char>(c) >= 0x80;
    if (is_plain) {
      out += c;
    } else {
      out += entity(c);
    }
  }
  return out + "</code>";
}

std::string markdown_block(std::string_view language, std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, text.ends_with('\n') ? "" : "\n", fence);
}

std::string html_text(std::string_view text, std::size_t max_characters) {
  return escape_html(clean_line(text, max_characters));
}

std::string html_code(std::string_view text, std::size_t max_characters) {
  return "<code>" + escape_html(clean_line(text, max_characters)) + "</code>";
}

std::string safe_url(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return {};
  if (url.size() > 2'000) return {};
  for (const char c : url) {
    const bool is_allowed =
        is_alphanumeric(c) || std::string_view("-._~:/?#@!$&*+,;=%").find(c) != std::string_view::npos;
    if (!is_allowed) return {};
  }
  return std::string(url);
}

std::string markdown_link(std::string_view text, std::string_view url) {
  const std::string target = safe_url(url);
  if (target.empty()) return markdown_text(text, 120);
  return "[" + markdown_text(text, 120) + "](" + target + ")";
}

}  // namespace diffgate::app
