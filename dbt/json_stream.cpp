#include "dbt/json_stream.hpp"

#include <fmt/format.h>

#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view without_spaces_behind(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Python writes and reads NaN and the infinities as numbers, so dbt's files may hold them.
bool is_python_number(std::string_view word) {
  return word == "NaN" || word == "Infinity" || word == "-Infinity";
}

bool is_number(std::string_view word) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < word.size() && is_digit(word[at])) ++at;
    return at - start;
  };
  if (at < word.size() && word[at] == '-') ++at;
  const bool has_leading_zero = at < word.size() && word[at] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (has_leading_zero && whole > 1)) return false;
  if (at < word.size() && word[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
    ++at;
    if (at < word.size() && (word[at] == '+' || word[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == word.size();
}

// For messages: the first byte that is not UTF-8, by taking character after character.
std::size_t first_invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  for (std::size_t at = 0; at < text.size();) {
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 0 || first > 0xF4) return at;
    for (std::size_t i = 1; i < length; ++i) {
      if (!follows(at + i)) return at;
    }
    const unsigned second = length > 1 ? byte(at + 1) : 0;
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
      return at;
    }
    at += length;
  }
  return text.size();
}

// For messages: the first control character inside of a string.
std::size_t first_control_character(std::string_view text) {
  bool is_in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      is_in_string = !is_in_string;
    } else if (is_in_string && text[at] == '\\') {
      ++at;
    } else if (is_in_string && static_cast<unsigned char>(text[at]) < ' ') {
      return at;
    }
  }
  return text.size();
}

}  // namespace

JsonStream::JsonStream(TextWindow& text, const std::string& name) : text_(text), name_(name) {
  find_tokens();
}

char JsonStream::peek() { return has(1) ? at(next_) : '\0'; }

void JsonStream::enter() {
  const char first = peek();
  if (first != '{' && first != '[') fail_at_token(next_);
  if (depth_ == kMaximumDepth) fail_too_deep(next_);
  is_object_[++depth_] = first == '{';
  is_first_ = true;
  ++next_;
}

void JsonStream::leave() {
  --depth_;
  is_first_ = false;
  ++next_;
}

// Whether something stands before `end`, and up to it: behind the comma, if it is not the first.
bool JsonStream::next(char end, std::size_t tokens_wanted) {
  // All at once, so that the key is in the same window as the start of its value.
  if (!has(is_first_ ? tokens_wanted : tokens_wanted + 1) && !has(1)) fail_cut_off();
  if (at(next_) == end) {
    leave();
    return false;
  }
  if (!is_first_) {
    expect(next_, ',');
    ++next_;
  }
  is_first_ = false;
  return true;
}

bool JsonStream::next_member() {
  if (!next('}', 3)) return false;
  expect(next_, '"');
  expect(next_ + 1, ':');
  const std::string_view quoted = text_of(next_);
  key_ = quoted.substr(1, quoted.size() - 2);
  next_ += 2;
  if (next_ >= tokens_.size()) fail_cut_off();
  return true;
}

bool JsonStream::next_item() {
  if (!next(']', 1)) return false;
  if (next_ >= tokens_.size()) fail_cut_off();
  return true;
}

std::string_view JsonStream::take() {
  if (!has(1)) fail_cut_off();
  Walk way{.token = next_, .depth = depth_};
  while (!walk(way)) {
    if (text_.is_last()) fail_cut_off();
    refill(next_);
    way = {.token = next_, .depth = depth_};
  }
  const std::size_t first = next_;
  next_ = way.token;
  if (way.token == first + 1) return text_of(first);
  // A container ends with its closing bracket.
  return text_.view().substr(tokens_[first], tokens_[way.token - 1] + 1 - tokens_[first]);
}

void JsonStream::skip() {
  if (!has(1)) fail_cut_off();
  Walk way{.token = next_, .depth = depth_};
  while (!walk(way)) {
    if (text_.is_last()) fail_cut_off();
    refill(tokens_.size());
    way.token = next_;
  }
  next_ = way.token;
}

void JsonStream::expect_end() {
  if (has(1)) fail("is not JSON: something follows its end", tokens_[next_]);
}

std::uint64_t JsonStream::offset() const { return text_.offset() + tokens_[next_]; }

