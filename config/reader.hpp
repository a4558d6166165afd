#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problem.hpp"
#include "config/selector_check.hpp"
#include "config/yaml_node.hpp"

namespace diffgate::config {

// A value in the file and the dotted path that leads to it: "projects[0].rules".
struct Place {
  const YamlNode& node;
  std::string path;

  Place item(std::size_t index) const;        // of a list
  Place entry(const YamlEntry& entry) const;  // of a map
};

// Reads single values out of a YAML tree and collects what is wrong with them. Each function answers nullopt
// after it has added a problem. A value from the environment never turns up in a message.
class Reader {
 public:
  // `folder` is where relative paths of the file count from; empty: the working directory.
  // Without `selector_check` dbt selectors are taken as they are.
  Reader(std::string file, std::string folder, SelectorCheck selector_check = {})
      : file_(std::move(file)), folder_(std::move(folder)), selector_check_(std::move(selector_check)) {}

  // Nothing is added for a node that is marked as reported.
  void problem(const Place& at, std::string message, std::string suggestion = {});
  void problem(int line, int column, std::string path, std::string message, std::string suggestion = {});
  // The same with the value shown, as "'512XB' is not a size", unless it came from the environment.
  void bad_value(const Place& at, std::string_view is_not, std::string suggestion = {});
  void wrong_type(const Place& at, std::string_view expected, std::string suggestion = {});

  // Any scalar but a bare true, false or nothing; the text may be empty.
  std::optional<std::string> text(const Place& at);
  std::optional<std::string> nonempty_text(const Place& at);
  std::optional<bool> boolean(const Place& at);
  std::optional<std::int64_t> integer(const Place& at, std::int64_t least, std::int64_t most);
  // "90s", "60m", "2h", "1d"
  std::optional<std::chrono::seconds> duration(const Place& at);
  // "512MB", "2GB"; K, M and G count by 1024. In bytes.
  std::optional<std::uint64_t> size(const Place& at);
  // An absolute http or https URL without a trailing '/'.
  std::optional<std::string> url(const Place& at);
  // A path, resolved against the file's folder.
  std::optional<std::string> path(const Place& at);

  // Tells of a mistake in a dbt selector, at its own column.
  void check_selector(const Place& at);

  const std::string& file() const { return file_; }
  // No more problems are kept, so that there is no use in looking for a suggestion.
  bool is_full() const;
  // All problems by line; more than 200 are counted, not kept.
  std::vector<Problem> take_problems();
  void add(std::vector<Problem> problems);

 private:
  std::string file_;
  std::string folder_;
  SelectorCheck selector_check_;
  std::vector<Problem> problems_;
  std::size_t dropped_ = 0;
};

// What the node is, for a message: "a list", "true or false", "a number".
std::string_view kind_of(const YamlNode& node);

// "90s" in seconds, "512MB" in bytes; nullopt if it is neither.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace diffgate::config
