#include "vcs/comment_body.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "vcs/text_limits.hpp"

namespace diffgate::vcs {

std::string comment_body(std::string_view marker, std::string markdown, std::size_t max_bytes) {
  if (!carries_marker(markdown, marker)) markdown = std::string(marker) + "\n" + markdown;
  return cut_lines(std::move(markdown), max_bytes, "\n… cut here: it is longer than a comment may be.\n");
}

bool carries_marker(std::string_view body, std::string_view marker) {
  return !marker.empty() && body.starts_with(marker);
}

std::string comment_json(std::string_view body) {
  return nlohmann::json{{"body", body}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_comment_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace diffgate::vcs
