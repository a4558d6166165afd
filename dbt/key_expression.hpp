#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace diffgate::dbt {

// The documented columns of a table. Keeps views: the names outlive it.
class KnownColumns {
 public:
  explicit KnownColumns(const std::vector<std::string>& names);

  // The column that a word of SQL means: a quoted one to the letter, another in whatever case. Empty if none.
  std::string_view find(std::string_view word, bool is_quoted) const;

 private:
  std::unordered_set<std::string_view> exact_;
  std::unordered_map<std::string, std::string_view> by_lower_case_;  // of several the first
};

// A list without repetitions, in the order of adding.
class ColumnList {
 public:
  void add(std::string column);
  void add_all(std::vector<std::string> columns);
  std::vector<std::string> take() { return std::move(columns_); }

 private:
  std::vector<std::string> columns_;
  std::unordered_set<std::string> seen_;
};

// The columns that an SQL expression over one table reads, as far as its words tell: of `cast(a as text) ||
// '-' || b` a and b. If an expression is unique, so is the tuple of the columns in it. The spelling of known
// columns is taken, and inside function calls only they count, since types and other words stand there too.
// Empty if no column is recognised.
std::vector<std::string> columns_of_expression(std::string_view expression, const KnownColumns& known);

}  // namespace diffgate::dbt
