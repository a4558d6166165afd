#include "config/description.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "net/did_you_mean.hpp"

namespace diffgate::config {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view last) {
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += i + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
    result += words[i];
  }
  return result;
}

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

void check_one_of(Reader& reader, const Place& at, const OneOf& group) {
  std::vector<const YamlEntry*> given;
  for (const YamlEntry& entry : at.node.entries) {
    if (std::ranges::find(group.keys, entry.key) != group.keys.end()) given.push_back(&entry);
  }
  for (std::size_t i = 1; i < given.size(); ++i) {
    reader.problem(given[i]->line, given[i]->column, below(at.path, given[i]->key),
                   fmt::format("stands beside {}", given[0]->key),
                   fmt::format("give only one of {}", joined(group.keys, "and")));
  }
  if (given.empty() && group.is_required) {
    reader.problem(at, fmt::format("{} is missing", joined(group.keys, "or")));
  }
}

}  // namespace

void check_keys(Reader& reader, const Place& at, const std::vector<Property>& properties,
                const std::vector<OneOf>& one_of, const std::vector<std::string>& also_known) {
  std::vector<std::string> known = also_known;
  for (const Property& property : properties) known.push_back(property.name);
  for (const YamlEntry& entry : at.node.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    std::string suggestion;
    if (entry.key == "<<") {
      suggestion = "merge keys are not supported";
    } else if (!reader.is_full()) {
      suggestion = did_you_mean(entry.key, known);
    }
    reader.problem(entry.line, entry.column, below(at.path, entry.key), "unknown key", suggestion);
  }
  for (const Property& property : properties) {
    if (property.is_required && at.node.find(property.name) == nullptr) {
      reader.problem(at, fmt::format("{} is missing", property.name));
    }
  }
  for (const OneOf& group : one_of) check_one_of(reader, at, group);
}

}  // namespace diffgate::config
