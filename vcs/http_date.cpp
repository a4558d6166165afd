#include "vcs/http_date.hpp"

#include <fmt/format.h>

#include <array>

namespace diffgate::vcs {

std::optional<UtcTime> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::string_view shape = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != shape.size() || !text.ends_with(" GMT") || text.substr(3, 2) != ", ")
    return std::nullopt;
  for (std::size_t month = 0; month < months.size(); ++month) {
    if (text.substr(8, 3) != months[month]) continue;
    return parse_iso8601(
        fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month + 1, text.substr(5, 2), text.substr(17, 8)));
  }
  return std::nullopt;
}

}  // namespace diffgate::vcs
