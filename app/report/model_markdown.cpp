#include "app/report/model_markdown.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/report/escape.hpp"
#include "app/report/model_words.hpp"
#include "app/report/numbers.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t columns_in_row = 2;
constexpr std::size_t columns_in_fold = 40;
constexpr std::size_t sample_rows_in_fold = 5;
constexpr std::size_t sample_columns_in_fold = 6;

std::string with_article_count(std::size_t count, std::string_view one, std::string_view many) {
  return with_separators(static_cast<std::int64_t>(count)) + " " + std::string(count == 1 ? one : many);
}

std::string key_columns(const std::vector<std::string>& columns) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(columns.size(), 12); ++i) {
    out += (i > 0 ? ", " : "") + markdown_code(columns[i]);
  }
  if (columns.size() > 12) out += fmt::format(" and {} more", columns.size() - 12);
  return out;
}

std::vector<std::string> names_of(const std::vector<diff::Identifier>& identifiers) {
  std::vector<std::string> names;
  names.reserve(identifiers.size());
  for (const diff::Identifier& identifier : identifiers) names.push_back(identifier.value());
  return names;
}

// "`amount` 19.9%, `status` 2%, +3"
std::string columns_cell(const ModelResult& result) {
  const auto columns = changed_columns(result);
  std::string cell;
  for (std::size_t i = 0; i < std::min(columns.size(), columns_in_row); ++i) {
    const diff::ColumnDiff& column = columns[i];
    cell += (i > 0 ? ", " : "") + markdown_code(column.name.value(), 40) + "\u00a0" +
            percent(column.changed, matched_rows(result));
  }
  if (columns.size() > columns_in_row) cell += fmt::format(", +{}", columns.size() - columns_in_row);
  return cell;
}

// "analytics.orders → analytics_pr_7.orders · incremental · changed: code · key: order_id (a unique test)"
std::string facts_line(const ModelResult& result) {
  const dbt::PlannedModel& model = result.model;
  std::string line;
  const auto add = [&](const std::string& fact) {
    if (!fact.empty()) line += (line.empty() ? "" : " \u00b7 ") + fact;
  };
  if (!model.prod_relation.empty() && !model.pr_relation.empty()) {
    add(markdown_code(readable_relation(model.prod_relation), 160) + " \u2192 " +
        markdown_code(readable_relation(model.pr_relation), 160));
  } else if (!model.pr_relation.empty() || !model.prod_relation.empty()) {
    add(markdown_code(readable_relation(model.pr_relation.empty() ? model.prod_relation : model.pr_relation),
                      160));
  }
  add(markdown_text(model.materialization.empty() ? model.resource_type : model.materialization, 40));
  add(markdown_text(why_of(result), 300));
  const std::vector<std::string> used = result.diff ? names_of(result.diff->key) : model.key.columns;
  if (!used.empty())
    add("key: " + key_columns(used) + " (" + std::string(dbt::words_for(model.key.source)) + ")");
  return line + "\n\n";
}

std::string columns_table(const ModelResult& result) {
  const auto columns = changed_columns(result);
  const diff::TableDiff& diff = *result.diff;
  std::string rows;
  for (std::size_t i = 0; i < std::min(columns.size(), columns_in_fold); ++i) {
    const diff::ColumnDiff& column = columns[i];
    rows += fmt::format("| {} | {} | {} | {} | {} |\n", markdown_code(column.name.value()),
                        with_separators(column.changed), percent(column.changed, matched_rows(result)),
                        with_separators(column.became_null), with_separators(column.was_null));
  }
  std::string out;
  if (!rows.empty()) {
    out = "| Column | Changed values | % of rows | Became null | Was null |\n|:--|--:|--:|--:|--:|\n" + rows +
          "\n";
  }
  if (columns.size() > columns_in_fold)
    out += with_article_count(columns.size() - columns_in_fold, "more column has", "more columns have") +
           " changed values.\n\n";

  const auto uncompared =
      std::count_if(diff.columns.begin(), diff.columns.end(),
                    [](const diff::ColumnDiff& column) { return !column.not_compared.empty(); });
  const auto equal = static_cast<std::int64_t>(diff.columns.size() - columns.size()) - uncompared;
  if (!rows.empty() && equal > 0) {
    out += equal == 1 ? "The other column is equal.\n\n"
                      : "The other " + with_separators(equal) + " columns are equal.\n\n";
  }
  std::size_t shown = 0;
  for (const diff::ColumnDiff& column : diff.columns) {
    if (column.not_compared.empty() || ++shown > columns_in_fold) continue;
    out += "- " + markdown_code(column.name.value()) +
           " was not compared: " + markdown_text(column.not_compared, 200) + "\n";
  }
  if (shown > columns_in_fold) out += fmt::format("- {} more were not compared\n", shown - columns_in_fold);
  if (shown > 0) out += "\n";
  return out;
}

