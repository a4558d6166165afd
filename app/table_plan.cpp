#include "app/table_plan.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "diff/relation.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// "analytics.pr_7.orders": the parts without their quotes.
std::string plain_name(const std::string& relation) {
  std::string name;
  for (const diff::Identifier& part : diff::parts_of(diff::Relation{relation})) {
    name += (name.empty() ? "" : ".") + part.value();
  }
  return name;
}

void check_relation(const std::string& relation, const std::string& where) {
  std::optional<Error> wrong;
  try {
    diff::parse_relation(relation);
  } catch (const Error& error) {
    wrong = error;
  }
  if (wrong) throw Error(ErrorClass::caller, wrong->problem(), where, wrong->hint());
}

void check_columns(const std::vector<std::string>& columns, const std::string& where) {
  std::set<std::string> seen;
  for (const std::string& column : columns) {
    if (column.empty()) throw Error(ErrorClass::caller, "a column has no name", where);
    if (!seen.insert(column).second) {
      throw Error(ErrorClass::caller, "a column is named twice", where + " '" + column + "'");
    }
  }
}

}  // namespace

void check_tables(const std::vector<TablePair>& tables, const std::string& list_name) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const TablePair& pair = tables[i];
    const std::string at = fmt::format("{}[{}]", list_name, i);
    check_relation(pair.prod, at + ".prod");
    check_relation(pair.pr, at + ".pr");
    const auto [first, is_new] = seen.emplace(plain_name(pair.pr), i);
    if (!is_new) {
      throw Error(ErrorClass::caller, fmt::format("is the same table as in {}[{}]", list_name, first->second),
                  at + ".pr");
    }
    check_columns(pair.key, at + ".key");
    check_columns(pair.include_columns, at + ".include_columns");
    check_columns(pair.exclude_columns, at + ".exclude_columns");
  }
}

dbt::Plan plan_of_tables(const std::vector<TablePair>& tables) {
  dbt::Plan plan;
  for (const TablePair& pair : tables) {
    dbt::PlannedModel model;
    model.id = dbt::UniqueId("table." + plain_name(pair.pr));
    model.name = diff::parts_of(diff::Relation{pair.pr}).back().value();
    model.resource_type = "table";
    model.materialization = "table";
    model.action = dbt::PlanAction::diff;
    model.detail = "named by a call";
    model.prod_relation = pair.prod;
    model.pr_relation = pair.pr;
    model.key.columns = pair.key;
    if (!pair.key.empty()) model.key.source = dbt::KeySource::given;
    model.yaml.include_columns = pair.include_columns;
    model.yaml.exclude_columns = pair.exclude_columns;
    plan.models.push_back(std::move(model));
  }
  return plan;
}

}  // namespace diffgate::app
