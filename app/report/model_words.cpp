#include "app/report/model_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/report/numbers.hpp"

namespace diffgate::app {
namespace {

void append(std::string& list, std::string_view part, std::string_view separator = ", ") {
  if (part.empty()) return;
  if (!list.empty()) list += separator;
  list += part;
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return with_separators(count) + " " + std::string(count == 1 ? one : many);
}

std::string key_words(const diff::KeyHealth& key) {
  std::string words;
  if (key.duplicate_rows > 0) append(words, key_count(key, key.duplicate_rows) + "\u00a0dup");
  if (key.null_rows > 0) append(words, with_separators(key.null_rows) + "\u00a0null");
  return words;
}

std::string key_problem_words(const diff::KeyHealth& key) {
  std::string words;
  const std::string_view about = key.is_estimate ? "about " : "";
  if (key.duplicate_rows > 0)
    append(words,
           fmt::format("{}{} with a duplicate key", about, counted(key.duplicate_rows, "row", "rows")));
  if (key.null_rows > 0) append(words, counted(key.null_rows, "row", "rows") + " with a null key");
  return words;
}

std::string schema_words(const diff::SchemaDiff& schema) {
  std::string words;
  if (!schema.added.empty()) append(words, gained(static_cast<std::int64_t>(schema.added.size())));
  if (!schema.removed.empty()) append(words, lost(static_cast<std::int64_t>(schema.removed.size())), " ");
  if (!schema.retyped.empty()) append(words, fmt::format("{}\u00a0retyped", schema.retyped.size()));
  if (!schema.renamed.empty()) append(words, fmt::format("{}\u00a0renamed", schema.renamed.size()));
  if (schema.reordered) append(words, "reordered");
  return words;
}

ModelCells diff_cells(const ModelResult& result) {
  const diff::TableDiff& diff = *result.diff;
  const diff::RowCounts& rows = diff.rows;
  ModelCells cells;
  cells.rows = with_separators(rows.prod);
  if (rows.prod != rows.pr) cells.rows += "\u00a0\u2192 " + with_separators(rows.pr);
  const std::string about = diff.sampled ? "~" : "";
  cells.added = rows.added > 0 ? about + gained(rows.added) : gained(rows.added);
  cells.removed = rows.removed > 0 ? about + lost(rows.removed) : lost(rows.removed);
  if (rows.changed) {
    cells.changed = (*rows.changed > 0 ? about : "") + with_separators(*rows.changed);
    if (*rows.changed > 0) cells.changed += " (" + percent(*rows.changed, matched_rows(result)) + ")";
  }
  if (is_keyless(result)) {
    cells.keys = "no\u00a0key";
  } else {
    cells.keys = key_words(diff.pr_key);
    if (cells.keys.empty()) {
      const std::string in_production = key_words(diff.prod_key);
      cells.keys = in_production.empty() ? "\u2713" : "\u2713 (fixed: " + in_production + ")";
    }
  }
  cells.schema = schema_words(diff.schema);
  return cells;
}

ModelCells profile_cells(const ModelResult& result) {
  const diff::TableProfile& profile = *result.profile;
  ModelCells cells;
  cells.rows = with_separators(profile.rows) + "\u00a0(new)";
  cells.keys = result.model.key.columns.empty() ? "no\u00a0key" : key_words(profile.key);
  if (cells.keys.empty()) cells.keys = "\u2713";
  cells.schema = with_separators(static_cast<std::int64_t>(profile.columns.size())) + "\u00a0columns";
  return cells;
}

std::string about(const diff::Estimate& estimate, std::string_view what) {
  return fmt::format("{} {} ({} to {})", with_separators(estimate.value), what, with_separators(estimate.low),
                     with_separators(estimate.high));
}

std::string sample_remark(const diff::SampleFacts& sampled) {
  return fmt::format(
      "{:.3g}% of the {} were compared, the same on both sides: counts are estimates, with {:.0f}% "
      "confidence {}, {}{}{}",
      100 * sampled.share, sampled.changed ? "keys" : "rows", 100 * sampled.confidence,
      about(sampled.added, "added"), about(sampled.removed, "removed"),
      sampled.changed ? ", " + about(*sampled.changed, "changed") : "",
      sampled.changed ? "; repeated keys were looked for in these alone" : "");
}

std::string left_out(std::string_view side, const diff::OverlapFacts::Outside& outside) {
  std::string words;
  if (outside.before > 0) append(words, with_separators(outside.before) + " before");
  if (outside.after > 0) append(words, with_separators(outside.after) + " after");
  if (outside.without_time > 0) append(words, with_separators(outside.without_time) + " without a time");
  return words.empty() ? words : fmt::format("{} has {}", side, words);
}

std::string overlap_remark(const diff::OverlapFacts& overlap) {
  std::string words;
  append(words, left_out("production", overlap.prod), "; ");
  append(words, left_out("the PR", overlap.pr), "; ");
  const std::string left = words.empty() ? words : "; left out: " + words;
  // Values of a masked column are not known here.
  if (overlap.from.empty()) {
    return fmt::format("only rows of the time by {} that both tables cover were compared{}",
                       overlap.column.value(), left);
  }
  return fmt::format("only rows with {} from {} to {} were compared, the time that both tables cover{}",
                     overlap.column.value(), overlap.from, overlap.to, left);
}

std::string rename_remark(const diff::LikelyRename& rename) {
  return fmt::format(
      "{} looks renamed to {}: {} of {} values are the same (to compare them, name the rename)",
      rename.columns.prod.value(), rename.columns.pr.value(),
      rename.equal == rename.compared ? "all" : with_separators(rename.equal),
      with_separators(rename.compared));
}

void add_value_remarks(const diff::TableDiff& diff, std::vector<std::string>& out) {
  for (const diff::ColumnDiff& column : diff.columns) {
    if (column.within_tolerance > 0) {
      out.push_back(fmt::format("{} of {} {} but {} as equal ({})",
                                counted(column.within_tolerance, "value", "values"), column.name.value(),
                                column.within_tolerance == 1 ? "differs" : "differ",
                                column.within_tolerance == 1 ? "counts" : "count", column.rule));
    }
    if (column.negligible > 0) {
      out.push_back(fmt::format("{} of {} {} of {} are below 1e-9 of the value, as re-summed floats are",
                                with_separators(column.negligible), with_separators(column.changed),
                                column.changed == 1 ? "difference" : "differences", column.name.value()));
    }
  }
}

}  // namespace

std::vector<std::string> remarks_of(const diff::TableDiff& diff) {
  std::vector<std::string> out;
  if (diff.sampled) out.push_back(sample_remark(*diff.sampled));
  if (diff.overlap) out.push_back(overlap_remark(*diff.overlap));
  if (diff.changed_without_volatile) {
    std::string names;
    for (const diff::Identifier& name : diff.volatile_columns) append(names, name.value());
    const bool is_one = diff.volatile_columns.size() == 1;
    out.push_back(fmt::format(
        "{} {} in nearly every row and {}: without {}, {} changed (to leave {} out: exclude_columns)", names,
        is_one ? "differs" : "differ",
        is_one ? "looks like a load time or run id" : "look like load times or run ids",
        is_one ? "it" : "them", counted(*diff.changed_without_volatile, "row", "rows"),
        is_one ? "it" : "them"));
  }
  for (const diff::ColumnPair& rename : diff.schema.renamed)
    out.push_back(fmt::format("{} was compared with {}, as renamed", rename.prod.value(), rename.pr.value()));
  for (const diff::LikelyRename& rename : diff.schema.likely_renames) out.push_back(rename_remark(rename));
  add_value_remarks(diff, out);
  return out;
}

std::string key_count(const diff::KeyHealth& key, std::int64_t count) {
  return (key.is_estimate ? "~" : "") + with_separators(count);
}

std::string unmatched_words(const diff::TableDiff& diff) {
  if (!diff.unmatched_rows_differ) return {};
  return *diff.unmatched_rows_differ
             ? " Those of production and of the PR differ, and can't be compared one by one."
             : " Production and the PR have the same ones.";
}

std::string_view icon_of(const ModelResult& result) {
  if (result.kind != ModelResultKind::error && has_key_problem(result)) return "\U0001F511";
  switch (result.kind) {
    case ModelResultKind::error:
      return "\u274C";
    case ModelResultKind::bad_pks:
    case ModelResultKind::missing_pks:
      return "\U0001F511";
    case ModelResultKind::different:
      return "\U0001F7E0";
    case ModelResultKind::is_new:
      return "\U0001F195";
    case ModelResultKind::not_built:
      return "\U0001F6A7";
    case ModelResultKind::removed:
      return "\U0001F5D1\uFE0F";
    case ModelResultKind::empty:
      return "\u26AA";
    case ModelResultKind::identical:
      return "\u2705";
    case ModelResultKind::skipped:
      return "\u23ED\uFE0F";
  }
  return "";
}

std::string_view icon_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "\u2705";
    case Verdict::warn:
      return "\u26A0\uFE0F";
    case Verdict::fail:
      return "\u274C";
  }
  return "";
}

