#include "app/report/text_table.hpp"

#include <algorithm>
#include <string_view>

#include "app/report/escape.hpp"

namespace diffgate::app {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

constexpr std::size_t widest_cell = 120;

}  // namespace

std::string text_table(const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows,
                       const std::vector<std::size_t>& right) {
  std::vector<std::vector<std::string>> lines = {header};
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    cells.reserve(header.size());
    for (const std::string& cell : row) cells.push_back(clean_line(cell, widest_cell));
    cells.resize(header.size());
    lines.push_back(std::move(cells));
  }
  std::vector<std::size_t> widths(header.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], characters(line[i]));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string fill(widths[i] - characters(line[i]), ' ');
      const bool is_right = std::find(right.begin(), right.end(), i) != right.end();
      text += (i > 0 ? "  " : "") + (is_right ? fill + line[i] : line[i] + fill);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  return out;
}

}  // namespace diffgate::app
