#pragma once

// Text from outside (names, error messages, SQL fragments) made harmless for the place where it is shown. On
// a forge that is not only HTML and Markdown: the renderer also links @mentions, #issues, URLs and :emoji: in
// any text that does not stand in code.

#include <cstddef>
#include <string>
#include <string_view>

namespace diffgate::app {

// Valid UTF-8 on one line: broken bytes, control characters and those that reorder or hide text become
// U+FFFD, white space becomes a blank. At most `max_characters` code points, the last one "…" if something
// was cut.
std::string clean_line(std::string_view text, std::size_t max_characters = 200);

// The same, but line breaks stay. For code blocks.
std::string clean_lines(std::string_view text, std::size_t max_characters = 4'000);

// Markdown text that shows `text` and does nothing else, also inside a table cell.
std::string markdown_text(std::string_view text, std::size_t max_characters = 400);

// Inline code that shows `text`, also inside a table cell: `text`, or <code> where backticks can't hold it.
std::string markdown_code(std::string_view text, std::size_t max_characters = 100);

// A fenced block that `text` cannot leave.
std::string markdown_block(std::string_view language, std::string_view text);

// For HTML text and quoted attributes.
std::string html_text(std::string_view text, std::size_t max_characters = 400);

// The same inside Markdown's raw HTML (a <summary>), where forges still link mentions outside of <code>.
std::string html_code(std::string_view text, std::size_t max_characters = 100);

// `url` if it is an absolute http(s) URL that can stand in a Markdown link and an HTML attribute as it is,
// else "".
std::string safe_url(std::string_view url);

// A Markdown link, or just the text if the URL is not safe.
std::string markdown_link(std::string_view text, std::string_view url);

}  // namespace diffgate::app