std::string_view words_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "Passed";
    case Verdict::warn:
      return "Passed with warnings";
    case Verdict::fail:
      return "Failed";
  }
  return "";
}

std::string readable_relation(const std::string& relation) {
  std::string plain;
  for (const char c : relation) {
    const bool is_word =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (c == '"' || c == '`') continue;
    if (!is_word && c != '.') return relation;
    plain += c;
  }
  return plain;
}

bool is_keyless(const ModelResult& result) { return result.diff && result.diff->key.empty(); }

std::int64_t matched_rows(const ModelResult& result) {
  if (!result.diff) return 0;
  return result.diff->rows.changed.value_or(0) + result.diff->rows.unchanged.value_or(0);
}

ModelCells cells_of(const ModelResult& result) {
  if (result.kind != ModelResultKind::error && result.diff) return diff_cells(result);
  if (result.kind != ModelResultKind::error && result.profile) return profile_cells(result);
  ModelCells cells;
  cells.rows =
      result.kind == ModelResultKind::not_built ? "not\u00a0built" : std::string(name_of(result.kind));
  return cells;
}

std::vector<diff::ColumnDiff> changed_columns(const ModelResult& result) {
  std::vector<diff::ColumnDiff> columns;
  if (!result.diff) return columns;
  for (const diff::ColumnDiff& column : result.diff->columns) {
    if (column.changed > 0) columns.push_back(column);
  }
  std::sort(columns.begin(), columns.end(), [](const auto& a, const auto& b) {
    return a.changed != b.changed ? a.changed > b.changed : a.name < b.name;
  });
  return columns;
}