std::string schema_table(const diff::SchemaDiff& schema) {
  std::vector<std::string> rows;
  rows.reserve(schema.added.size() + schema.removed.size() + schema.retyped.size());
  for (const diff::Column& column : schema.added) {
    rows.push_back(fmt::format("| {} | added | | {} |\n", markdown_code(column.name.value()),
                               markdown_code(column.type, 60)));
  }
  for (const diff::Column& column : schema.removed) {
    rows.push_back(fmt::format("| {} | removed | {} | |\n", markdown_code(column.name.value()),
                               markdown_code(column.type, 60)));
  }
  for (const diff::RetypedColumn& column : schema.retyped) {
    rows.push_back(fmt::format("| {} | retyped | {} | {} |\n", markdown_code(column.name.value()),
                               markdown_code(column.prod, 60), markdown_code(column.pr, 60)));
  }
  std::string out;
  for (std::size_t i = 0; i < std::min(rows.size(), columns_in_fold); ++i) out += rows[i];
  if (!out.empty()) out = "| Schema | | Production | PR |\n|:--|:--|:--|:--|\n" + out + "\n";
  if (rows.size() > columns_in_fold)
    out += with_article_count(rows.size() - columns_in_fold, "more schema change", "more schema changes") +
           ".\n\n";
  if (schema.reordered) out += "The common columns stand in another order.\n\n";
  return out;
}

std::string key_table(const ModelResult& result) {
  const bool is_compared = result.diff.has_value();
  const diff::KeyHealth pr = is_compared ? result.diff->pr_key : result.profile->key;
  const diff::KeyHealth prod = is_compared ? result.diff->prod_key : diff::KeyHealth{};
  if (pr.is_sound() && prod.is_sound()) return {};
  const auto row = [&](std::string_view what, const std::string& before, const std::string& after) {
    return is_compared ? fmt::format("| {} | {} | {} |\n", what, before, after)
                       : fmt::format("| {} | {} |\n", what, after);
  };
  std::string out = is_compared ? "| Key | Production | PR |\n|:--|--:|--:|\n" : "| Key | PR |\n|:--|--:|\n";
  out += row("distinct keys", key_count(prod, prod.distinct), key_count(pr, pr.distinct));
  out += row("rows with a duplicate key", key_count(prod, prod.duplicate_rows),
             key_count(pr, pr.duplicate_rows));
  out += row("rows with a null in the key", with_separators(prod.null_rows), with_separators(pr.null_rows));
  out += "\nRows with such keys are left out of added, removed and changed.";
  if (is_compared) out += unmatched_words(*result.diff);
  return out + "\n\n";
}

