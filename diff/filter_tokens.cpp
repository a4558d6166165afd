#include "diff/filter_tokens.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "diff/dialect.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

using Kind = FilterToken::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct CodePoints {
  std::uint32_t first;
  std::uint32_t last;
};

// Outside ASCII: what some engine takes for a blank, a quote, a sign or nothing at all, and another for a
// letter of a name.
constexpr auto kNoLetters = std::to_array<CodePoints>({
    {0x80, 0xBF},          // controls, the blank that does not break, signs
    {0x1680, 0x1680},      // blanks
    {0x180E, 0x180E},      //
    {0x2000, 0x2BFF},      // blanks, quotes, dashes, signs
    {0x2E00, 0x2E7F},      // punctuation
    {0x3000, 0x3004},      // the wide blank, East Asian punctuation
    {0x3008, 0x3020},      //
    {0xD800, 0xF8FF},      // no characters; private ones
    {0xFE00, 0xFE6F},      // variants, small punctuation
    {0xFEFF, 0xFF65},      // a mark of byte order, wide forms of ASCII
    {0xFFE0, 0xFFFF},      // wide signs, no characters
    {0xE0000, 0xFFFFFFFF}  // tags, private ones, none
});

// The code point that begins there, or one that is none; moves behind it.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  constexpr std::uint32_t kNone = 0xFFFFFFFF;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(at++);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  constexpr std::array<std::uint32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
  if (first < 0xC2 || first > 0xF4 || text.size() - at < more) return kNone;
  std::uint32_t out = first & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at) & 0xC0U) != 0x80U) return kNone;
    out = (out << 6U) | (byte(at++) & 0x3FU);
  }
  return out < kLeast.at(more) ? kNone : out;
}

bool has_only_letters(std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const std::uint32_t c = next_code_point(word, at);
    if (c >= 0x80 && std::any_of(kNoLetters.begin(), kNoLetters.end(), [c](const CodePoints& range) {
          return c >= range.first && c <= range.last;
        }))
      return false;
  }
  return true;
}

// 12, 1_000, 1e5, 0xFF, and with Spark's suffixes 1L, 1BD. "1FROM" is a number and a word to some engines.
bool is_plain_number(std::string_view word) {
  const auto all = [](std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
  };
  constexpr std::string_view kDigits = "0123456789_";
  if (word.size() > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
    return all(word.substr(2), "0123456789abcdefABCDEF_");
  if (word.size() > 2 && word[0] == '0' && (word[1] == 'b' || word[1] == 'B'))
    return all(word.substr(2), "01_");
  const std::size_t end = std::min(word.find_first_not_of(kDigits), word.size());
  const std::string_view rest = word.substr(end);
  if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) return all(rest.substr(1), "0123456789");
  constexpr auto kSuffixes = std::to_array<std::string_view>({"", "L", "S", "Y", "D", "F", "BD", "l"});
  return std::find(kSuffixes.begin(), kSuffixes.end(), rest) != kSuffixes.end();
}

class FilterReader {
 public:
  FilterReader(std::string_view text, const Lexis& lexis) : text_(text), lexis_(lexis) {}

  FilterText read() {
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      if (!skip_comment()) {
        step();
        out_.sql += text_.substr(start, at_ - start);
      }
    }
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void add(Kind kind, std::string value) { out_.tokens.push_back({kind, std::move(value)}); }

  void step() {
    const char c = peek();
    if (is_blank(c)) {
      ++at_;
      return;
    }
    if (c == '"') return read_quoted('"', lexis_.double_quotes_are_texts ? Kind::text : Kind::name);
    if (c == lexis_.name_open) return read_quoted(lexis_.name_close, Kind::name);
    if (c == '\'') return read_text(false);
    if (is_word_part(c)) return read_word();
    if (c == '$') return read_dollar();
    refuse_symbol(c);
    add(Kind::symbol, std::string(1, c));
    ++at_;
  }

  void refuse_symbol(char c) const {
    if (c == '\0') refuse_filter("it holds a NUL byte");
    if (c < ' ' || c == '\x7f') refuse_filter("it holds a control character");
    if (c == ';') refuse_filter("';' is not part of an expression");
    if (c == '\\') refuse_filter("a backslash is not part of an expression");
    // An operator to PostgreSQL, a quote to others.
    if (c == '`') refuse_filter("` is not a quote here");
    if (c == '#' && lexis_.has_hash_comments) refuse_filter("# begins a comment here");
    if (c == '@' && !lexis_.has_at_operators) refuse_filter("@ is not part of an expression here");
  }

  // A comment leaves a blank, or the line break that it ends with: texts in lines of their own are one text.
  bool skip_comment() {
    if (peek() == '-' && peek(1) == '-') {
      skip_line_comment();
      return true;
    }
    if (peek() == '/' && peek(1) == '*') {
      skip_block_comment();
      return true;
    }
    if (peek() == '/' && peek(1) == '/' && lexis_.has_slash_comments)
      refuse_filter("// begins a comment here");
    return false;
  }

  void skip_line_comment() {
    const char next = peek(2);
    if (lexis_.has_dash_operators && next != ' ' && next != '\t' && next != '\n')
      refuse_filter("a comment needs a space after --");
    for (; at_ < text_.size() && peek() != '\n' && peek() != '\r'; ++at_) refuse_nul();
    out_.sql += '\n';
  }

