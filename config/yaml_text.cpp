#include "config/yaml_text.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

namespace diffgate::config {
namespace {

constexpr std::size_t kLargest = std::size_t{1} << 20U;
constexpr std::size_t kMostBrackets = 20'000;
constexpr std::size_t kMostTabProblems = 20;

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

void check_tabs(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  int line = 0;
  std::size_t found = 0;
  while (!text.empty() && found < kMostTabProblems) {
    ++line;
    const std::size_t end = text.find('\n');
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t indentation = content.find_first_not_of(" \t");
    if (indentation == std::string_view::npos || content[indentation] == '\r') continue;
    const std::size_t tab = content.substr(0, indentation).find('\t');
    if (tab == std::string_view::npos) continue;
    problems.push_back(
        {file, line, static_cast<int>(tab) + 1, "", "a tab is not allowed as indentation", "use spaces"});
    ++found;
  }
}

// The place of the first byte that is no UTF-8 or a control character; false if there is none.
bool check_characters(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  int line = 1;
  int column = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      problems.push_back({file, line, column, "", "the file is not valid UTF-8", "save it as UTF-8"});
      return false;
    }
    const char c = text[at];
    if (const auto byte = static_cast<unsigned char>(c);
        (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F) {
      problems.push_back(
          {file, line, column, "", fmt::format("control character 0x{:02X} in the file", byte), ""});
      return false;
    }
    line += c == '\n' ? 1 : 0;
    column = c == '\n' ? 1 : column + 1;
    at += length;
  }
  return true;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(static_cast<unsigned char>(byte(i)))) return 0;
  }
  // Overlong forms, surrogates and what lies above U+10FFFF show in the second byte.
  const unsigned second = byte(1);
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second > 0x9F) return 0;
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second > 0x8F) return 0;
  return length;
}

bool check_yaml_text(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  if (text.size() > kLargest) {
    problems.push_back({file, 0, 0, "", "the file is larger than 1 MiB", ""});
    return false;
  }
  if (!check_characters(text, file, problems)) return false;
  std::size_t brackets = 0;
  for (const char c : text) brackets += c == '[' || c == '{' ? 1 : 0;
  if (brackets > kMostBrackets) {
    problems.push_back({file, 0, 0, "", "the file has more than 20,000 brackets", ""});
    return false;
  }
  const std::size_t before = problems.size();
  check_tabs(text, file, problems);
  return problems.size() == before;
}

}  // namespace diffgate::config
