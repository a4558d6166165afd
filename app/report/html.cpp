#include "app/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/report/escape.hpp"
#include "app/report/html_style.hpp"
#include "app/report/model_markdown.hpp"
#include "app/report/model_words.hpp"
#include "app/report/numbers.hpp"
#include "app/report/profile_report.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_columns = 500;

std::string name_code(const std::string& name) { return html_code(name, 200); }

std::string number_cell(const std::string& text, std::string_view css) {
  const std::string_view shown = text == "0" ? "zero" : css;
  return fmt::format("<td class=\"num {}\">{}</td>", shown, text);
}

std::string card(std::size_t count, std::string_view words, std::string_view css) {
  if (count == 0) return {};
  return fmt::format("<div class=\"card {}\"><b>{}</b><span>{}</span></div>\n", css,
                     with_separators(static_cast<std::int64_t>(count)), words);
}

std::string cards(const RunReport& report) {
  const ResultCounts counts = count_results(report);
  return "<div class=\"cards\">\n" + card(counts.errors, "errors", "bad") +
         card(counts.key_problems, "key problems", "bad") + card(counts.different, "different", "warn") +
         card(counts.is_new, "new", "") + card(counts.not_built, "not built", "warn") +
         card(counts.removed, "removed", "") + card(counts.empty, "empty", "") +
         card(counts.identical, "identical", "good") + card(counts.skipped, "skipped", "") + "</div>\n";
}

std::string side(std::string_view what, const std::string& branch, const std::string& sha) {
  std::string out(what);
  if (!branch.empty()) out += " " + name_code(branch);
  if (!sha.empty()) out += " @ " + name_code(sha.substr(0, 7));
  return out;
}

