#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diffgate::vcs {

// The number of characters (code points) of UTF-8 text; a broken sequence counts its bytes.
std::size_t count_characters(std::string_view text);

// `text` if it has at most `max_bytes` bytes, else as many of its whole lines as fit together with `notice`,
// which ends it. A first line that is too long alone is cut between two characters.
std::string cut_lines(std::string text, std::size_t max_bytes, std::string_view notice);

// One line of at most `max_characters` characters, ended with "…" when it was cut.
std::string cut_characters(std::string text, std::size_t max_characters);

}  // namespace diffgate::vcs
