#include "config/fields.hpp"

#include <fmt/format.h>

namespace diffgate::config {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

std::optional<std::vector<std::string>> read_text_list(Reader& reader, const Place& at, TextList form,
                                                       const TextListLimits& limits) {
  std::vector<std::string> texts;
  bool is_good = true;
  if (at.node.is_list()) {
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      const Place item = at.item(i);
      const auto text = form == TextList::lines ? reader.text(item) : reader.nonempty_text(item);
      is_good = is_good && text;
      if (text) texts.push_back(*text);
    }
  } else if (at.node.is_scalar()) {
    const auto text = reader.nonempty_text(at);
    is_good = text.has_value();
    if (text && form == TextList::lines) texts = lines_of(*text);
    if (text && form == TextList::words) texts = {*text};
  } else {
    reader.wrong_type(at, "a list of texts", "begin each entry with '- '");
    return std::nullopt;
  }
  if (texts.size() > limits.most_items) {
    reader.problem(at, fmt::format("{} entries are too many: at most {}", texts.size(), limits.most_items));
    return std::nullopt;
  }
  for (const std::string& text : texts) {
    if (text.size() <= limits.longest_item) continue;
    reader.problem(at, fmt::format("an entry is longer than {} bytes", limits.longest_item));
    return std::nullopt;
  }
  if (!is_good) return std::nullopt;
  return texts;
}

Shape text_list_shape() {
  return {.kind = Shape::Kind::any_of,
          .is_nullable = true,
          .parts = {{.kind = Shape::Kind::list, .parts = {{.kind = Shape::Kind::text}}},
                    {.kind = Shape::Kind::text, .is_nonempty = true}}};
}

}  // namespace diffgate::config
