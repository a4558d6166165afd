#include "app/server/routes.hpp"

#include <algorithm>
#include <array>

#include "net/url.hpp"

namespace diffgate::app {
namespace {

// Cut at its slashes, each part percent-decoded; empty if it is malformed.
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    if (path.front() != '/') return {};
    path.remove_prefix(1);
    const std::string_view part = path.substr(0, path.find('/'));
    auto decoded = net::decode_percent(part);
    if (!decoded) return {};
    parts.push_back(std::move(*decoded));
    path.remove_prefix(part.size());
  }
  return parts;
}

// What stands at the pattern's "{…}"; nullopt if the path is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              const std::vector<std::string>& parts) {
  std::vector<std::string> arguments;
  for (const std::string& part : parts) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(wanted.size());
    if (wanted.starts_with('{')) {
      arguments.push_back(part);
    } else if (wanted != part) {
      return std::nullopt;
    }
  }
  if (!pattern.empty()) return std::nullopt;
  return arguments;
}

}  // namespace

FoundRoute find_route(std::string_view method, std::string_view path) {
  const std::array groups = {webhook_routes(),
                             upload_routes(),
                             project_routes(),
                             run_routes(),
                             compatible_ci_routes(),
                             compatible_diff_routes(),
                             compatible_source_routes(),
                             compatible_upload_routes(),
                             health_routes(),
                             setup_routes(),
                             page_routes()};
  FoundRoute found;
  const std::vector<std::string> parts = parts_of(path);
  if (parts.empty()) return found;
  std::size_t fewest = parts.size() + 1;  // arguments of the most fixed path so far
  for (const std::span<const Route> group : groups) {
    for (const Route& route : group) {
      auto arguments = match(route.path, parts);
      if (!arguments || arguments->size() > fewest) continue;
      if (arguments->size() < fewest) found = {};
      fewest = arguments->size();
      if (route.method == method) {
        found.route = &route;
        found.arguments = std::move(*arguments);
      } else {
        found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method);
      }
    }
  }
  return found;
}

}  // namespace diffgate::app
