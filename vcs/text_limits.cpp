#include "vcs/text_limits.hpp"

#include <algorithm>

namespace diffgate::vcs {
namespace {

// The further bytes of a character of UTF-8 are 10xxxxxx.
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The largest boundary between two characters that is at most `end`.
std::size_t boundary_before(std::string_view text, std::size_t end) {
  if (end >= text.size()) return text.size();
  while (end > 0 && is_continuation(text[end])) --end;
  return end;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string cut_lines(std::string text, std::size_t max_bytes, std::string_view notice) {
  if (text.size() <= max_bytes) return text;
  if (notice.size() > max_bytes) notice = {};
  const std::size_t room = max_bytes - notice.size();
  const std::size_t line_end = room == 0 ? std::string::npos : text.rfind('\n', room - 1);
  text.resize(line_end == std::string::npos ? boundary_before(text, room) : line_end + 1);
  text += notice;
  return text;
}

std::string cut_characters(std::string text, std::size_t max_characters) {
  if (text.size() <= max_characters || count_characters(text) <= max_characters) return text;
  std::size_t characters = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    if (!is_continuation(text[end]) && ++characters > max_characters - 1) break;
    ++end;
  }
  text.resize(end);
  text += "…";
  return text;
}

}  // namespace diffgate::vcs
