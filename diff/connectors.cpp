#include "diff/connectors.hpp"

namespace diffgate::diff {

std::string plain_tag(const std::string& tag, std::size_t max_size) {
  std::string out;
  for (const char c : tag.substr(0, max_size)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == ' ' || c == '-' || c == '_' || c == '.' || c == '#' || c == '@' || c == ':' ||
                          c == '=' || c == ',' || c == '/';
    out += is_plain ? c : '_';
  }
  return out;
}

std::string with_tag(const Statement& statement) {
  constexpr std::size_t kMaxTag = 300;
  if (statement.tag.empty()) return statement.sql;
  return statement.sql + "\n/* " + plain_tag(statement.tag, kMaxTag) + " */";
}

}  // namespace diffgate::diff