std::string summary_of(const ModelResult& result) {
  if (result.kind == ModelResultKind::error) return "could not be compared";
  std::string words;
  if (result.diff) {
    const diff::TableDiff& diff = *result.diff;
    append(words, key_problem_words(diff.pr_key));
    if (diff.unmatched_rows_differ.value_or(false)) append(words, "rows without a usable key differ");
    if (diff.rows.added > 0) append(words, counted(diff.rows.added, "row", "rows") + " added");
    if (diff.rows.removed > 0) append(words, counted(diff.rows.removed, "row", "rows") + " removed");
    if (const auto changed = diff.rows.changed.value_or(0); changed > 0) {
      append(words,
             counted(changed, "row", "rows") + " changed (" + percent(changed, matched_rows(result)) + ")");
      if (diff.changed_without_volatile)
        words += fmt::format(", {} without load times", with_separators(*diff.changed_without_volatile));
    }
    const auto columns = [&](std::size_t count, std::string_view what) {
      if (count > 0)
        append(words,
               counted(static_cast<std::int64_t>(count), "column", "columns") + " " + std::string(what));
    };
    columns(diff.schema.added.size(), "added");
    columns(diff.schema.removed.size(), "removed");
    columns(diff.schema.retyped.size(), "retyped");
    columns(diff.schema.renamed.size(), "renamed");
    if (diff.schema.reordered) append(words, "columns reordered");
    if (words.empty()) words = "no differences";
    if (diff.sampled) words += ", estimated from a sample";
    if (diff.overlap) words += ", in the time that both cover";
    return words;
  }
  if (result.profile) {
    append(words, "new, " + counted(result.profile->rows, "row", "rows"));
    append(words, counted(static_cast<std::int64_t>(result.profile->columns.size()), "column", "columns"));
    append(words, key_problem_words(result.profile->key));
    return words;
  }
  return result.kind == ModelResultKind::not_built ? "not built" : std::string(name_of(result.kind));
}

std::string why_of(const ModelResult& result) {
  if (result.model.reason == dbt::PlanReason::is_new) return std::string(dbt::words_for(result.model.reason));
  std::string changes;
  for (const std::string& change : result.model.change_words)
    changes += (changes.empty() ? "" : "; ") + change;
  if (!changes.empty()) return "changed: " + changes;
  if (!result.model.detail.empty()) return result.model.detail;
  return std::string(dbt::words_for(result.model.reason));
}

}  // namespace diffgate::app
