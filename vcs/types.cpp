#include "vcs/types.hpp"

#include <algorithm>

namespace diffgate::vcs {

std::optional<Sha> parse_sha(std::string_view text) {
  if (text.size() != 40 && text.size() != 64) return std::nullopt;
  const bool is_hex = std::all_of(text.begin(), text.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!is_hex) return std::nullopt;
  return Sha(std::string(text));
}

}  // namespace diffgate::vcs
