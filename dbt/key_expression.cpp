#include "dbt/key_expression.hpp"

#include <cstddef>

namespace diffgate::dbt {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_word(char c) { return is_word_start(c) || (c >= '0' && c <= '9') || c == '$'; }

struct Token {
  enum class Kind { word, quoted_word, literal, punctuation };

  Kind kind;
  std::string_view text;
};

// The text up to the closing quote, which a doubled quote is not.
std::size_t quoted_size(std::string_view text, char close) {
  std::size_t end = 1;
  while (end < text.size()) {
    if (text[end] == close && end + 1 < text.size() && text[end + 1] == close) {
      end += 2;
    } else if (text[end++] == close) {
      break;
    }
  }
  return end;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty()) {
    const char c = text.front();
    std::size_t size = 1;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      text.remove_prefix(1);
      continue;
    }
    if (c == '\'') {
      size = quoted_size(text, '\'');
      tokens.push_back({Token::Kind::literal, text.substr(0, size)});
    } else if (c == '"' || c == '`' || c == '[') {
      size = quoted_size(text, c == '[' ? ']' : c);
      tokens.push_back({Token::Kind::quoted_word, size > 2 ? text.substr(1, size - 2) : std::string_view()});
    } else if (is_word_start(c)) {
      while (size < text.size() && is_word(text[size])) ++size;
      tokens.push_back({Token::Kind::word, text.substr(0, size)});
    } else if (c >= '0' && c <= '9') {
      while (size < text.size() && (is_word(text[size]) || text[size] == '.')) ++size;
      tokens.push_back({Token::Kind::literal, text.substr(0, size)});
    } else {
      if (text.starts_with("||") || text.starts_with("::")) size = 2;
      tokens.push_back({Token::Kind::punctuation, text.substr(0, size)});
    }
    text.remove_prefix(size);
  }
  return tokens;
}

bool is_punctuation(const std::vector<Token>& tokens, std::size_t at, std::string_view text) {
  return at < tokens.size() && tokens[at].kind == Token::Kind::punctuation && tokens[at].text == text;
}

// Whether the token is all of what stands between two separators: `||`, a comma, the parentheses around.
bool stands_alone(const std::vector<Token>& tokens, std::size_t at) {
  const auto separates = [&](std::size_t i, std::string_view bracket) {
    return is_punctuation(tokens, i, "||") || is_punctuation(tokens, i, ",") ||
           is_punctuation(tokens, i, bracket);
  };
  return (at == 0 || separates(at - 1, "(")) && (at + 1 >= tokens.size() || separates(at + 1, ")"));
}

}  // namespace

KnownColumns::KnownColumns(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    exact_.insert(name);
    by_lower_case_.try_emplace(lower(name), name);
  }
}

std::string_view KnownColumns::find(std::string_view word, bool is_quoted) const {
  if (is_quoted) return exact_.contains(word) ? word : std::string_view();
  const auto found = by_lower_case_.find(lower(word));
  return found == by_lower_case_.end() ? std::string_view() : found->second;
}

void ColumnList::add(std::string column) {
  if (seen_.insert(column).second) columns_.push_back(std::move(column));
}

void ColumnList::add_all(std::vector<std::string> columns) {
  for (std::string& column : columns) add(std::move(column));
}

std::vector<std::string> columns_of_expression(std::string_view expression, const KnownColumns& known) {
  const std::vector<Token> tokens = tokens_of(expression);
  ColumnList columns;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted_word) continue;
    if (token.text.empty() || is_punctuation(tokens, i + 1, "(")) continue;
    // `t.a` is a; what follows `::` is a type.
    if (is_punctuation(tokens, i + 1, ".") || (i > 0 && is_punctuation(tokens, i - 1, "::"))) continue;
    const bool is_quoted = token.kind == Token::Kind::quoted_word;
    const std::string_view column = known.find(token.text, is_quoted);
    if (!column.empty()) {
      columns.add(std::string(column));
    } else if (is_quoted || stands_alone(tokens, i)) {
      columns.add(std::string(token.text));
    }
  }
  return columns.take();
}

}  // namespace diffgate::dbt
