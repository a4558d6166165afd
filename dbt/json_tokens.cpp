#include "dbt/json_tokens.hpp"

#include <simdjson.h>

#include <algorithm>

namespace diffgate::dbt {
namespace {

constexpr std::uint32_t kNoPositions[] = {0};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool begins_bare_word(char c) {
  return c != '"' && c != '{' && c != '}' && c != '[' && c != ']' && c != ':' && c != ',';
}

// Behind the last comma that is followed by a quote, or behind the last comma, or at the end. That is a
// guess: it may be inside of a string. Hardly ever so, since a quote inside of a string has a backslash in
// front.
std::size_t likely_end_of_token(std::string_view text) {
  std::size_t last_comma = std::string_view::npos;
  for (std::size_t comma = text.rfind(','); comma != std::string_view::npos;
       comma = comma == 0 ? std::string_view::npos : text.rfind(',', comma - 1)) {
    if (last_comma == std::string_view::npos) last_comma = comma;
    std::size_t after = comma + 1;
    while (after < text.size() && after < comma + 8 && is_space(text[after])) ++after;
    if (after < text.size() && text[after] == '"') return comma + 1;
  }
  return last_comma == std::string_view::npos ? text.size() : last_comma + 1;
}

// Behind the quote that ends the string which `from` is inside of; npos if it is not in the text.
std::size_t end_of_string(std::string_view text, std::size_t from) {
  std::size_t backslashes = 0;
  while (backslashes < from && text[from - backslashes - 1] == '\\') ++backslashes;
  bool is_escaped = backslashes % 2 == 1;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (is_escaped) {
      is_escaped = false;
    } else if (text[at] == '\\') {
      is_escaped = true;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

struct JsonTokens::Stage {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  std::size_t capacity = 0;

  simdjson::error_code reserve(std::size_t size) {
    if (size <= capacity) return simdjson::SUCCESS;
    parser.reset();
    capacity = 0;
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        size, simdjson::DEFAULT_MAX_DEPTH, parser);
    if (error == simdjson::SUCCESS) capacity = size;
    return error;
  }
};

JsonTokens::JsonTokens() : stage_(std::make_unique<Stage>()), positions_(kNoPositions) {}

JsonTokens::~JsonTokens() = default;

JsonTokens::Outcome JsonTokens::find(std::string_view window, bool is_last) {
  if (is_last) return run(window);
  std::size_t end = likely_end_of_token(window);
  Outcome outcome = run(window.substr(0, end));
  if (outcome == Outcome::unclosed_string) {
    // The guess was inside of a string, which the first stage knows for certain; where that string ends is
    // safe.
    end = end_of_string(window, end);
    if (end == std::string_view::npos) return Outcome::needs_more;
    outcome = run(window.substr(0, end));
  }
  if (outcome != Outcome::found) return outcome;
  // A number or a word that touches the window's end may go on behind it.
  if (end == window.size() && size_ > 0 && begins_bare_word(window[positions_[size_ - 1]])) --size_;
  return size_ == 0 && positions_[0] == 0 ? Outcome::needs_more : Outcome::found;
}

JsonTokens::Outcome JsonTokens::run(std::string_view text) {
  size_ = 0;
  positions_ = kNoPositions;
  if (stage_->reserve(std::max<std::size_t>(text.size(), 64)) != simdjson::SUCCESS) return Outcome::no_memory;
  auto& parser = *stage_->parser;
  const auto error = parser.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                   simdjson::stage1_mode::regular);
  switch (error) {
    case simdjson::SUCCESS:
      size_ = parser.n_structural_indexes;
      positions_ = parser.structural_indexes.get();
      return Outcome::found;
    case simdjson::EMPTY:
      // Nothing but white space.
      parser.structural_indexes[0] = static_cast<std::uint32_t>(text.size());
      positions_ = parser.structural_indexes.get();
      return Outcome::found;
    case simdjson::UTF8_ERROR:
      return Outcome::not_utf8;
    case simdjson::UNESCAPED_CHARS:
      return Outcome::control_character;
    case simdjson::UNCLOSED_STRING:
    default:
      return Outcome::unclosed_string;
  }
}

}  // namespace diffgate::dbt
