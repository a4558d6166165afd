#include "dbt/fnmatch.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace diffgate::dbt {
namespace {

std::size_t character_size(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return std::min(size, text.size());
}

// A character class "[…]" at the start of `pattern`: its length, or nullopt if the bracket never closes and
// so stands for itself.
std::optional<std::size_t> class_size(std::string_view pattern) {
  std::size_t end = 1;
  if (end < pattern.size() && pattern[end] == '!') ++end;
  if (end < pattern.size() && pattern[end] == ']') ++end;
  while (end < pattern.size() && pattern[end] != ']') ++end;
  if (end >= pattern.size()) return std::nullopt;
  return end + 1;
}

// UTF-8 sorts by its bytes as by its characters, so ranges compare texts.
bool class_holds(std::string_view inside, std::string_view character) {
  const bool negated = inside.starts_with('!');
  if (negated) inside.remove_prefix(1);
  bool found = false;
  while (!inside.empty()) {
    const std::string_view low = inside.substr(0, character_size(inside));
    inside.remove_prefix(low.size());
    if (inside.size() > 1 && inside.front() == '-') {
      inside.remove_prefix(1);
      const std::string_view high = inside.substr(0, character_size(inside));
      inside.remove_prefix(high.size());
      found = found || (low <= character && character <= high);
    } else {
      found = found || low == character;
    }
  }
  return found != negated;
}

// Matches one character of the text against one element of the pattern that is no `*`. The sizes of both, or
// nullopt.
struct Step {
  std::size_t text;
  std::size_t pattern;
};

std::optional<Step> match_one(std::string_view text, std::string_view pattern) {
  const std::size_t size = character_size(text);
  if (pattern.front() == '?') return Step{size, 1};
  if (pattern.front() == '[') {
    if (const auto length = class_size(pattern)) {
      if (!class_holds(pattern.substr(1, *length - 2), text.substr(0, size))) return std::nullopt;
      return Step{size, *length};
    }
  }
  if (text.front() != pattern.front()) return std::nullopt;
  return Step{1, 1};
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, slash);
    if (!segment.empty() && segment != ".") result.push_back(segment);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return result;
}

}  // namespace

bool fnmatch(std::string_view text, std::string_view pattern) {
  // Where to go on after the last `*` if what follows it does not fit here: only the last one needs another
  // try.
  std::optional<std::pair<std::string_view, std::string_view>> retry;
  for (;;) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      retry.emplace(text, pattern);
      continue;
    }
    if (text.empty() && pattern.empty()) return true;
    const auto step = text.empty() || pattern.empty() ? std::nullopt : match_one(text, pattern);
    if (step) {
      text.remove_prefix(step->text);
      pattern.remove_prefix(step->pattern);
      continue;
    }
    if (!retry || retry->first.empty()) return false;
    retry->first.remove_prefix(character_size(retry->first));
    std::tie(text, pattern) = *retry;
  }
}

bool path_glob_match(std::string_view path, std::string_view pattern) {
  const auto parts = segments(path);
  const auto patterns = segments(pattern);
  // fits[i]: the patterns so far match the first i parts.
  std::vector<char> fits(parts.size() + 1, 0);
  fits[0] = 1;
  for (const std::string_view piece : patterns) {
    std::vector<char> next(parts.size() + 1, 0);
    if (piece == "**") {
      char any = 0;
      for (std::size_t i = 0; i <= parts.size(); ++i) next[i] = any = static_cast<char>(any | fits[i]);
    } else {
      for (std::size_t i = 0; i < parts.size(); ++i) next[i + 1] = fits[i] && fnmatch(parts[i], piece);
    }
    fits = std::move(next);
  }
  return !patterns.empty() && fits[parts.size()] != 0;
}

}  // namespace diffgate::dbt
