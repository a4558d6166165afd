#include "diff/filter.hpp"

#include <algorithm>
#include <string_view>

#include "diff/dialect.hpp"
#include "diff/filter_functions.hpp"
#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kMaxLength = 64U << 10U;

// Walks over a filter, token by token as far as quoting goes. Where dialects differ, what either of them
// could take for the end of a literal is refused rather than guessed.
class FilterCheck {
 public:
  FilterCheck(std::string_view text, const Lexis& lexis) : text_(text), lexis_(lexis) {}

  void run() {
    while (at_ < text_.size()) step();
    if (!open_.empty()) refuse(std::string("'") + open_.back() + "' is not closed");
  }

 private:
  [[noreturn]] static void refuse(const std::string& why) {
    throw Error(ErrorClass::caller, "the filter is not one SQL expression: " + why, {},
                "write one condition over the model's columns, such as amount > 0 and status <> 'test'");
  }

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  void step() {
    const char c = peek();
    if (c == '\0') refuse("it holds a NUL byte");
    if (c == ';') refuse("';' is not part of an expression");
    if (c == '"' || c == lexis_.name_open) return skip_quoted(c == '"' ? c : lexis_.name_close);
    // An operator to PostgreSQL, a quote to others.
    if (c == '`') refuse("` is not a quote here");
    if (c == '-' && peek(1) == '-') return skip_line_comment();
    if (c == '/' && peek(1) == '*') return skip_block_comment();
    if (c == '/' && peek(1) == '/' && lexis_.has_slash_comments) refuse("// begins a comment here");
    if (c == '#' && lexis_.has_hash_comments) refuse("# begins a comment here");
    if (c == '@' && !lexis_.has_at_operators) refuse("@ is not part of an expression here");
    if (is_word(c)) return skip_word();
    if (is_blank(c)) {
      ++at_;
      return;
    }
    if (c == '(') check_function(name_);
    name_.clear();
    if (c == '\'') return skip_string(false);
    if (c == '$') return skip_dollar();
    if (c == '(' || c == '[' || c == '{') open_.push_back(c);
    if (c == ')' || c == ']' || c == '}') close(c);
    ++at_;
  }

  static void check_function(const std::string& name) {
    const std::string_view why = why_not_in_filter(name);
    if (why.empty()) return;
    throw Error(ErrorClass::caller, "the filter calls " + name + "(), which " + std::string(why), {},
                "a filter may look at the tables' columns and nothing else");
  }

  void close(char c) {
    const char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';
    if (open_.empty() || open_.back() != wanted) refuse(std::string("'") + c + "' closes nothing");
    open_.pop_back();
  }

  void skip_word() {
    const std::size_t start = at_;
    while (is_word(peek()) || peek() == '$') ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    name_ = word;
    // E'…' reads backslashes as escapes; other prefixes (B, X, N) do not change where the string ends.
    if (peek() == '\'' && (word == "e" || word == "E")) skip_string(true);
    // Spelled by escapes, a name is not the one that stands there.
    if ((word == "u" || word == "U") && peek() == '&' && (peek(1) == '"' || peek(1) == '\''))
      refuse("U& escapes are not read here");
    // DuckDB takes a Unicode space for a space, PostgreSQL for a letter.
    const bool is_ascii =
        std::none_of(word.begin(), word.end(), [](char c) { return static_cast<signed char>(c) < 0; });
    if (!is_ascii && word.find('$') != std::string_view::npos) refuse("a $ follows letters outside ASCII");
  }

  void skip_string(bool has_escapes) {
    refuse_triple_quote('\'');
    for (++at_; at_ < text_.size(); ++at_) {
      if (peek() == '\0') refuse("it holds a NUL byte");
      if (peek() == '\\' && has_escapes) {
        ++at_;
      } else if (peek() == '\\' && peek(1) == '\'') {
        refuse("\\' in a string has two readings; write '' for a quote");
      } else if (peek() == '\'') {
        if (peek(1) != '\'') {
          ++at_;
          return;
        }
        ++at_;
      }
    }
    refuse("a ' is not closed");
  }

  // To BigQuery, three quotes begin a text in which a lone quote ends nothing.
  void refuse_triple_quote(char quote) const {
    if (lexis_.escapes_texts && peek(1) == quote && peek(2) == quote)
      refuse("three quotes in a row have two readings");
  }

  void skip_quoted(char quote) {
    refuse_triple_quote(quote);
    name_.clear();
    for (++at_; at_ < text_.size(); ++at_) {
      if (peek() == '\0') refuse("it holds a NUL byte");
      if (peek() == '\\' && peek(1) == quote && (lexis_.escapes_texts || lexis_.escapes_names))
        refuse("a backslash before a quote has two readings");
      if (peek() == quote) {
        if (peek(1) != quote) {
          ++at_;
          return;
        }
        ++at_;
      }
      name_ += peek();
    }
    refuse(std::string("a ") + quote + " is not closed");
  }

  void skip_line_comment() {
    const char next = peek(2);
    if (lexis_.has_dash_operators && next != ' ' && next != '\t' && next != '\n')
      refuse("a comment needs a space after --");
    while (at_ < text_.size() && peek() != '\n' && peek() != '\r') ++at_;
  }

  // PostgreSQL nests these comments, others do not: one inside another has two readings, so it is refused.
  void skip_block_comment() {
    at_ += 2;
    if (lexis_.has_executed_comments && (peek() == '!' || (peek() == 'M' && peek(1) == '!')))
      refuse("what stands in this comment is executed");
    while (true) {
      if (at_ >= text_.size()) refuse("a comment is not closed");
      if (peek() == '/' && peek(1) == '*') refuse("a comment stands inside a comment");
      if (peek() == '*' && peek(1) == '/') break;
      ++at_;
    }
    at_ += 2;
  }

  // $$…$$ and $tag$…$tag$. A lone $ or $1 is left to the engine, which refuses it.
  void skip_dollar() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (!lexis_.has_dollar_quotes && peek(1) == '$') refuse("$$ is not a quote here");
    if (!lexis_.has_dollar_quotes || end >= text_.size() || text_[end] != '$' ||
        (peek(1) >= '0' && peek(1) <= '9')) {
      ++at_;
      return;
    }
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const std::size_t close_at = text_.find(tag, end + 1);
    if (close_at == std::string_view::npos) refuse("a dollar quote is not closed");
    at_ = close_at + tag.size();
  }

  std::string_view text_;
  const Lexis& lexis_;
  std::size_t at_ = 0;
  std::string open_;
  std::string name_;  // the name that stood last, with blanks and comments behind it at most
};

}  // namespace

Sql checked_filter(const std::string& filter, const Dialect& dialect) {
  if (filter.size() > kMaxLength) {
    throw Error(ErrorClass::caller, "the filter is longer than 64 KiB", {}, "shorten it");
  }
  if (std::all_of(filter.begin(), filter.end(),
                  [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); })) {
    return {};
  }
  FilterCheck(filter, dialect.lexis).run();
  // The line break ends a comment that the filter ends with.
  return "("_sql + sql_after_check(filter) + "\n)"_sql;
}

}  // namespace diffgate::diff
