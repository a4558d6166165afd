#include "app/report/text.hpp"

#include <fmt/format.h>

#include "app/report/escape.hpp"
#include "app/report/model_words.hpp"
#include "app/report/numbers.hpp"
#include "app/report/text_table.hpp"

namespace diffgate::app {
namespace {

// A result without a model, to say it in the same words.
ModelResult as_model(const diff::TableDiff& diff) {
  constexpr ModelResultKind kinds[] = {ModelResultKind::identical, ModelResultKind::different,
                                       ModelResultKind::bad_pks, ModelResultKind::missing_pks,
                                       ModelResultKind::empty};
  ModelResult result;
  result.kind = kinds[static_cast<std::size_t>(diff.result)];
  result.diff = diff;
  return result;
}

// Blanks instead of the no-break ones that Markdown wants.
std::string with_plain_blanks(std::string text) {
  for (std::size_t at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0", at))
    text.replace(at, 2, " ");
  return text;
}

std::string columns_text(const ModelResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const diff::ColumnDiff& column : result.diff->columns) {
    if (column.changed == 0 && column.not_compared.empty()) continue;
    rows.push_back({"  " + column.name.value(), with_separators(column.changed),
                    percent(column.changed, matched_rows(result)), with_separators(column.became_null),
                    with_separators(column.was_null), column.not_compared});
  }
  if (rows.empty()) return {};
  return "\n" + text_table({"  COLUMN", "CHANGED", "% OF ROWS", "BECAME NULL", "WAS NULL", "NOT COMPARED"},
                           rows, {1, 2, 3, 4});
}

std::string schema_text(const diff::SchemaDiff& schema) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(schema.added.size() + schema.removed.size() + schema.retyped.size());
  for (const auto& column : schema.added)
    rows.push_back({"  " + column.name.value(), "added", "", column.type});
  for (const auto& column : schema.removed)
    rows.push_back({"  " + column.name.value(), "removed", column.type, ""});
  for (const auto& column : schema.retyped)
    rows.push_back({"  " + column.name.value(), "retyped", column.prod, column.pr});
  if (rows.empty()) return schema.reordered ? "\n  the common columns stand in another order\n" : "";
  return "\n" + text_table({"  SCHEMA", "", "PROD", "PR"}, rows);
}

std::string value_text(const std::optional<std::string>& value) {
  return value ? clean_line(*value, 60) : "NULL";
}

std::string samples_text(const diff::Samples& samples) {
  std::string out;
  const auto key_of = [](const diff::SampleRow& row) {
    std::string key;
    for (const auto& part : row.key) key += (key.empty() ? "" : ", ") + value_text(part);
    return key.empty() ? std::string() : key + ": ";
  };
  const auto one_side = [&](std::string_view sign, const diff::SampleRow& row, const auto& values) {
    std::string line = fmt::format("  {} {}", sign, key_of(row));
    for (std::size_t i = 0; i < std::min(values.size(), samples.columns.size()); ++i) {
      line += (i > 0 ? ", " : "") + clean_line(samples.columns[i].value(), 60) + "=" + value_text(values[i]);
    }
    out += line + "\n";
  };
  for (const auto& row : samples.changed) {
    std::string line = "  ~ " + key_of(row);
    bool is_first = true;
    for (std::size_t i = 0; i < std::min({row.prod.size(), row.pr.size(), samples.columns.size()}); ++i) {
      if (row.prod[i] == row.pr[i]) continue;
      line += (is_first ? "" : ", ") + clean_line(samples.columns[i].value(), 60) + " " +
              value_text(row.prod[i]) + " -> " + value_text(row.pr[i]);
      is_first = false;
    }
    out += line + "\n";
  }
  for (const auto& row : samples.added) one_side("+", row, row.pr);
  for (const auto& row : samples.removed) one_side("-", row, row.prod);
  return out.empty() ? out : "\nSamples\n" + out;
}

std::string unchanged_text(const std::vector<dbt::UnchangedModel>& models) {
  if (models.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  std::size_t proved = 0;
  for (const dbt::UnchangedModel& model : models) {
    proved += !model.cache_key.empty();
    rows.push_back({model.name, model.cache_key.empty()
                                    ? "not proved: rendered config, a macro or something upstream differs"
                                    : model.cache_key.substr(0, 16)});
  }
  return "\n" + text_table({"UNCHANGED", "CACHE KEY"}, rows) +
         fmt::format("\n{} unchanged, {} of them proved\n", models.size(), proved);
}

}  // namespace

std::string table_diff_text(const diff::TableDiff& diff) {
  const ModelResult result = as_model(diff);
  const ModelCells cells = cells_of(result);
  std::string out = fmt::format("{}: {}\n\n", name_of(result.kind),
                                clean_line(diff.reason.empty() ? summary_of(result) : diff.reason, 1'000));
  out += fmt::format("  rows         {}\n  added        {}\n  removed      {}\n",
                     with_plain_blanks(cells.rows), cells.added, cells.removed);
  if (!cells.changed.empty()) out += fmt::format("  changed      {}\n", cells.changed);
  out += fmt::format("  keys         {}\n", with_plain_blanks(cells.keys));
  if (!cells.schema.empty()) out += fmt::format("  schema       {}\n", with_plain_blanks(cells.schema));
  out += fmt::format("  match score  {:.4f}\n", diff.match_score);
  out += columns_text(result) + schema_text(diff.schema);
  std::vector<std::string> remarks = remarks_of(diff);
  remarks.insert(remarks.end(), diff.notes.begin(), diff.notes.end());
  if (!remarks.empty()) out += "\n";
  for (const std::string& remark : remarks) out += "  - " + clean_line(remark, 1'000) + "\n";
  return out + samples_text(diff.samples);
}

std::string report_text(const RunReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    if (result.kind == ModelResultKind::skipped) continue;
    const ModelCells cells = cells_of(result);
    const bool is_measured = result.diff || result.profile;
    rows.push_back({result.model.name, std::string(name_of(result.kind)),
                    is_measured ? with_plain_blanks(cells.rows) : "", cells.added, cells.removed,
                    cells.changed, with_plain_blanks(cells.keys), with_plain_blanks(cells.schema),
                    result.kind == ModelResultKind::error ? result.reason : why_of(result)});
  }
  std::string out;
  if (!rows.empty()) {
    out = text_table({"MODEL", "RESULT", "ROWS", "ADDED", "REMOVED", "CHANGED", "KEYS", "SCHEMA", "WHY"},
                     rows, {2, 3, 4, 5}) +
          "\n";
  }
  std::string remarks;
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    if (!result.diff || result.kind == ModelResultKind::error) continue;
    std::vector<std::string> lines = remarks_of(*result.diff);
    lines.insert(lines.end(), result.diff->notes.begin(), result.diff->notes.end());
    for (const std::string& line : lines)
      remarks += clean_line(result.model.name + ": " + line, 1'000) + "\n";
  }
  if (!remarks.empty()) out += remarks + "\n";
  for (const std::string& reason : report.verdict_reasons) out += "- " + clean_line(reason, 1'000) + "\n";
  return out + fmt::format("{}: {}\n", words_for(report.verdict), headline(report));
}

std::string plan_text(const dbt::Plan& plan) {
  std::vector<std::vector<std::string>> rows;
  for (const dbt::PlannedModel& model : plan.models) {
    ModelResult result;
    result.model = model;
    std::string key;
    for (const std::string& column : model.key.columns) key += (key.empty() ? "" : ", ") + column;
    rows.push_back({model.name, std::string(dbt::name_of(model.action)),
                    std::string(dbt::name_of(model.reason)), key, why_of(result)});
  }
  const std::string table =
      rows.empty() ? "" : text_table({"MODEL", "ACTION", "REASON", "KEY", "WHY"}, rows) + "\n";
  return table + fmt::format("{} to diff, {} not\n", plan.diffs(), plan.models.size() - plan.diffs()) +
         unchanged_text(plan.unchanged);
}

}  // namespace diffgate::app
