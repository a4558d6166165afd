#include "app/report/annotation_lines.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "config/problem.hpp"
#include "config/yaml_node.hpp"

namespace diffgate::app {
namespace {

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; }

// Without a comment at its end, and without what may stand behind an item's name: commas, blanks, quotes.
std::string_view item_of(std::string_view line) {
  line = line.substr(0, line.find("--"));
  constexpr std::string_view behind = " \t\r,\"`]";
  const std::size_t last = line.find_last_not_of(behind);
  return last == std::string_view::npos ? std::string_view() : line.substr(0, last + 1);
}

bool ends_with_name(std::string_view item, std::string_view name) {
  if (!item.ends_with(name)) return false;
  return item.size() == name.size() || !is_word(item[item.size() - name.size() - 1]);
}

// The entry of that name in a list of maps; null if there is none.
const config::YamlNode* entry_named(const config::YamlNode* list, std::string_view name) {
  if (list == nullptr) return nullptr;
  for (const config::YamlNode& item : list->items) {
    const config::YamlNode* entry = item.find("name");
    if (entry != nullptr && entry->is_scalar() && entry->text == name) return &item;
  }
  return nullptr;
}

}  // namespace

int line_in_sql(std::string_view sql, std::string_view column) {
  if (column.empty()) return 1;
  const std::string name = lowered(column);
  const std::string text = lowered(sql);
  int found = 1;
  int number = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    ++number;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (ends_with_name(item_of(rest.substr(0, end)), name)) found = number;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

int line_in_yaml(const std::string& yaml, std::string_view model, std::string_view column) {
  std::vector<config::Problem> ignored;  // dbt has read the file; whether we can is no one's concern
  const auto root = config::read_yaml(yaml, {}, ignored);
  if (!root) return 1;
  for (const std::string_view kind : {"models", "seeds", "snapshots"}) {
    const config::YamlNode* entry = entry_named(root->find(kind), model);
    if (entry == nullptr) continue;
    const config::YamlNode* of_column =
        column.empty() ? nullptr : entry_named(entry->find("columns"), column);
    return (of_column != nullptr ? of_column : entry)->find("name")->line;
  }
  return 1;
}

}  // namespace diffgate::app