bool JsonStream::walk(Walk& walk) {
  const std::string_view text = text_.view();
  const std::size_t size = tokens_.size();
  std::size_t token = walk.token;
  std::size_t depth = walk.depth;
  State state = walk.state;
  do {
    if (token == size) {
      walk = {token, depth, state};
      return false;
    }
    const char first = text[tokens_[token]];
    switch (first) {
      case '"':
        if (state <= State::value_or_end) {
          state = State::after_value;
        } else if (state <= State::key_or_end) {
          state = State::colon;
        } else {
          fail_at_token(token);
        }
        break;
      case ':':
        if (state != State::colon) fail_at_token(token);
        state = State::value;
        break;
      case ',':
        if (state != State::after_value) fail_at_token(token);
        state = is_object_[depth] ? State::key : State::value;
        break;
      case '{':
      case '[':
        if (state > State::value_or_end) fail_at_token(token);
        if (depth == kMaximumDepth) fail_too_deep(token);
        is_object_[++depth] = first == '{';
        state = first == '{' ? State::key_or_end : State::value_or_end;
        break;
      case '}':
      case ']':
        if (depth == depth_ || is_object_[depth] != (first == '}') ||
            (state != State::after_value && state != State::key_or_end && state != State::value_or_end)) {
          fail_at_token(token);
        }
        --depth;
        state = State::after_value;
        break;
      default:
        if (state > State::value_or_end) fail_at_token(token);
        check_word(token);
        state = State::after_value;
        break;
    }
    ++token;
  } while (depth > depth_);
  walk = {token, depth, state};
  return true;
}

void JsonStream::find_tokens() {
  for (;;) {
    next_ = 0;
    switch (tokens_.find(text_.view(), text_.is_last())) {
      case JsonTokens::Outcome::found:
        return;
      case JsonTokens::Outcome::needs_more:
        grow();
        break;
      case JsonTokens::Outcome::unclosed_string:
        fail_cut_off();
      case JsonTokens::Outcome::not_utf8:
        fail("is not UTF-8", first_invalid_utf8(text_.view()));
      case JsonTokens::Outcome::control_character:
        fail("is not valid JSON: a control character inside a string", first_control_character(text_.view()));
      case JsonTokens::Outcome::no_memory:
        throw Error(ErrorClass::caller, "is too large for this machine's memory", name_);
    }
  }
}

void JsonStream::grow() {
  if (text_.view().size() >= kMaximumValue) {
    fail(fmt::format("holds a value of more than {} MB", kMaximumValue >> 20), 0);
  }
  text_.advance(0);
}

void JsonStream::refill(std::size_t token) {
  if (tokens_[token] == 0) {
    grow();
  } else {
    text_.advance(tokens_[token]);
  }
  find_tokens();
}

bool JsonStream::has(std::size_t count) {
  while (tokens_.size() - next_ < count) {
    if (text_.is_last()) return false;
    refill(next_);
  }
  return true;
}

std::string_view JsonStream::text_of(std::size_t token) const {
  return without_spaces_behind(text_.view().substr(tokens_[token], tokens_[token + 1] - tokens_[token]));
}

void JsonStream::expect(std::size_t token, char wanted) const {
  if (token >= tokens_.size() || at(token) != wanted) fail_at_token(token);
}

void JsonStream::check_word(std::size_t token) const {
  const std::string_view word = text_of(token);
  switch (word.front()) {
    case 'n':
      if (word == "null") return;
      break;
    case 't':
      if (word == "true") return;
      break;
    case 'f':
      if (word == "false") return;
      break;
    default:
      if (is_number(word) || is_python_number(word)) return;
      break;
  }
  const bool is_at_end = token + 1 == tokens_.size() && text_.is_last();
  fail_at_token(is_at_end ? tokens_.size() : token);
}

void JsonStream::fail(std::string_view what, std::size_t position) const {
  throw Error(ErrorClass::caller, fmt::format("{}, at byte {}", what, text_.offset() + position), name_,
              "was it copied in full?");
}

void JsonStream::fail_cut_off() const {
  throw Error(
      ErrorClass::caller,
      fmt::format("is cut off: the JSON does not end by byte {}", text_.offset() + text_.view().size()),
      name_, "was it copied in full?");
}

void JsonStream::fail_at_token(std::size_t token) const {
  if (token >= tokens_.size()) fail_cut_off();
  fail("is not valid JSON", tokens_[token]);
}

void JsonStream::fail_too_deep(std::size_t token) const {
  throw Error(ErrorClass::caller,
              fmt::format("is nested more than {} levels deep, at byte {}", kMaximumDepth,
                          text_.offset() + tokens_[token]),
              name_, "is it a manifest.json that dbt wrote?");
}

}  // namespace diffgate::dbt
