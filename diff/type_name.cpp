#include "diff/type_name.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace diffgate::diff {
namespace {

int number_in(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

TypeName parse_type_name(std::string_view spelling) {
  TypeName out;
  std::string text(spelling);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  const std::size_t open = text.find('(');
  const std::size_t close = text.find(')', open);
  if (open == std::string::npos || close == std::string::npos) {
    out.base = std::move(text);
    return out;
  }
  const std::string_view inside = std::string_view(text).substr(open + 1, close - open - 1);
  out.first = number_in(inside);
  if (const std::size_t comma = inside.find(','); comma != std::string_view::npos) {
    out.second = number_in(inside.substr(comma + 1));
  }
  out.base = text.substr(0, open) + text.substr(close + 1);
  return out;
}

}  // namespace diffgate::diff
