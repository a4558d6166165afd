#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace diffgate::test {

// The text of tests/golden/<name>. With UPDATE_GOLDEN=1 the file is written first, so that the change shows
// in git.
inline std::string golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(DIFFGATE_SOURCE_DIR) + "/tests/golden/" + name;
  if (const char* update = std::getenv("UPDATE_GOLDEN"); update && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace diffgate::test
