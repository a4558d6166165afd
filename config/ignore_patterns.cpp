#include "config/ignore_patterns.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

namespace diffgate::config {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

// Without the spaces around it; a space behind an odd number of backslashes is escaped and stays.
std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  line.remove_prefix(first);
  const std::size_t last = line.find_last_not_of(kSpaces);
  std::size_t backslashes = 0;
  while (backslashes <= last && line[last - backslashes] == '\\') ++backslashes;
  const bool keeps_space = backslashes % 2 == 1 && last + 1 < line.size();
  return line.substr(0, last + (keeps_space ? 2 : 1));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

// "\/" is a slash like any other.
std::string without_escaped_slashes(std::string_view pattern) {
  std::string result;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      if (pattern[i + 1] != '/') result += pattern[i];
      ++i;
    }
    result += pattern[i];
  }
  return result;
}

// The segments that a flat path begins with if the pattern matches it; nullopt if nothing can match.
std::optional<std::vector<std::string>> segments_of(std::string_view pattern) {
  std::vector<std::string> segments = split_segments(without_escaped_slashes(pattern));
  const bool is_anchored = segments.front().empty();
  const bool is_folder = segments.size() > 1 && segments.back().empty();
  if (is_anchored) segments.erase(segments.begin());
  if (is_folder && !segments.empty()) segments.pop_back();
  if (segments.empty()) return std::nullopt;
  // One name alone counts at any depth.
  if (!is_anchored && segments.size() == 1 && segments.front() != "**")
    segments.insert(segments.begin(), "**");
  // All that lies below a match counts, so that "a/*" says "a/**" as well as "a/".
  while (segments.size() > 1 && segments.back() == "**" && segments[segments.size() - 2] == "**")
    segments.pop_back();
  const bool ends_in_any_depth = segments.back() == "**";
  if (ends_in_any_depth) segments.back() = "*";
  // "**/" is a folder of any name, in contrast to "a/**/", in which "**" may stand for no folder.
  if (is_folder && (!ends_in_any_depth || segments.size() == 1)) segments.emplace_back("*");
  return segments;
}

}  // namespace

IgnorePatterns::IgnorePatterns(const std::vector<std::string>& lines, Case letter_case) : case_(letter_case) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string line = case_ == Case::ignored ? lower(lines[i]) : lines[i];
    std::string_view pattern = trimmed(line);
    if (pattern.empty() || pattern.starts_with('#')) continue;
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.empty()) continue;
    const auto segments = segments_of(pattern);
    if (segments) patterns_.push_back({PathGlob(*segments, true), negated, i + 1});
  }
}

IgnorePatterns::Match IgnorePatterns::match(std::string_view path) const {
  if (path.starts_with('/')) {
    path.remove_prefix(1);
  } else if (path.starts_with("./")) {
    path.remove_prefix(2);
  }
  if (path.empty()) return {};
  const std::vector<std::u32string> segments =
      split_code_points(case_ == Case::ignored ? lower(path) : std::string(path));
  for (const Pattern& pattern : patterns_ | std::views::reverse) {
    if (pattern.glob.matches(segments)) return {!pattern.negated, pattern.line};
  }
  return {};
}

}  // namespace diffgate::config
