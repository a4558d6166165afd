#include "config/glob.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "config/yaml_text.hpp"

namespace diffgate::config {
namespace {

constexpr char32_t kInvalidByte = 0x110000;

struct CharacterClass {
  std::u32string_view name;
  std::array<std::pair<char32_t, char32_t>, 4> ranges;  // unused ones are empty: first > last
};

constexpr std::pair<char32_t, char32_t> kUnused{1, 0};

// POSIX classes of the C locale, as git has them.
constexpr std::array kClasses{
    CharacterClass{U"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, kUnused}}},
    CharacterClass{U"alpha", {{{'A', 'Z'}, {'a', 'z'}, kUnused, kUnused}}},
    CharacterClass{U"blank", {{{' ', ' '}, {'\t', '\t'}, kUnused, kUnused}}},
    CharacterClass{U"cntrl", {{{0, 0x1F}, {0x7F, 0x7F}, kUnused, kUnused}}},
    CharacterClass{U"digit", {{{'0', '9'}, kUnused, kUnused, kUnused}}},
    CharacterClass{U"graph", {{{0x21, 0x7E}, kUnused, kUnused, kUnused}}},
    CharacterClass{U"lower", {{{'a', 'z'}, kUnused, kUnused, kUnused}}},
    CharacterClass{U"print", {{{0x20, 0x7E}, kUnused, kUnused, kUnused}}},
    CharacterClass{U"punct", {{{0x21, 0x2F}, {0x3A, 0x40}, {0x5B, 0x60}, {0x7B, 0x7E}}}},
    CharacterClass{U"space", {{{'\t', '\r'}, {' ', ' '}, kUnused, kUnused}}},
    CharacterClass{U"upper", {{{'A', 'Z'}, kUnused, kUnused, kUnused}}},
    CharacterClass{U"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}, kUnused}}},
};

const CharacterClass* find_class(std::u32string_view name) {
  const auto found = std::ranges::find(kClasses, name, &CharacterClass::name);
  return found == kClasses.end() ? nullptr : &*found;
}

// Wildcard matching with one place to go back to: the last token that stands for any number of elements. An
// earlier one never needs to take more, as the last can take whatever follows, so the time is the product of
// the lengths at most. `one(p, e)` tells whether the pattern's p-th token accepts the e-th element.
template <class IsRun, class AcceptsOne>
bool match_with_runs(std::size_t tokens, std::size_t elements, bool prefix_is_enough, IsRun is_run,
                     AcceptsOne accepts_one) {
  std::size_t token = 0;
  std::size_t element = 0;
  std::optional<std::size_t> run;
  std::size_t run_end = 0;
  while (true) {
    if (token == tokens && (prefix_is_enough || element == elements)) return true;
    if (token < tokens && is_run(token)) {
      run = token++;
      run_end = element;
    } else if (token < tokens && element < elements && accepts_one(token, element)) {
      ++token;
      ++element;
    } else if (run && run_end < elements) {
      token = *run + 1;
      element = ++run_end;
    } else {
      return false;
    }
  }
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = [&](std::size_t i) {
      return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
    };
    if (length == 0) {
      result += kInvalidByte + byte(0);
    } else if (length == 1) {
      result += byte(0);
    } else {
      char32_t character = byte(0) & (0x7FU >> length);
      for (std::size_t i = 1; i < length; ++i) character = (character << 6U) | (byte(i) & 0x3FU);
      result += character;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::vector<std::string> split_segments(std::string_view path) {
  std::vector<std::string> segments;
  while (true) {
    const std::size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::vector<std::u32string> split_code_points(std::string_view path) {
  std::vector<std::u32string> segments;
  for (const std::string& segment : split_segments(path)) segments.push_back(code_points(segment));
  return segments;
}

SegmentGlob::SegmentGlob(std::string_view pattern) {
  const std::u32string text = code_points(pattern);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = text[at];
    if (c == '[' && parse_set(text, at)) continue;
    ++at;
    if (c == '*') {
      if (tokens_.empty() || tokens_.back().kind != Token::Kind::any_run)
        tokens_.push_back({Token::Kind::any_run});
    } else if (c == '?') {
      tokens_.push_back({Token::Kind::any_one});
    } else if (c == '\\' && at == text.size()) {
      is_valid_ = false;
    } else {
      tokens_.push_back({Token::Kind::literal, c == '\\' ? text[at++] : c});
    }
  }
  is_literal_ = std::ranges::all_of(tokens_, [](const Token& t) { return t.kind == Token::Kind::literal; });
}

// Reads the set that begins at `at` and moves behind it; false if it is never closed: then the bracket is a
// character like any other.
bool SegmentGlob::parse_set(std::u32string_view pattern, std::size_t& at) {
  std::size_t i = at + 1;
  Token set{Token::Kind::set};
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) {
    set.is_negated = true;
    ++i;
  }
  const auto take = [&] {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    return pattern[i++];
  };
  for (bool is_first = true; i < pattern.size() && (is_first || pattern[i] != ']'); is_first = false) {
    if (pattern.substr(i).starts_with(U"[:")) {
      const std::size_t end = pattern.find(U":]", i + 2);
      const CharacterClass* const named =
          end == std::u32string_view::npos ? nullptr : find_class(pattern.substr(i + 2, end - i - 2));
      if (named != nullptr) {
        for (const auto& [first, last] : named->ranges) set.ranges.push_back({first, last});
        i = end + 2;
        continue;
      }
    }
    const char32_t first = take();
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      ++i;
      set.ranges.push_back({first, take()});
    } else {
      set.ranges.push_back({first, first});
    }
  }
  if (i >= pattern.size()) return false;
  at = i + 1;
  tokens_.push_back(std::move(set));
  return true;
}

bool SegmentGlob::accepts(const Token& token, char32_t character) {
  switch (token.kind) {
    case Token::Kind::literal:
      return token.character == character;
    case Token::Kind::any_one:
      return true;
    case Token::Kind::any_run:
      return false;
    case Token::Kind::set:
      break;
  }
  const bool is_in = std::ranges::any_of(
      token.ranges, [&](const Range& range) { return range.first <= character && character <= range.last; });
  return is_in != token.is_negated;
}

bool SegmentGlob::matches(std::u32string_view segment) const {
  if (!is_valid_ || (is_literal_ && tokens_.size() != segment.size())) return false;
  return match_with_runs(
      tokens_.size(), segment.size(), false,
      [&](std::size_t token) { return tokens_[token].kind == Token::Kind::any_run; },
      [&](std::size_t token, std::size_t element) { return accepts(tokens_[token], segment[element]); });
}

PathGlob::PathGlob(const std::vector<std::string>& segments, bool matches_below)
    : matches_below_(matches_below) {
  for (const std::string& segment : segments) {
    const bool is_any_depth = segment == "**";
    if (is_any_depth && !segments_.empty() && segments_.back().is_any_depth) continue;
    segments_.push_back({is_any_depth, SegmentGlob(is_any_depth ? "" : segment)});
  }
}

bool PathGlob::matches(const std::vector<std::u32string>& path) const {
  return match_with_runs(
      segments_.size(), path.size(), matches_below_,
      [&](std::size_t token) { return segments_[token].is_any_depth; },
      [&](std::size_t token, std::size_t element) { return segments_[token].glob.matches(path[element]); });
}

bool branch_matches(std::string_view glob, std::string_view branch) {
  std::vector<std::string> segments = split_segments(glob);
  if (segments.size() > 1 && segments.back() == "**") segments.emplace_back("*");
  return PathGlob(segments, false).matches(split_code_points(branch));
}

}  // namespace diffgate::config
