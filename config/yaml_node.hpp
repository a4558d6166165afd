#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.hpp"

namespace diffgate::config {

struct YamlEntry;

// A YAML value with its place in the file. Aliases are already replaced by what they name.
struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  int line = 0;  // from 1
  int column = 0;
  std::string text;                // of a scalar
  bool is_plain = false;           // a scalar without quotes: may be a number, true or false
  bool is_substituted = false;     // holds a value from the environment: never show it
  bool is_reported = false;        // its one problem has been told
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in the file's order, no key twice

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  // The value of a map's key; null if this is no map or has no such key.
  const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  int line = 0;
  int column = 0;
  YamlNode value;
};

// Reads one YAML document, strictly: more than 1 MiB, more than one document, bytes that are not UTF-8, tabs
// as indentation, duplicate keys, tags, more than 100 levels, and aliases that grow to more than 100,000
// values are problems with their line and column. nullopt if the text is not YAML at all; an empty text is a
// null. No problem shows a value of the file.
std::optional<YamlNode> read_yaml(const std::string& text, const std::string& file,
                                  std::vector<Problem>& problems);

}  // namespace diffgate::config
