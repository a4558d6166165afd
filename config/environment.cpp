#include "config/environment.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace diffgate::config {
namespace {

using Environment = std::map<std::string, std::string>;

constexpr std::size_t kLongestName = 200;

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  return !text.empty() && text.size() <= kLongestName && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void substitute_scalar(YamlNode& node, const std::string& path, const Environment& environment,
                       Reader& reader) {
  const std::string_view text = node.text;
  if (text.find("${") == std::string_view::npos) return;
  std::string result;
  bool is_complete = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("$${")) {
      result += "${";
      at += 3;
    } else if (!rest.starts_with("${")) {
      result += rest.front();
      ++at;
    } else {
      const std::size_t end = rest.find('}');
      const std::string_view name = rest.substr(2, end == std::string_view::npos ? 0 : end - 2);
      if (!is_name(name)) {
        reader.problem({node, path}, "'${' without the name of an environment variable and '}'",
                       "write ${NAME}, or $${ for the characters themselves");
        node.is_reported = true;
        return;
      }
      const auto found = environment.find(std::string(name));
      if (found == environment.end()) {
        reader.problem({node, path}, fmt::format("the environment variable {} is not set", name),
                       "set it, or write $${ for the characters themselves");
        is_complete = false;
      } else {
        result += found->second;
      }
      node.is_substituted = true;
      at += end + 1;
    }
  }
  node.text = std::move(result);
  node.is_reported = !is_complete;
}

// The depth of the tree is bounded by read_yaml.
void substitute(YamlNode& node, const std::string& path, const Environment& environment, Reader& reader) {
  if (node.is_scalar()) substitute_scalar(node, path, environment, reader);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    substitute(node.items[i], fmt::format("{}[{}]", path, i), environment, reader);
  }
  for (YamlEntry& entry : node.entries) {
    substitute(entry.value, path.empty() ? entry.key : path + "." + entry.key, environment, reader);
  }
}

}  // namespace

void substitute_environment(YamlNode& root, const Environment& environment, Reader& reader) {
  substitute(root, "", environment, reader);
}

}  // namespace diffgate::config
