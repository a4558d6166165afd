#pragma once

// Table pairs that a call names instead of a dbt project: checked, and as a plan. Pure.

#include <string>
#include <vector>

#include "app/store/records.hpp"
#include "dbt/plan.hpp"

namespace diffgate::app {

// Throws Error(caller) that names the pair's place in the list ("tables[3].pr") if a relation is not one, if
// two pairs have the same table on the pull request's side, or if a column is named twice.
void check_tables(const std::vector<TablePair>& tables, const std::string& list_name);

// One model a pair, in the list's order, named by the last part of its pull request's table.
dbt::Plan plan_of_tables(const std::vector<TablePair>& tables);

}  // namespace diffgate::app
