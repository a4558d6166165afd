#include "diff/connectors.hpp"

namespace diffgate::diff {

std::string with_tag(const Statement& statement) {
  constexpr std::size_t kMaxTag = 300;
  if (statement.tag.empty()) return statement.sql;
  std::string tag;
  for (const char c : statement.tag.substr(0, kMaxTag)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == ' ' || c == '-' || c == '_' || c == '.' || c == '#' || c == '@' || c == ':' ||
                          c == '=' || c == ',';
    tag += is_plain ? c : '_';
  }
  return statement.sql + "\n/* " + tag + " */";
}

}  // namespace diffgate::diff
