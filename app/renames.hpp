#pragma once

// Rename directives: lines in commit messages and comments that say which column is which under another name,
// "diffgate remap amount amount_usd fct_*". The compatible prefix and verbs are understood as well.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dbt/plan.hpp"

namespace diffgate::app {

struct RenameDirective {
  std::string from;  // production's name of the column
  std::string to;    // the pull request's
  std::string glob;  // of model or table names, case does not matter; empty: every model

  friend bool operator==(const RenameDirective&, const RenameDirective&) = default;
};

// One line as a directive: a prefix (diffgate, diffgate:, X-Diffgate:, /diffgate, or datafold in its place),
// a verb (remap, remapped, rename, renamed), two columns and perhaps a glob. nullopt for any other line.
std::optional<RenameDirective> parse_rename(std::string_view line);

// The directives among a text's lines, in order.
std::vector<RenameDirective> parse_renames(std::string_view text);

// Both kinds apply in order, and chains collapse: a to b, then b to c, is a to c. What comments say wins over
// what commits say of the same column. A column renamed to itself is renamed no more.
struct RenameDirectives {
  std::vector<RenameDirective> commits;  // oldest first
  std::vector<RenameDirective> comments;

  bool empty() const { return commits.empty() && comments.empty(); }
};

// What they come to for one model: production's name to the pull request's.
std::map<std::string, std::string> renames_of(const RenameDirectives& directives,
                                              const dbt::PlannedModel& model);

// Puts them into the models' YAML wishes, over what the YAML says of the same column.
void apply_renames(dbt::Plan& plan, const RenameDirectives& directives);

}  // namespace diffgate::app
