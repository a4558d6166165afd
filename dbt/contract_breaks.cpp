#include "dbt/contract_breaks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "dbt/json_value.hpp"
#include "dbt/node_meta.hpp"

namespace diffgate::dbt {
namespace {

// The constraint types that an adapter enforces; what it does not enforce may go without breaking anybody.
struct EnforcedConstraints {
  std::string_view adapter;
  std::string_view types;  // with a blank around each
};

constexpr EnforcedConstraints kEnforced[] = {
    {"postgres", " check not_null unique primary_key foreign_key "},
    {"duckdb", " check not_null unique primary_key foreign_key "},
    {"sqlserver", " check not_null unique primary_key foreign_key "},
    {"fabric", " not_null unique primary_key foreign_key "},
    {"databricks", " check not_null "},
    {"redshift", " not_null "},
    {"snowflake", " not_null "},
    {"bigquery", " not_null "},
    {"trino", " not_null "},
    {"materialize", " not_null "},
    {"clickhouse", " check "},
    {"spark", " "},
    {"athena", " "},
};
constexpr std::string_view kEnforcedByDefault = " not_null foreign_key ";

bool is_enforced_by(std::string_view adapter, const std::string& type) {
  const auto* const known = std::find_if(std::begin(kEnforced), std::end(kEnforced),
                                         [&](const auto& entry) { return entry.adapter == adapter; });
  const std::string_view types = known == std::end(kEnforced) ? kEnforcedByDefault : known->types;
  return types.find(" " + type + " ") != std::string_view::npos;
}

JsonValue value_of(const ManifestData& data, const Node& node, Field field, JsonReader& reader) {
  return reader.read(data.raw(node, field)).value_or(JsonValue());
}

std::string text_in(const JsonValue& object, std::string_view key) {
  const JsonValue* const value = object.find(key);
  return value == nullptr ? std::string() : value->string_or({});
}

const std::vector<JsonValue>& constraints_of(const JsonValue& column) {
  static const std::vector<JsonValue> none;
  const JsonValue* const constraints = column.find("constraints");
  return constraints == nullptr ? none : constraints->items;
}

bool is_enforced(const ManifestData& data, const Node& node, JsonReader& reader) {
  const JsonValue contract = value_of(data, node, Field::contract, reader);
  const JsonValue* const enforced = contract.find("enforced");
  return enforced != nullptr && enforced->is_true();
}

// Views and the like take constraints for documentation alone.
bool has_constraints_built(const std::string& materialized) {
  return materialized == "table" || materialized == "incremental";
}

// A size or precision is no other type: "varchar(5)" and "VARCHAR(20)" are both "varchar".
std::string base_type(const std::string& type) {
  std::string base = type.substr(0, type.find('('));
  base.erase(base.find_last_not_of(" \t") + 1);
  std::transform(base.begin(), base.end(), base.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return base;
}

std::string name_of_constraint(const JsonValue& constraint) {
  const std::string type = text_in(constraint, "type");
  const std::string name = text_in(constraint, "name");
  return name.empty() ? "constraint " + type : fmt::format("constraint {} '{}'", type, name);
}

std::string column_list(const JsonValue& constraint) {
  const JsonValue* const columns = constraint.find("columns");
  std::string list;
  if (columns == nullptr) return list;
  for (const std::string& column : columns->strings()) list += (list.empty() ? "" : ", ") + column;
  return list.empty() ? list : " on (" + list + ")";
}

// What makes a constraint up. Whether to warn of it is no part of it, and each engine of dbt has another
// default.
std::string text_of_constraint(const JsonValue& constraint) {
  std::string text;
  for (const char* const key : {"type", "name", "expression", "to"}) text += text_in(constraint, key) + " ";
  for (const char* const key : {"columns", "to_columns"}) {
    const JsonValue* const columns = constraint.find(key);
    if (columns == nullptr) continue;
    for (const std::string& column : columns->strings()) text += column + " ";
  }
  return text;
}

bool holds(const std::vector<JsonValue>& constraints, const JsonValue& wanted) {
  const std::string text = text_of_constraint(wanted);
  return std::any_of(constraints.begin(), constraints.end(),
                     [&](const JsonValue& one) { return text_of_constraint(one) == text; });
}

std::string or_nothing(const std::string& type) { return type.empty() ? "no type" : type; }

// Compares the sides of one contract that was enforced.
class ContractChanges {
 public:
  ContractChanges(const ManifestData& base, const Node& before, const ManifestData& head, const Node& now)
      : base_(base), before_(before), head_(head), now_(now) {
    old_materialized_ = config_of(base, before, "materialized", reader_).string_or({});
    new_materialized_ = config_of(head, now, "materialized", reader_).string_or({});
  }

  std::vector<std::string> find() {
    if (!is_enforced(base_, before_, reader_)) return {};
    if (!is_enforced(head_, now_, reader_)) breaks_.emplace_back("its contract is no longer enforced");
    compare_columns();
    compare_model_constraints();
    if (has_constraints_ && has_constraints_built(old_materialized_) &&
        !has_constraints_built(new_materialized_)) {
      breaks_.push_back(fmt::format("it became a {}, was a {}: its constraints are not enforced any more",
                                    new_materialized_, old_materialized_));
    }
    return std::move(breaks_);
  }

 private:
  void compare_columns() {
    const JsonValue old_columns = value_of(base_, before_, Field::columns, reader_);
    const JsonValue new_columns = value_of(head_, now_, Field::columns, reader_);
    for (const auto& [key, column] : old_columns.members) {
      has_constraints_ = has_constraints_ || !constraints_of(column).empty();
      const std::string written = text_in(column, "name");
      const std::string& name = written.empty() ? key : written;
      const JsonValue* const kept = new_columns.find(key);
      if (kept == nullptr) {
        breaks_.push_back(fmt::format("column '{}' was removed", name));
        continue;
      }
      const std::string old_type = text_in(column, "data_type");
      const std::string new_type = text_in(*kept, "data_type");
      if (base_type(old_type) != base_type(new_type)) {
        breaks_.push_back(
            fmt::format("column '{}' became {}, was {}", name, or_nothing(new_type), or_nothing(old_type)));
      }
      note_lost(constraints_of(column), constraints_of(*kept), fmt::format(" of column '{}'", name));
    }
  }

  void compare_model_constraints() {
    const JsonValue old_list = value_of(base_, before_, Field::constraints, reader_);
    const JsonValue new_list = value_of(head_, now_, Field::constraints, reader_);
    has_constraints_ = has_constraints_ || !old_list.items.empty();
    note_lost(old_list.items, new_list.items, "");
  }

  void note_lost(const std::vector<JsonValue>& before, const std::vector<JsonValue>& now,
                 const std::string& where) {
    if (!has_constraints_built(old_materialized_)) return;
    for (const JsonValue& constraint : before) {
      if (holds(now, constraint) || !is_enforced_by(head_.info.adapter_type, text_in(constraint, "type")))
        continue;
      breaks_.push_back(name_of_constraint(constraint) + column_list(constraint) + where + " was removed");
    }
  }

  const ManifestData& base_;
  const Node& before_;
  const ManifestData& head_;
  const Node& now_;
  JsonReader reader_;
  std::string old_materialized_;
  std::string new_materialized_;
  bool has_constraints_ = false;
  std::vector<std::string> breaks_;
};

}  // namespace

std::vector<std::string> contract_breaks(const ManifestData& base, const Node& before,
                                         const ManifestData& head, const Node& now) {
  return ContractChanges(base, before, head, now).find();
}

bool breaks_contract_by_leaving(const ManifestData& base, const Node& before, const ManifestData& head) {
  JsonReader reader;
  if (!is_enforced(base, before, reader)) return false;
  // Both are ISO 8601; the day decides, whatever the time zones.
  constexpr std::size_t kDate = 10;
  const std::string date = text_of(base, before, Field::deprecation_date).substr(0, kDate);
  const std::string today = head.info.generated_at.substr(0, kDate);
  return date.empty() || today.empty() || today <= date;
}

std::string contract_text(const ManifestData& data, const Node& node) {
  JsonReader reader;
  const JsonValue columns = value_of(data, node, Field::columns, reader);
  std::vector<std::string> lines;
  for (const auto& [name, column] : columns.members) {
    std::string line = name + " " + text_in(column, "data_type");
    for (const JsonValue& constraint : constraints_of(column)) line += " " + text_of_constraint(constraint);
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const std::string materialized = config_of(data, node, "materialized", reader).string_or({});
  if (!has_constraints_built(materialized)) return text;
  text += materialized + "\n";
  for (const JsonValue& constraint : value_of(data, node, Field::constraints, reader).items)
    text += text_of_constraint(constraint) + "\n";
  return text;
}

}  // namespace diffgate::dbt
