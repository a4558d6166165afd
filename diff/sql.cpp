#include "diff/sql.hpp"

namespace diffgate::diff {

Sql sql_after_check(std::string text) { return Sql(std::move(text)); }

Sql join(const std::vector<Sql>& parts, const Sql& separator) {
  Sql out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

}  // namespace diffgate::diff
