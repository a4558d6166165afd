#include "config/problem.hpp"

#include <fmt/format.h>

namespace diffgate::config {

std::string to_line(const Problem& problem) {
  std::string line = problem.file;
  if (problem.line > 0) line += fmt::format(":{}:{}", problem.line, problem.column);
  if (!problem.key.empty()) line += ": " + problem.key;
  line += ": " + problem.message;
  if (!problem.suggestion.empty()) line += " (" + problem.suggestion + ")";
  return line;
}

}  // namespace diffgate::config