std::string context(const RunReport& report) {
  std::string out;
  const auto add = [&](const std::string& fact) {
    if (!fact.empty()) out += (out.empty() ? "" : " &middot; ") + fact;
  };
  if (!report.project.empty()) add("<b>" + html_text(report.project, 100) + "</b>");
  if (!report.prod_sha.empty() || !report.pr_sha.empty() || !report.base_branch.empty() ||
      !report.head_branch.empty()) {
    add(side("production", report.base_branch, report.prod_sha) + " &rarr; " +
        side("PR", report.head_branch, report.pr_sha));
  }
  if (report.duration.count() > 0) add(duration_words(report.duration));
  if (const std::string url = safe_url(report.pull_request_url); !url.empty()) {
    add(fmt::format("<a href=\"{}\">pull request {}</a>", html_text(url, 2'000), report.pull_request));
  }
  return "<p class=\"soft\">" + out + "</p>\n";
}

std::string list(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string out = "<ul>\n";
  for (const std::string& line : lines) out += "<li>" + html_text(line, 1'000) + "</li>\n";
  return out + "</ul>\n";
}

std::string models_table(const RunReport& report) {
  std::string rows;
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    if (result.kind == ModelResultKind::skipped) continue;
    const ModelCells cells = cells_of(result);
    const bool is_measured = result.kind != ModelResultKind::error && (result.diff || result.profile);
    const std::string name = deserves_fold(result)
                                 ? fmt::format("<a href=\"#m{}\">{}</a>", index, name_code(result.model.name))
                                 : name_code(result.model.name);
    rows += fmt::format("<tr><td>{}</td><td class=\"result {}\">{} {}</td><td class=\"num\">{}</td>", name,
                        name_of(result.kind), icon_of(result), name_of(result.kind),
                        is_measured ? cells.rows : "");
    rows += number_cell(cells.added, "plus") + number_cell(cells.removed, "minus") +
            number_cell(cells.changed, "");
    rows += fmt::format("<td>{}</td><td>{}</td></tr>\n", cells.keys, cells.schema);
  }
  if (rows.empty()) return {};
  return "<h2>Models</h2>\n<div class=\"scroll\"><table>\n<tr><th>Model</th><th>Result</th><th "
         "class=\"num\">Rows</th>"
         "<th class=\"num\">Added</th><th class=\"num\">Removed</th><th "
         "class=\"num\">Changed</th><th>Keys</th><th>Schema</th></tr>\n" +
         rows + "</table></div>\n";
}

std::string facts(const ModelResult& result) {
  const dbt::PlannedModel& model = result.model;
  std::string out;
  const auto add = [&](const std::string& fact) {
    if (!fact.empty()) out += (out.empty() ? "" : " &middot; ") + fact;
  };
  if (!model.prod_relation.empty() && !model.pr_relation.empty()) {
    add(name_code(readable_relation(model.prod_relation)) + " &rarr; " +
        name_code(readable_relation(model.pr_relation)));
  } else if (!model.pr_relation.empty() || !model.prod_relation.empty()) {
    add(name_code(readable_relation(model.pr_relation.empty() ? model.prod_relation : model.pr_relation)));
  }
  add(html_text(model.materialization, 60));
  add(html_text(why_of(result), 400));
  std::string key;
  for (const std::string& column : model.key.columns) key += (key.empty() ? "" : ", ") + name_code(column);
  if (!key.empty()) add("key: " + key + " (" + std::string(dbt::words_for(model.key.source)) + ")");
  add(html_text(model.sql_file, 300));
  return "<p class=\"soft\">" + out + "</p>\n";
}

std::string keys_table(const ModelResult& result) {
  if (result.model.key.columns.empty() || is_keyless(result)) return {};
  const bool is_compared = result.diff.has_value();
  const diff::KeyHealth pr = is_compared ? result.diff->pr_key : result.profile->key;
  const diff::KeyHealth prod = is_compared ? result.diff->prod_key : diff::KeyHealth{};
  const auto row = [&](std::string_view what, const std::string& before, const std::string& after) {
    return fmt::format("<tr><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n", what,
                       is_compared ? before : "", after);
  };
  const std::string unmatched = is_compared ? unmatched_words(*result.diff) : std::string();
  return "<table>\n<tr><th>Key</th><th class=\"num\">Production</th><th class=\"num\">PR</th></tr>\n" +
         row("distinct keys", key_count(prod, prod.distinct), key_count(pr, pr.distinct)) +
         row("rows with a duplicate key", key_count(prod, prod.duplicate_rows),
             key_count(pr, pr.duplicate_rows)) +
         row("rows with a null in the key", with_separators(prod.null_rows), with_separators(pr.null_rows)) +
         "</table>\n" + (unmatched.empty() ? unmatched : "<p>" + unmatched.substr(1) + "</p>\n");
}

std::string columns_table(const ModelResult& result) {
  std::string rows;
  std::size_t shown = 0;
  const auto changed = changed_columns(result);
  for (const diff::ColumnDiff& column : changed) {
    if (++shown > max_columns) break;
    const std::int64_t matched = std::max<std::int64_t>(1, matched_rows(result));
    const double share = 100.0 * static_cast<double>(column.changed) / static_cast<double>(matched);
    rows += fmt::format(
        "<tr><td>{}</td><td class=\"num\">{}</td><td><span class=\"bar\"><i "
        "style=\"width:{:.1f}%\"></i></span>{}</td>"
        "<td class=\"num\">{}</td><td class=\"num\">{}</td></tr>\n",
        name_code(column.name.value()), with_separators(column.changed), std::min(share, 100.0),
        html_text(percent(column.changed, matched_rows(result))), with_separators(column.became_null),
        with_separators(column.was_null));
  }
  std::string out;
  if (!rows.empty()) {
    out =
        "<table>\n<tr><th>Column</th><th class=\"num\">Changed values</th><th>% of rows</th><th "
        "class=\"num\">Became null</th>"
        "<th class=\"num\">Was null</th></tr>\n" +
        rows + "</table>\n";
  }
  if (changed.size() > max_columns)
    out += fmt::format("<p>{} more columns have changed values.</p>\n", changed.size() - max_columns);
  std::vector<std::string> uncompared;
  for (const diff::ColumnDiff& column : result.diff->columns) {
    if (!column.not_compared.empty())
      uncompared.push_back(column.name.value() + " was not compared: " + column.not_compared);
  }
  return out + list(uncompared);
}

std::string schema_table(const diff::SchemaDiff& schema) {
  std::string rows;
  const auto add = [&](const std::string& name, std::string_view what, const std::string& prod,
                       const std::string& pr) {
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", name_code(name), what,
                        prod.empty() ? "" : name_code(prod), pr.empty() ? "" : name_code(pr));
  };
  for (const auto& column : schema.added) add(column.name.value(), "added", "", column.type);
  for (const auto& column : schema.removed) add(column.name.value(), "removed", column.type, "");
  for (const auto& column : schema.retyped) add(column.name.value(), "retyped", column.prod, column.pr);
  std::string out;
  if (!rows.empty())
    out = "<table>\n<tr><th>Schema</th><th></th><th>Production</th><th>PR</th></tr>\n" + rows + "</table>\n";
  if (schema.reordered) out += "<p>The common columns stand in another order.</p>\n";
  return out;
}

std::string value_code(const std::optional<std::string>& value) {
  return value ? html_code(*value, 200) : "<span class=\"soft\">null</span>";
}

std::string samples_table(const diff::Samples& samples) {
  std::string rows;
  const auto add = [&](std::string_view what, const diff::SampleRow& row) {
    std::string key;
    for (const auto& part : row.key) key += (key.empty() ? "" : ", ") + value_code(part);
    std::string values;
    for (std::size_t i = 0; i < samples.columns.size(); ++i) {
      const bool has_prod = i < row.prod.size();
      const bool has_pr = i < row.pr.size();
      if ((has_prod && has_pr && row.prod[i] == row.pr[i]) || (!has_prod && !has_pr)) continue;
      values += (values.empty() ? "" : "<br>") + html_text(samples.columns[i].value(), 100) + ": " +
                (has_prod ? value_code(row.prod[i]) : "") + (has_prod && has_pr ? " &rarr; " : "") +
                (has_pr ? value_code(row.pr[i]) : "");
    }
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", what, key, values);
  };
  for (const auto& row : samples.changed) add("changed", row);
  for (const auto& row : samples.added) add("added", row);
  for (const auto& row : samples.removed) add("removed", row);
  if (rows.empty()) return {};
  return "<details><summary>Sample rows</summary><table>\n<tr><th></th><th>Key</th><th>Values</th></tr>\n" +
         rows + "</table></details>\n";
}

std::string model_section(const ModelResult& result, std::size_t index) {
  std::string out =
      fmt::format("<details id=\"m{}\">\n<summary>{} {} <span class=\"soft\">{}</span></summary>\n", index,
                  icon_of(result), name_code(result.model.name), html_text(summary_of(result)));
  out += facts(result);
  const bool is_measured = result.kind != ModelResultKind::error && (result.diff || result.profile);
  if (!is_measured) out += "<pre><code>" + html_text(result.reason, 4'000) + "</code></pre>\n";
  if (is_measured) out += keys_table(result);
  if (is_measured && result.diff) {
    out += columns_table(result) + schema_table(result.diff->schema) + samples_table(result.diff->samples);
  }
  if (result.timeline) out += timeline_html(*result.timeline);
  if (result.profiles) out += profiles_html(*result.profiles);
  std::vector<std::string> notes;
  if (is_measured && result.diff) notes = remarks_of(*result.diff);
  for (const auto& gate : result.gates) notes.push_back("gate: " + gate.text);
  notes.insert(notes.end(), result.notes.begin(), result.notes.end());
  for (const std::string& note : result.model.key.notes) notes.push_back("key: " + note);
  if (is_measured && result.model.key.columns.empty()) {
    notes.emplace_back("no primary key was found; name it under config.meta.diffgate.primary_key");
  }
  return out + list(notes) + "</details>\n";
}

std::string assets_table(const RunReport& report) {
  std::map<dbt::UniqueId, std::string> names;
  for (const ModelResult& result : report.models) {
    if (deserves_row(result)) names.emplace(result.model.id, result.model.name);
  }
  std::string rows;
  for (const dbt::DownstreamAsset& asset : report.assets) {
    std::string reads;
    for (const dbt::UniqueId& id : asset.reads) {
      if (const auto found = names.find(id); found != names.end())
        reads += (reads.empty() ? "" : ", ") + name_code(found->second);
    }
    if (reads.empty()) continue;
    const std::string url = safe_url(asset.url);
    const std::string name = html_text(asset.name, 200);
    rows +=
        fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                    url.empty() ? name : fmt::format("<a href=\"{}\">{}</a>", html_text(url, 2'000), name),
                    html_text(asset.type, 60), html_text(asset.owner, 200), reads);
  }
  if (rows.empty()) return {};
  return "<h2>Downstream assets</h2>\n<div "
         "class=\"scroll\"><table>\n<tr><th>Asset</th><th>Type</th><th>Owner</th><th>Reads</th></tr>\n" +
         rows + "</table></div>\n";
}

std::string skipped_list(const RunReport& report) {
  std::string rows;
  for (const ModelResult& result : report.models) {
    if (result.kind != ModelResultKind::skipped) continue;
    rows += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", name_code(result.model.name),
                        html_text(result.reason, 400));
  }
  if (rows.empty()) return {};
  return "<h2>Skipped</h2>\n<div class=\"scroll\"><table>\n<tr><th>Model</th><th>Why</th></tr>\n" + rows +
         "</table></div>\n";
}

}  // namespace

std::string report_html(const RunReport& report) {
  const std::string title = html_text(headline(report));
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n";
  out += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n", title, html_style);
  out += fmt::format("<h1><span class=\"badge {}\">{}</span>{}</h1>\n", name_of(report.verdict),
                     words_for(report.verdict), title);
  out += context(report) + list(report.verdict_reasons) + cards(report) + models_table(report) +
         assets_table(report);
  std::string sections;
  for (const std::size_t index : worst_first(report)) {
    if (deserves_fold(report.models[index])) sections += model_section(report.models[index], index);
  }
  if (!sections.empty()) out += "<h2>Details</h2>\n" + sections;
  out += skipped_list(report);
  std::vector<std::string> warnings;
  for (const BuildNote& note : report.build_notes) warnings.push_back(note.text + ": " + note.url);
  warnings.insert(warnings.end(), report.warnings.begin(), report.warnings.end());
  if (!warnings.empty()) out += "<h2>Warnings</h2>\n" + list(warnings);
  if (report.finished_at != UtcTime{}) out += "<footer>" + iso8601(report.finished_at) + "</footer>\n";
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace diffgate::app
