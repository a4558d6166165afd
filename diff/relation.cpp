#include "diff/relation.hpp"

#include <optional>

#include "net/error.hpp"

namespace diffgate::diff {
namespace {

constexpr std::size_t kMaxParts = 3;
constexpr std::size_t kMaxLength = 1024;

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw Error(ErrorClass::caller, "not a relation: " + why, text.substr(0, 200),
              "write table, schema.table or database.schema.table, with quotes around names that need them");
}

char closing_quote(char opening) { return opening == '[' ? ']' : opening; }

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) { return starts_word(c) || (c >= '0' && c <= '9') || c == '$'; }

// Reads one quoted part from `at`, which stands on the opening quote; a doubled closing quote is one of the
// name.
std::string read_quoted(const std::string& text, std::size_t& at) {
  const char close = closing_quote(text[at]);
  std::string name;
  for (++at; at < text.size(); ++at) {
    if (text[at] == close) {
      if (at + 1 >= text.size() || text[at + 1] != close) {
        ++at;
        return name;
      }
      ++at;
    }
    // BigQuery and others read a backslash in a quoted name as an escape; no dbt relation holds one.
    if (text[at] == '\0' || (close == '`' && text[at] == '\\'))
      refuse(text, "a character that no name holds");
    name += text[at];
  }
  refuse(text, "a quote is not closed");
}

std::string read_word(const std::string& text, std::size_t& at) {
  const std::size_t start = at;
  while (at < text.size() && continues_word(text[at])) ++at;
  return text.substr(start, at - start);
}

std::vector<RelationPart> split(const std::string& text) {
  if (text.size() > kMaxLength) refuse(text, "longer than 1024 bytes");
  std::vector<RelationPart> parts;
  std::size_t at = 0;
  while (true) {
    if (at >= text.size()) refuse(text, "a name is missing");
    const char c = text[at];
    std::string part;
    const bool is_quoted = c == '"' || c == '`' || c == '[';
    if (is_quoted) {
      part = read_quoted(text, at);
    } else if (starts_word(c)) {
      part = read_word(text, at);
    } else {
      refuse(text, "a name can't begin or go on here");
    }
    if (part.empty()) refuse(text, "a name is empty");
    parts.push_back({Identifier(std::move(part)), is_quoted});
    if (at == text.size()) break;
    if (text[at] != '.') refuse(text, "only dots stand between names");
    ++at;
  }
  if (parts.size() > kMaxParts) refuse(text, "more than three names");
  return parts;
}

}  // namespace

Relation parse_relation(const std::string& text) {
  split(text);
  return Relation{text};
}

std::vector<RelationPart> relation_parts(const Relation& relation) { return split(relation.sql); }

std::vector<Identifier> parts_of(const Relation& relation) {
  std::vector<Identifier> out;
  for (RelationPart& part : split(relation.sql)) out.push_back(std::move(part.name));
  return out;
}

Sql from_text(const Relation& relation) {
  split(relation.sql);
  return sql_after_check(relation.sql);
}

}  // namespace diffgate::diff