  // PostgreSQL nests these comments, others do not: one inside another has two readings.
  void skip_block_comment() {
    at_ += 2;
    if (lexis_.has_executed_comments && (peek() == '!' || (peek() == 'M' && peek(1) == '!')))
      refuse_filter("what stands in this comment is executed");
    while (true) {
      if (at_ >= text_.size()) refuse_filter("a comment is not closed");
      refuse_nul();
      if (peek() == '/' && peek(1) == '*') refuse_filter("a comment stands inside a comment");
      if (peek() == '*' && peek(1) == '/') break;
      ++at_;
    }
    at_ += 2;
    out_.sql += ' ';
  }

  void refuse_nul() const {
    if (peek() == '\0') refuse_filter("it holds a NUL byte");
  }

  void read_word() {
    const std::size_t start = at_;
    while (is_word_part(peek()) || peek() == '$') ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    // Spelled by escapes, a name is not the one that stands there.
    if ((word == "u" || word == "U") && peek() == '&' && (peek(1) == '"' || peek(1) == '\''))
      refuse_filter("U& escapes are not read here");
    if (!has_only_letters(word))
      refuse_filter(
          "it holds a blank, quote or sign outside ASCII; write the plain one, or put the name in quotes");
    const bool is_ascii =
        std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!is_ascii && word.find('$') != std::string_view::npos)
      refuse_filter("a $ follows letters outside ASCII");
    if (is_digit(word.front()) && !is_plain_number(word))
      refuse_filter("a number runs into a word; put a blank between them, or quotes around the name");
    add(Kind::word, std::string(word));
    // E'…' reads backslashes as escapes; other prefixes (B, X, N) do not change where the text ends.
    if (peek() == '\'' && lexis_.has_e_texts && (word == "e" || word == "E")) read_text(true);
  }

  void read_text(bool has_escapes) {
    refuse_triple_quote('\'');
    // Behind E'…', on a line of its own, a text goes on; to PostgreSQL 14, 1E'…' is a number and such a text.
    const bool may_escape =
        lexis_.escapes_texts || (lexis_.has_e_texts && !out_.tokens.empty() &&
                                 (out_.tokens.back().kind == Kind::text || is_number(out_.tokens.back())));
    const std::size_t start = ++at_;
    for (; at_ < text_.size(); ++at_) {
      refuse_nul();
      refuse_variable();
      if (peek() == '\\' && has_escapes) {
        ++at_;
      } else if (peek() == '\\' && peek(1) == '\'' && may_escape) {
        refuse_filter("\\' in a text has two readings; write '' for a quote");
      } else if (peek() == '\'') {
        if (peek(1) != '\'') {
          add(Kind::text, std::string(text_.substr(start, at_ - start)));
          ++at_;
          return;
        }
        refuse_doubled('\'');
        ++at_;
      }
    }
    refuse_filter("a ' is not closed");
  }

  void read_quoted(char quote, Kind kind) {
    refuse_triple_quote(quote);
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      refuse_nul();
      refuse_variable();
      if (peek() == '\\' && peek(1) == quote && (lexis_.escapes_texts || lexis_.escapes_names))
        refuse_filter("a backslash before a quote has two readings");
      if (peek() == '\\' && kind == Kind::name && lexis_.escapes_names)
        refuse_filter("a name is spelled with an escape");
      if (peek() == quote) {
        if (peek(1) != quote) {
          add(kind, std::move(value));
          ++at_;
          return;
        }
        refuse_doubled(quote);
        ++at_;
      }
      value += peek();
    }
    refuse_filter(std::string("a ") + quote + " is not closed");
  }

  // To BigQuery, three quotes begin a text in which a lone quote ends nothing, and two end one.
  void refuse_triple_quote(char quote) const {
    if (lexis_.has_triple_quotes && peek(1) == quote && peek(2) == quote)
      refuse_filter("three quotes in a row have two readings");
  }

  void refuse_doubled(char quote) const {
    if (lexis_.has_triple_quotes)
      refuse_filter(std::string("a doubled ") + quote +
                    " is no quote here; put the other quotes around the text");
  }

  // Spark puts values of its configuration into a statement before it reads it, into texts as well.
  void refuse_variable() const {
    if (lexis_.substitutes_variables && peek() == '$' && peek(1) == '{')
      refuse_filter("${…} is replaced by a value of the server's configuration");
  }

  // $$…$$ and $tag$…$tag$. A lone $ or $1 is left to the engine, which refuses it.
  void read_dollar() {
    refuse_variable();
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_word_part(text_[end])) ++end;
    const bool is_quote = end < text_.size() && text_[end] == '$' && !is_digit(peek(1));
    if (is_quote && !lexis_.has_dollar_quotes) refuse_filter("a text in $ is not read here");
    if (!is_quote) {
      add(Kind::symbol, "$");
      ++at_;
      return;
    }
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    if (!has_only_letters(tag)) refuse_filter("a dollar quote has a sign outside ASCII");
    const std::size_t close_at = text_.find(tag, end + 1);
    if (close_at == std::string_view::npos) refuse_filter("a dollar quote is not closed");
    const std::string_view inside = text_.substr(end + 1, close_at - end - 1);
    if (inside.find('\0') != std::string_view::npos) refuse_filter("it holds a NUL byte");
    add(Kind::text, std::string(inside));
    at_ = close_at + tag.size();
  }

  std::string_view text_;
  const Lexis& lexis_;
  std::size_t at_ = 0;
  FilterText out_;
};

}  // namespace

FilterText read_filter(std::string_view filter, const Lexis& lexis) {
  return FilterReader(filter, lexis).read();
}

bool is_number(const FilterToken& token) { return token.kind == Kind::word && is_digit(token.value.front()); }

void refuse_filter(const std::string& why) {
  throw Error(ErrorClass::caller, "the filter is not one SQL expression: " + why, {},
              "write one condition over the model's columns, such as amount > 0 and status <> 'test'");
}

}  // namespace diffgate::diff
