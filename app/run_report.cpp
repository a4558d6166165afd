#include "app/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace diffgate::app {
namespace {

// Smaller is shown first.
int rank(const ModelResult& result) {
  if (result.kind != ModelResultKind::error && has_key_problem(result)) return 1;
  switch (result.kind) {
    case ModelResultKind::error:
      return 0;
    case ModelResultKind::bad_pks:
    case ModelResultKind::missing_pks:
      return 1;
    case ModelResultKind::different:
      return 2;
    case ModelResultKind::is_new:
      return 3;
    case ModelResultKind::not_built:
      return 4;
    case ModelResultKind::removed:
      return 5;
    case ModelResultKind::empty:
      return 6;
    case ModelResultKind::identical:
      return 7;
    case ModelResultKind::skipped:
      return 8;
  }
  return 8;
}

// The share of production's and the PR's rows that differ in any way; a schema change alone counts a little.
double distance(const ModelResult& result) {
  if (!result.diff) return 0;
  const diff::RowCounts& rows = result.diff->rows;
  const auto differing = static_cast<double>(rows.added + rows.removed + rows.changed.value_or(0));
  const auto all = static_cast<double>(std::max<std::int64_t>(1, std::max(rows.prod, rows.pr)));
  return differing / all + (result.diff->schema.is_same() ? 0 : 1e-9);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string_view name_of(ModelResultKind kind) {
  switch (kind) {
    case ModelResultKind::identical:
      return "identical";
    case ModelResultKind::different:
      return "different";
    case ModelResultKind::bad_pks:
      return "bad_pks";
    case ModelResultKind::missing_pks:
      return "missing_pks";
    case ModelResultKind::empty:
      return "empty";
    case ModelResultKind::is_new:
      return "new";
    case ModelResultKind::removed:
      return "removed";
    case ModelResultKind::not_built:
      return "not_built";
    case ModelResultKind::error:
      return "error";
    case ModelResultKind::skipped:
      return "skipped";
  }
  return "skipped";
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
  }
  return "fail";
}

bool has_key_problem(const ModelResult& result) {
  if (result.diff) return !result.diff->pr_key.is_sound();
  return result.profile && !result.profile->key.is_sound();
}

const ModelResult* lost_model(const std::vector<ModelResult>& models) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [](const ModelResult& result) { return result.is_warehouse_lost; });
  return found == models.end() ? nullptr : &*found;
}

ResultCounts count_results(const RunReport& report) {
  ResultCounts counts;
  for (const ModelResult& result : report.models) {
    const bool measured =
        result.model.action == dbt::PlanAction::diff || result.model.action == dbt::PlanAction::profile;
    if (measured) ++counts.diffs;
    if (result.kind != ModelResultKind::error && has_key_problem(result)) {
      ++counts.key_problems;
      continue;
    }
    switch (result.kind) {
      case ModelResultKind::error:
        ++counts.errors;
        break;
      case ModelResultKind::bad_pks:
      case ModelResultKind::missing_pks:
        ++counts.key_problems;
        break;
      case ModelResultKind::different:
        ++counts.different;
        break;
      case ModelResultKind::is_new:
        ++counts.is_new;
        break;
      case ModelResultKind::not_built:
        ++counts.not_built;
        break;
      case ModelResultKind::removed:
        ++counts.removed;
        break;
      case ModelResultKind::empty:
        ++counts.empty;
        break;
      case ModelResultKind::identical:
        ++counts.identical;
        break;
      case ModelResultKind::skipped:
        ++counts.skipped;
        break;
    }
  }
  return counts;
}

std::string headline(const RunReport& report) {
  const ResultCounts counts = count_results(report);
  std::string parts;
  const auto add = [&](std::size_t count, std::string_view one, std::string_view many) {
    if (count == 0) return;
    if (!parts.empty()) parts += ", ";
    parts += counted(count, one, many);
  };
  add(counts.errors, "error", "errors");
  add(counts.different, "different", "different");
  add(counts.key_problems, "key problem", "key problems");
  add(counts.is_new, "new", "new");
  add(counts.empty, "empty", "empty");
  add(counts.identical, "identical", "identical");
  const std::string measured = std::move(parts);
  parts.clear();
  add(counts.not_built, "not built", "not built");
  add(counts.removed, "removed", "removed");
  add(counts.skipped, "skipped", "skipped");
  if (counts.diffs == 0) return "nothing to diff: " + (parts.empty() ? "no model changed" : parts);
  return counted(counts.diffs, "diff", "diffs") + ": " + measured + (parts.empty() ? "" : "; " + parts);
}

std::vector<std::size_t> worst_first(const RunReport& report) {
  std::vector<std::size_t> order(report.models.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key_of = [&](std::size_t index) {
    const ModelResult& result = report.models[index];
    return std::tuple(rank(result), -distance(result), index);
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key_of(a) < key_of(b); });
  return order;
}

}  // namespace diffgate::app
