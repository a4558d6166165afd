#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/glob.hpp"

namespace diffgate::config {

// gitignore lines over flat paths: the last matching line wins, and a file may be re-included below an
// excluded folder, so that "*", "!dbt/*", "dbt/*.md" means "only dbt/ at any depth, less its own Markdown
// files".
//
// A line that matches one of the folders above a file matches the file. Comments, "\#", "\!", trailing spaces
// and "\ ", a leading, trailing or inner '/', '*', '?', "[a-z]", "[!a]" and "**" are as in gitignore(5).
class IgnorePatterns {
 public:
  enum class Case { exact, ignored };  // ignored: ASCII letters alone, for column names

  explicit IgnorePatterns(const std::vector<std::string>& lines, Case letter_case = Case::exact);

  struct Match {
    bool is_ignored = false;
    std::size_t line = 0;  // 1-based number of the deciding line; 0 if none matched
  };
  // A leading "./" or "/" of the path does not count.
  Match match(std::string_view path) const;
  bool empty() const { return patterns_.empty(); }

 private:
  struct Pattern {
    PathGlob glob;
    bool negated = false;
    std::size_t line = 0;
  };
  std::vector<Pattern> patterns_;
  Case case_;
};

}  // namespace diffgate::config
