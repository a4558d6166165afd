#pragma once

// Which column of production is which column of the PR.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/table_diff.hpp"

namespace diffgate::diff {

// A name without regard to case.
std::string folded(const std::string& name);

// Finds columns by name: exactly, or without regard to case if only one column can be meant.
class NameIndex {
 public:
  explicit NameIndex(const std::vector<Column>& columns);

  std::optional<std::size_t> exact(const std::string& name) const;
  std::optional<std::size_t> any_case(const std::string& name) const;
  std::optional<std::size_t> find(const std::string& name) const;
  // The one of exactly that name, else all that differ from it by case alone.
  std::vector<std::size_t> all(const std::string& name) const;

 private:
  std::map<std::string, std::size_t> exact_;
  std::map<std::string, std::vector<std::size_t>> folded_;
};

// The columns of both sides, matched: by the request's renames, then by exact names, then without case where
// that is unambiguous on both sides. Keeps references to both lists.
struct Sides {
  // Throws Error(configuration) for a rename of a column that is not there, or that already has its like.
  Sides(const std::vector<Column>& prod_columns, const std::vector<Column>& pr_columns,
        const TableDiffRequest& request);

  const std::vector<Column>& prod;
  const std::vector<Column>& pr;
  NameIndex prod_names;
  NameIndex pr_names;
  std::vector<std::optional<std::size_t>> to_prod;  // by index in pr
  std::vector<std::optional<std::size_t>> to_pr;    // by index in prod

  // The column that a person means by a name: of exactly that name, else without regard to case; with it the
  // column that it is matched with. Where each side calls another column so, as after a rename, the PR's.
  struct Named {
    std::optional<std::size_t> prod;
    std::optional<std::size_t> pr;
  };
  Named named(const std::string& name) const;

  // The same among columns of both sides, by either name: an index in pr.
  std::optional<std::size_t> common(const std::string& name) const;

 private:
  void rename(const TableDiffRequest& request);
  void match();
  void pair(std::size_t prod_index, std::size_t pr_index);
};

// Throws Error(configuration): no column `name` in both tables, with the nearest name and those there are.
// `what` stands behind the name.
[[noreturn]] void no_such_column(const Sides& sides, const TableDiffRequest& request, const std::string& name,
                                 std::string_view what);

}  // namespace diffgate::diff