// What a name may be written as in YAML: plain if nothing in it means something there.
std::string yaml_scalar(const std::string& name) {
  const std::string line = clean_line(name, 200);
  const bool is_plain = !line.empty() && std::all_of(line.begin(), line.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (is_plain) return line;
  std::string quoted = "'";
  for (const char c : line) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::string key_advice(const ModelResult& result) {
  const dbt::PlannedModel& model = result.model;
  std::string_view section = "models";
  if (model.resource_type == "seed") section = "seeds";
  if (model.resource_type == "snapshot") section = "snapshots";
  std::string out = result.diff ? "No primary key was found, so whole rows were compared. To see which rows "
                                  "and columns changed, name the key"
                                : "No primary key was found. To have it checked, name it";
  if (!model.yaml_file.empty()) out += " in " + markdown_code(model.yaml_file, 160);
  const std::string yaml = fmt::format(
      "{}:\n  - name: {}\n    config:\n      meta:\n        diffgate:\n          primary_key: [<column>, "
      "\u2026]\n",
      section, yaml_scalar(model.name));
  return out + ":\n\n" + markdown_block("yaml", yaml) + "\n";
}

std::string value_cell(const std::optional<std::string>& value) {
  return value ? markdown_code(*value, 40) : std::string("*null*");
}

std::string sample_key(const diff::SampleRow& row) {
  std::string cell;
  for (std::size_t i = 0; i < std::min<std::size_t>(row.key.size(), 4); ++i)
    cell += (i > 0 ? ", " : "") + value_cell(row.key[i]);
  return cell;
}

std::string changed_values(const diff::Samples& samples, const diff::SampleRow& row) {
  std::string cell;
  std::size_t differing = 0;
  const std::size_t columns = std::min({samples.columns.size(), row.prod.size(), row.pr.size()});
  for (std::size_t i = 0; i < columns; ++i) {
    if (row.prod[i] == row.pr[i] || ++differing > sample_columns_in_fold) continue;
    cell += (cell.empty() ? "" : "<br>") + markdown_code(samples.columns[i].value(), 40) + ": " +
            value_cell(row.prod[i]) + " \u2192 " + value_cell(row.pr[i]);
  }
  if (differing > sample_columns_in_fold)
    cell += fmt::format("<br>and {} more", differing - sample_columns_in_fold);
  return cell;
}

std::string one_sided_values(const diff::Samples& samples,
                             const std::vector<std::optional<std::string>>& values) {
  std::string cell;
  const std::size_t columns = std::min({samples.columns.size(), values.size(), sample_columns_in_fold});
  for (std::size_t i = 0; i < columns; ++i) {
    cell += (cell.empty() ? "" : "<br>") + markdown_code(samples.columns[i].value(), 40) + ": " +
            value_cell(values[i]);
  }
  return cell;
}

std::string samples_table(const diff::Samples& samples) {
  std::string rows;
  const auto add = [&](const std::vector<diff::SampleRow>& kind, std::string_view word,
                       const auto& values_of) {
    for (std::size_t i = 0; i < std::min(kind.size(), sample_rows_in_fold); ++i) {
      rows += fmt::format("| {} | {} | {} |\n", word, sample_key(kind[i]), values_of(kind[i]));
    }
  };
  add(samples.changed, "changed", [&](const diff::SampleRow& row) { return changed_values(samples, row); });
  add(samples.added, "added", [&](const diff::SampleRow& row) { return one_sided_values(samples, row.pr); });
  add(samples.removed, "removed",
      [&](const diff::SampleRow& row) { return one_sided_values(samples, row.prod); });
  if (rows.empty()) return {};
  return "| Sample | Key | Values |\n|:--|:--|:--|\n" + rows + "\n";
}

std::string lists(const ModelResult& result) {
  std::string out;
  if (result.kind != ModelResultKind::error && result.diff) {
    const std::vector<std::string> remarks = remarks_of(*result.diff);
    for (std::size_t i = 0; i < std::min<std::size_t>(remarks.size(), 12); ++i)
      out += "- " + markdown_text(remarks[i], 400) + "\n";
    if (remarks.size() > 12) out += fmt::format("- {} more remarks\n", remarks.size() - 12);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(result.gates.size(), 10); ++i) {
    const config::GateFinding& finding = result.gates[i];
    const std::string_view severity = finding.severity == config::Severity::fail   ? "fails"
                                      : finding.severity == config::Severity::warn ? "warns"
                                                                                   : "notes";
    out += fmt::format("- a gate {}: {}\n", severity, markdown_text(finding.text, 200));
  }
  if (result.accepted) {
    const Acceptance& accepted = *result.accepted;
    out += fmt::format("- accepted by {} at {}{}\n", markdown_text(accepted.by, 60),
                       markdown_code(accepted.sha.substr(0, 7)),
                       accepted.reason.empty() ? "" : ": " + markdown_text(accepted.reason, 300));
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(result.notes.size(), 10); ++i) {
    out += "- " + markdown_text(result.notes[i], 300) + "\n";
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(result.model.key.notes.size(), 5); ++i) {
    out += "- key: " + markdown_text(result.model.key.notes[i], 200) + "\n";
  }
  return out.empty() ? out : out + "\n";
}

}  // namespace

bool deserves_row(const ModelResult& result) {
  switch (result.kind) {
    case ModelResultKind::identical:
    case ModelResultKind::empty:
      return has_key_problem(result) || !result.gates.empty();
    case ModelResultKind::skipped:
      return false;
    default:
      return true;
  }
}

bool deserves_fold(const ModelResult& result) {
  return deserves_row(result) && result.kind != ModelResultKind::removed;
}

std::string key_cells(const ModelResult& result) {
  const dbt::PlannedModel& model = result.model;
  if (model.key.columns.empty()) {
    const std::string& file = model.yaml_file;
    return "none | whole rows were compared; name it under `config.meta.diffgate.primary_key`" +
           (file.empty() ? std::string() : " in " + markdown_code(file, 160));
  }
  std::string found(dbt::words_for(model.key.source));
  for (std::size_t i = 0; i < std::min<std::size_t>(model.key.notes.size(), 2); ++i)
    found += "; " + markdown_text(model.key.notes[i], 200);
  return key_columns(model.key.columns) + " | " + found;
}

std::string model_table_head() {
  return "| Model | Rows | Added | Removed | Changed | Keys | Schema | Columns |\n"
         "|:--|--:|--:|--:|--:|:--|:--|:--|\n";
}

std::string model_table_row(const ModelResult& result) {
  const ModelCells cells = cells_of(result);
  return fmt::format("| {}\u00a0{}{} | {} | {} | {} | {} | {} | {} | {} |\n", icon_of(result),
                     markdown_code(result.model.name, 60), result.accepted ? " (accepted)" : "", cells.rows,
                     cells.added, cells.removed, cells.changed, cells.keys, cells.schema,
                     columns_cell(result));
}

std::string model_details(const ModelResult& result, bool with_samples) {
  std::string out = fmt::format("<details>\n<summary>{} <b>{}</b>: {}</summary>\n\n", icon_of(result),
                                html_code(result.model.name, 60), html_text(summary_of(result)));
  out += facts_line(result);
  if (result.kind == ModelResultKind::error || (!result.diff && !result.profile)) {
    out += markdown_block("text", clean_lines(result.reason, 1'000)) + "\n";
  }
  const bool is_measured = result.kind != ModelResultKind::error && (result.diff || result.profile);
  if (is_measured) out += key_table(result);
  if (is_measured && result.diff) {
    out += columns_table(result) + schema_table(result.diff->schema);
    if (with_samples) out += samples_table(result.diff->samples);
  }
  if (is_measured && result.model.key.columns.empty()) out += key_advice(result);
  return out + lists(result) + "</details>\n\n";
}

}  // namespace diffgate::app
