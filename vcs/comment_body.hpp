#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diffgate::vcs {

// The comment as it is written: `marker`, a hidden HTML comment, at its top unless it is there already, and
// at most `max_bytes` long, cut by whole lines.
std::string comment_body(std::string_view marker, std::string markdown, std::size_t max_bytes);

// Whether a comment's text begins with the marker. A quotation of it further down does not count.
bool carries_marker(std::string_view body, std::string_view marker);

// {"body": …}
std::string comment_json(std::string_view body);

// Whether a CommentRef's text is a comment's number, and so safe in a path.
bool is_comment_id(std::string_view text);

}  // namespace diffgate::vcs
