#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diffgate::config {

// gitignore lines over flat paths: the last matching line wins, and a file may be re-included below an excluded
// folder, so that "*", "!dbt/*", "dbt/*.md" means "only dbt/ at any depth, less its own Markdown files".
class IgnorePatterns {
 public:
  explicit IgnorePatterns(const std::vector<std::string>& lines);

  struct Match {
    bool is_ignored = false;
    std::size_t line = 0;  // 1-based number of the deciding line; 0 if none matched
  };
  Match match(std::string_view path) const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    std::string regex_like;  // replaced by the implementer's own form
    bool negated = false;
    std::size_t line = 0;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace diffgate::config
