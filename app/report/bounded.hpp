#pragma once

// Text that must not exceed a length is cut between its parts, never inside one.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace diffgate::app {

// `head`, then as many of `parts` as fit, then `foot`; where some are left out, `more(count)` stands between.
// Empty if there are no parts, or if not even `head`, `more` and `foot` fit.
std::string join_within(std::size_t max_bytes, const std::string& head, const std::vector<std::string>& parts,
                        const std::function<std::string(std::size_t left_out)>& more,
                        const std::string& foot = {});

// The longest beginning of `text` of at most `max_bytes` that ends between two characters.
std::string cut_utf8(std::string text, std::size_t max_bytes);

}  // namespace diffgate::app
