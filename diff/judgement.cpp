#include "diff/judgement.hpp"

#include <fmt/format.h>

#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace diffgate::diff {
namespace {

bool has_differences(const TableDiff& diff) {
  const SchemaDiff& schema = diff.schema;
  return diff.rows.added > 0 || diff.rows.removed > 0 || diff.rows.changed.value_or(0) > 0 ||
         !schema.added.empty() || !schema.removed.empty() || !schema.retyped.empty();
}

std::string volatile_names(const TableDiff& diff) {
  std::string out;
  for (const Identifier& name : diff.volatile_columns) out += (out.empty() ? "" : ", ") + name.value();
  return out;
}

std::string differences(const TableDiff& diff) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, std::string_view one, std::string_view many) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : many));
  };
  const auto add_rows = [&](std::int64_t count, std::string_view one, std::string_view many) {
    const std::size_t before = parts.size();
    add(count, one, many);
    if (diff.sampled && parts.size() > before) parts.back() = "about " + parts.back();
  };
  const bool keyless = diff.key.empty();
  add_rows(diff.rows.added, keyless ? "row only in the PR" : "row added",
           keyless ? "rows only in the PR" : "rows added");
  add_rows(diff.rows.removed, keyless ? "row only in production" : "row removed",
           keyless ? "rows only in production" : "rows removed");
  add_rows(diff.rows.changed.value_or(0), "row changed", "rows changed");
  if (diff.changed_without_volatile) {
    parts.back() += fmt::format(" ({} without {}, which differ{} everywhere)", *diff.changed_without_volatile,
                                volatile_names(diff), diff.volatile_columns.size() == 1 ? "s" : "");
  }
  add(static_cast<std::int64_t>(diff.schema.added.size()), "column added", "columns added");
  add(static_cast<std::int64_t>(diff.schema.removed.size()), "column removed", "columns removed");
  add(static_cast<std::int64_t>(diff.schema.retyped.size()), "column with another type",
      "columns with another type");
  add(static_cast<std::int64_t>(diff.schema.renamed.size()), "column renamed", "columns renamed");
  if (diff.schema.reordered) parts.emplace_back("columns stand in another order");
  return fmt::format("{}", fmt::join(parts, ", "));
}

// What of the tables was looked at, if not all.
std::string extent(const TableDiff& diff) {
  std::string out;
  if (diff.sampled) {
    out += fmt::format("; by a sample of {:.3g}% of the {}", 100 * diff.sampled->share,
                       diff.key.empty() ? "rows" : "keys");
  }
  if (diff.overlap) {
    out += diff.overlap->from.empty()
               ? fmt::format("; only the time by {} that both tables cover", diff.overlap->column.value())
               : fmt::format("; {} from {} to {}, which both tables cover", diff.overlap->column.value(),
                             diff.overlap->from, diff.overlap->to);
  }
  return out;
}

std::string key_problems(const TableDiff& diff) {
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, bool is_estimate, std::string_view what, std::string_view where) {
    if (count > 0)
      parts.push_back(fmt::format("{}{} {} {} {}", is_estimate ? "about " : "", count,
                                  count == 1 ? "row" : "rows", what, where));
  };
  add(diff.pr_key.null_rows, false, "with a null key", "in the PR");
  add(diff.pr_key.duplicate_rows, diff.pr_key.is_estimate, "with a repeated key", "in the PR");
  add(diff.prod_key.null_rows, false, "with a null key", "in production");
  add(diff.prod_key.duplicate_rows, diff.prod_key.is_estimate, "with a repeated key", "in production");
  return fmt::format("{}", fmt::join(parts, ", "));
}

// Beside problems of the key. Where other counts of such rows already tell that these differ, nothing more is
// said of them.
std::string other_differences(const TableDiff& diff, const std::string& changes) {
  const bool differ = diff.unmatched_rows_differ.value_or(false);
  std::string out = changes;
  if (out.empty())
    out = diff.unmatched_rows_differ == false ? "no other difference" : "no difference in the other rows";
  if (differ && diff.prod_key.null_rows == diff.pr_key.null_rows &&
      diff.prod_key.duplicate_rows == diff.pr_key.duplicate_rows)
    out += "; rows with such keys differ, and could not be compared one by one";
  return out;
}

std::pair<Result, std::string> result_of(const TableDiff& diff) {
  const std::string changes = differences(diff);
  if (diff.rows.prod == 0 && diff.rows.pr == 0) {
    return {Result::empty, changes.empty() ? "both tables are empty" : "both tables are empty; " + changes};
  }
  if (diff.key.empty()) {
    return {Result::missing_pks, "no primary key, so whole rows were compared: " +
                                     (changes.empty() ? std::string("no difference") : changes)};
  }
  if (const std::string problems = key_problems(diff); !problems.empty()) {
    return {Result::bad_pks, problems + "; " + other_differences(diff, changes)};
  }
  if (has_differences(diff)) return {Result::different, changes};
  return {Result::identical, changes.empty() ? "no difference" : "no difference in values; " + changes};
}

}  // namespace

void judge(TableDiff& diff) {
  std::tie(diff.result, diff.reason) = result_of(diff);
  diff.reason += extent(diff);
}

}  // namespace diffgate::diff
