#include "app/requested_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/server/json_body.hpp"
#include "app/table_plan.hpp"
#include "diff/filter.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostColumns = 2'000;
constexpr std::size_t kLongestName = 1'000;
constexpr std::size_t kLongestFilter = 20'000;
constexpr double kLargest = 1e300;

[[noreturn]] void refuse(const std::string& field, const std::string& what, const std::string& hint = {}) {
  throw Error(ErrorClass::caller, what, field, hint);
}

// Snowflake's clients write in small letters what is stored in capitals.
bool stands_for_capitals(const std::string& name, const diff::Dialect& dialect) {
  return &dialect == &diff::snowflake_dialect() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string relation_of(JsonFields& fields, const std::string& field, const diff::Dialect& dialect) {
  constexpr std::size_t most_parts = 3;
  const std::vector<std::string> path = fields.texts(field, most_parts, kLongestName);
  if (path.empty())
    refuse(field, "is missing", "give the table as a list of its names, [\"schema\", \"table\"]");
  std::string relation;
  for (const std::string& name : path) {
    if (name.empty()) refuse(field, "has an empty name");
    const bool is_plain = stands_for_capitals(name, dialect) && name.front() > '9';
    relation += relation.empty() ? "" : ".";
    relation += is_plain ? name : diff::quoted(dialect, diff::Identifier(name)).text();
  }
  return relation;
}

std::string filter_of(JsonFields& fields, const std::string& field, const diff::Dialect& dialect) {
  std::string filter = fields.optional_text(field, kLongestFilter).value_or("");
  std::optional<Error> wrong;
  try {
    diff::checked_filter(filter, dialect);
  } catch (const Error& error) {
    wrong = error;
  }
  if (wrong) refuse(field, wrong->problem(), wrong->hint());
  return filter;
}

diff::Tolerance tolerance_of(double value, const std::string& mode, const std::string& field) {
  diff::Tolerance tolerance;
  if (mode == "relative") {
    tolerance.relative = value;
  } else if (mode == "absolute") {
    tolerance.absolute = value;
  } else {
    refuse(field, "is neither 'absolute' nor 'relative'");
  }
  return tolerance;
}

void read_tolerances(JsonFields& fields, diff::TableDiffRequest& request) {
  const std::string mode = fields.optional_text("tolerance_mode", kLongestName).value_or("absolute");
  const double value = fields.optional_number("diff_tolerance", 0, kLargest).value_or(0);
  const diff::Tolerance tolerance = tolerance_of(value, mode, "tolerance_mode");
  if (value > 0) request.tolerance[""] = tolerance;
  if (fields.any("diff_tolerances_per_column") == nullptr) return;
  for (const Json& item : fields.list("diff_tolerances_per_column", kMostColumns)) {
    const std::string where = "diff_tolerances_per_column";
    JsonFields column(item, where, UnknownFields::ignored);
    const std::string name = column.text("column_name", kLongestName);
    const std::string of_column = column.text("tolerance_mode", kLongestName);
    const auto distance = column.optional_number("tolerance_value", 0, kLargest);
    if (!distance) refuse(where + ".tolerance_value", "is missing");
    request.tolerance[name] = tolerance_of(*distance, of_column, where + ".tolerance_mode");
  }
}

void read_renames(JsonFields& fields, diff::TableDiffRequest& request) {
  if (fields.any("column_mapping") == nullptr) return;
  for (const Json& pair : fields.list("column_mapping", kMostColumns)) {
    const bool is_pair = pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string();
    if (!is_pair) refuse("column_mapping", "is not a list of pairs of columns");
    request.renames.push_back(
        {diff::Identifier(pair[0].get<std::string>()), diff::Identifier(pair[1].get<std::string>())});
  }
}

void read_modifiers(JsonFields& fields, diff::TableDiffRequest& request) {
  for (const std::string& modifier : fields.texts("table_modifiers", 10, kLongestName)) {
    if (modifier == "case_insensitive_strings") {
      request.text[""].ignore_case = true;
    } else if (modifier == "null_equals_empty_string") {
      request.text[""].null_equals_empty = true;
    } else {
      refuse("table_modifiers", "there is no modifier '" + modifier + "'",
             "case_insensitive_strings or null_equals_empty_string");
    }
  }
}

// So many keys that, if none of them differs, fewer than `tolerance` of all do with that confidence.
std::int64_t sample_size(double tolerance, double confidence) {
  constexpr double percent = 100;
  return static_cast<std::int64_t>(std::ceil(-std::log(1 - confidence / percent) / tolerance));
}

void read_sampling(JsonFields& fields, diff::TableDiffRequest& request) {
  constexpr double least = 1e-9;
  constexpr double usual_confidence = 99;
  diff::Sampling sampling;
  sampling.from_rows = fields.optional_integer("sampling_threshold", 0, INT64_MAX).value_or(0);
  const auto tolerance = fields.optional_number("sampling_tolerance", least, 1);
  const double confidence =
      fields.optional_number("sampling_confidence", 1, 99.999'999).value_or(usual_confidence);
  if (tolerance) sampling.rows = sample_size(*tolerance, confidence);
  sampling.rows = fields.optional_integer("sampling_max_rows", 1, INT64_MAX).value_or(sampling.rows);
  if (const auto share = fields.optional_number("sampling_ratio", least, 1)) {
    sampling.share = *share;
    sampling.rows = 0;
  }
  const bool is_whole = sampling.rows == 0 && (sampling.share == 0 || sampling.share >= 1);
  if (!is_whole) request.sampling = sampling;
}

std::string moment_of(JsonFields& fields, const std::string& field) {
  const Json* value = fields.any(field);
  if (value != nullptr && value->is_number_integer()) return std::to_string(value->get<std::int64_t>());
  return fields.optional_text(field, kLongestName).value_or("");
}

// Whatever would give another answer than the caller expects.
void refuse_what_is_not_offered(JsonFields& fields) {
  struct Missing {
    const char* field;
    const char* why;
    const char* hint;
  };
  static constexpr std::array kMissing = {
      Missing{"query1", "queries are not compared", "make a view of it, or give table1"},
      Missing{"query2", "queries are not compared", "make a view of it, or give table2"},
      Missing{"file1", "files are not compared", "give table1"},
      Missing{"file2", "files are not compared", "give table2"},
      Missing{"column_rules", "rules of one's own are not offered", "diff_tolerances_per_column may do"},
      Missing{"time_interval_start", "is not offered", "say it in filter1 and filter2"},
      Missing{"time_interval_end", "is not offered", "say it in filter1 and filter2"},
  };
  for (const Missing& missing : kMissing) {
    const Json* value = fields.any(missing.field);
    if (value != nullptr && !value->empty()) refuse(missing.field, missing.why, missing.hint);
  }
  if (fields.flag("sort_array_columns")) refuse("sort_array_columns", "arrays are compared in their order");
}

}  // namespace

DiffOrder read_diff_order(const std::string& body, const diff::Dialect& dialect) {
  const Json json = parse_json_body(body);
  JsonFields fields(json, "", UnknownFields::ignored);
  refuse_what_is_not_offered(fields);
  TablePair pair;
  pair.prod = relation_of(fields, "table1", dialect);
  pair.pr = relation_of(fields, "table2", dialect);
  pair.key = fields.texts("pk_columns", kMostColumns, kLongestName);
  if (pair.key.empty() && fields.flag("infer_pk"))
    refuse("infer_pk", "keys are not inferred from data", "name them in pk_columns");
  pair.include_columns = fields.texts("include_columns", kMostColumns, kLongestName);
  std::vector<std::string> same = fields.texts("columns_to_compare", kMostColumns, kLongestName);
  if (pair.include_columns.empty()) pair.include_columns = std::move(same);
  pair.exclude_columns = fields.texts("exclude_columns", kMostColumns, kLongestName);
  check_tables({pair}, "diff");
  // As their description has it.
  if (!pair.include_columns.empty()) pair.exclude_columns.clear();

  DiffOrder order;
  order.model = plan_of_tables({pair}).models.front();
  diff::TableDiffRequest& request = order.request;
  request.prod = diff::Relation{pair.prod};
  request.pr = diff::Relation{pair.pr};
  for (const std::string& column : pair.key) request.key.emplace_back(column);
  for (const std::string& column : pair.include_columns) request.include_columns.emplace_back(column);
  for (const std::string& column : pair.exclude_columns) request.exclude_columns.emplace_back(column);
  request.prod_filter = filter_of(fields, "filter1", dialect);
  request.pr_filter = filter_of(fields, "filter2", dialect);
  request.prod_time_travel = moment_of(fields, "time_travel_point1");
  request.pr_time_travel = moment_of(fields, "time_travel_point2");
  if (const auto digits = fields.optional_integer("datetime_tolerance", 0, 6))
    request.timestamp_precision = static_cast<int>(*digits);
  read_tolerances(fields, request);
  read_renames(fields, request);
  read_modifiers(fields, request);
  read_sampling(fields, request);
  request.samples = 0;  // no call shows rows
  request.tag = order.model.name;
  return order;
}

}  // namespace diffgate::app
