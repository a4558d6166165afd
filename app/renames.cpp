#include "app/renames.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "app/name_glob.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMaxDirectives = 200;  // of one text
constexpr std::size_t kMaxName = 300;        // bytes

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  while (words.size() < 8) {
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    const std::size_t length = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
  return words;
}

bool is_one_of(std::string_view word, const auto& known) {
  return std::find(known.begin(), known.end(), lower(word)) != known.end();
}

// A column's name as people write it in a sentence of words: without the quotes around it.
std::string bare(std::string_view name) {
  constexpr std::string_view quotes = "\"`'";
  const bool is_quoted =
      name.size() > 2 && quotes.find(name.front()) != std::string_view::npos && name.front() == name.back();
  return std::string(is_quoted ? name.substr(1, name.size() - 2) : name);
}

bool applies(const RenameDirective& directive, const dbt::PlannedModel& model) {
  if (directive.glob.empty()) return true;
  const std::string glob = lower(directive.glob);
  if (matches_glob(glob, lower(model.name))) return true;
  for (const std::string& relation : {model.prod_relation, model.pr_relation}) {
    std::string name = lower(relation);
    std::erase_if(name, [](char c) { return c == '"' || c == '`' || c == '[' || c == ']'; });
    if (matches_glob(glob, name) || matches_glob(glob, name.substr(name.rfind('.') + 1))) return true;
  }
  return false;
}

// By production's name in lower case.
using Renames = std::map<std::string, std::pair<std::string, std::string>>;

Renames collapsed(const std::vector<RenameDirective>& directives, const dbt::PlannedModel& model) {
  Renames renames;
  for (const RenameDirective& directive : directives) {
    if (!applies(directive, model)) continue;
    const auto chained = std::find_if(renames.begin(), renames.end(), [&](const auto& entry) {
      return lower(entry.second.second) == lower(directive.from);
    });
    if (chained != renames.end()) {
      chained->second.second = directive.to;
    } else {
      renames[lower(directive.from)] = {directive.from, directive.to};
    }
  }
  return renames;
}

}  // namespace

std::optional<RenameDirective> parse_rename(std::string_view line) {
  static constexpr std::array<std::string_view, 8> prefixes = {
      "diffgate", "diffgate:", "x-diffgate:", "/diffgate",
      "datafold", "datafold:", "x-datafold:", "/datafold"};
  static constexpr std::array<std::string_view, 4> verbs = {"remap", "remapped", "rename", "renamed"};
  const std::vector<std::string_view> words = words_of(line);
  if (words.size() < 4 || words.size() > 5) return std::nullopt;
  if (!is_one_of(words[0], prefixes) || !is_one_of(words[1], verbs)) return std::nullopt;
  RenameDirective directive{bare(words[2]), bare(words[3]), words.size() == 5 ? bare(words[4]) : ""};
  const bool is_sound = directive.from.size() <= kMaxName && directive.to.size() <= kMaxName &&
                        directive.glob.size() <= kMaxName;
  if (!is_sound) return std::nullopt;
  return directive;
}

std::vector<RenameDirective> parse_renames(std::string_view text) {
  std::vector<RenameDirective> found;
  while (!text.empty() && found.size() < kMaxDirectives) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto directive = parse_rename(text.substr(0, end))) found.push_back(std::move(*directive));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

std::map<std::string, std::string> renames_of(const RenameDirectives& directives,
                                              const dbt::PlannedModel& model) {
  Renames renames = collapsed(directives.commits, model);
  for (auto& [from, names] : collapsed(directives.comments, model)) {
    // The comment's column can't be under that name twice.
    std::erase_if(
        renames, [&to = names.second](const auto& entry) { return lower(entry.second.second) == lower(to); });
    renames[from] = std::move(names);
  }
  std::map<std::string, std::string> result;
  for (const auto& [from, names] : renames) {
    if (from != lower(names.second)) result.emplace(names.first, names.second);
  }
  return result;
}

void apply_renames(dbt::Plan& plan, const RenameDirectives& directives) {
  if (directives.empty()) return;
  for (dbt::PlannedModel& model : plan.models) {
    for (const auto& [from, to] : renames_of(directives, model)) {
      std::erase_if(model.yaml.rename, [&](const auto& entry) {
        return lower(entry.first) == lower(from) || lower(entry.second) == lower(to);
      });
      model.yaml.rename[from] = to;
    }
  }
}

}  // namespace diffgate::app
