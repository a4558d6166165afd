#include "app/report/run_markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/report/bounded.hpp"
#include "app/report/escape.hpp"
#include "app/report/model_markdown.hpp"
#include "app/report/model_words.hpp"
#include "app/report/numbers.hpp"

namespace diffgate::app {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return with_separators(static_cast<std::int64_t>(count)) + " " + std::string(count == 1 ? one : many);
}

// What stands where something was cut: with the way to the rest, if there is one.
std::string left_out(const RunReport& report, std::string_view what_is_left) {
  const std::string url = safe_url(report.details_url);
  return fmt::format("\u2026 {}{}", what_is_left, url.empty() ? "" : ": [full report](" + url + ")");
}

std::string side(std::string_view what, const std::string& branch, const std::string& sha) {
  std::string out(what);
  if (!branch.empty()) out += " " + markdown_code(branch, 60);
  if (!sha.empty()) out += (branch.empty() ? " " : " @ ") + markdown_code(sha.substr(0, 7));
  return out;
}

// Names as one comma-separated line, each a part of its own so that a cut falls between two.
std::vector<std::string> comma_separated(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  parts.reserve(names.size());
  for (const std::string& name : names)
    parts.push_back((parts.empty() ? "" : ", ") + markdown_code(name, 60));
  return parts;
}

std::string names_line(const std::vector<std::string>& names, std::size_t max_bytes) {
  return join_within(max_bytes, "", comma_separated(names), [](std::size_t count) {
    return fmt::format(" and {} more", with_separators(static_cast<std::int64_t>(count)));
  });
}

std::string fold(const std::string& title, const std::string& body, std::size_t max_bytes) {
  const std::string out = "<details>\n<summary>" + title + "</summary>\n\n" + body +
                          (body.ends_with('\n') ? "\n" : "\n\n") + "</details>\n\n";
  return body.empty() || out.size() > max_bytes ? std::string() : out;
}

constexpr std::size_t fold_frame = 200;  // more than a fold's tags and title ever take

std::size_t less(std::size_t bytes, std::size_t taken) { return bytes > taken ? bytes - taken : 0; }

// How many results are of earlier commits, and what was measured for this one.
std::string carried_over_words(const RunReport& report) {
  std::size_t carried = 0;
  std::size_t measured = 0;
  for (const ModelResult& result : report.models) {
    if (result.carried_over) {
      ++carried;
    } else if (result.diff || result.profile || result.kind == ModelResultKind::error) {
      ++measured;
    }
  }
  if (carried == 0) return {};
  return fmt::format(
      "{} measured, {} carried over from an earlier push: nothing that they depend on changed since",
      counted(measured, "model", "models"), carried);
}

}  // namespace

std::string heading(const RunReport& report) {
  const ResultCounts counts = count_results(report);
  std::string_view words = words_for(report.verdict);
  const bool nothing_differs = counts.diffs > 0 && counts.diffs == counts.identical + counts.empty;
  if (report.verdict == Verdict::pass && nothing_differs) words = "No differences";
  return fmt::format("### {} {} \u2014 {}\n\n", icon_of(report.verdict), words, headline(report));
}

std::string context_line(const RunReport& report) {
  std::string line;
  const auto add = [&](const std::string& fact) {
    if (!fact.empty()) line += (line.empty() ? "" : " \u00b7 ") + fact;
  };
  if (!report.project.empty()) add("**" + markdown_text(report.project, 60) + "**");
  if (!report.base_branch.empty() || !report.prod_sha.empty() || !report.head_branch.empty() ||
      !report.pr_sha.empty()) {
    add(side("production", report.base_branch, report.prod_sha) + " \u2192 " +
        side("PR", report.head_branch, report.pr_sha));
  }
  if (report.duration.count() > 0) add(duration_words(report.duration));
  add(carried_over_words(report));
  if (const std::string url = safe_url(report.details_url); !url.empty()) add("[full report](" + url + ")");
  return line.empty() ? line : line + "\n\n";
}

std::string verdict_list(const RunReport& report, std::size_t max_bytes) {
  std::vector<std::string> parts;
  parts.reserve(report.verdict_reasons.size());
  for (const std::string& reason : report.verdict_reasons)
    parts.push_back("- " + markdown_text(reason, 300) + "\n");
  return join_within(
      max_bytes, "", parts,
      [&](std::size_t count) {
        return "- " + left_out(report, counted(count, "more reason", "more reasons")) + "\n";
      },
      "\n");
}

std::string since_section(const RunReport& report, std::size_t max_bytes) {
  if (!report.since) return {};
  const SinceLastPush& since = *report.since;
  const std::string head = "**Since the last push** (" + markdown_code(since.sha.substr(0, 7)) + "): ";
  if (since.changes.empty()) {
    const std::string line = head + "no result has changed.\n\n";
    return line.size() <= max_bytes ? line : std::string();
  }
  std::vector<std::string> rows;
  rows.reserve(since.changes.size());
  for (const ResultChange& change : since.changes) {
    rows.push_back(
        fmt::format("| {} | {} | {} |\n", markdown_code(change.model, 60),
                    change.before.empty() ? "*not in the diff*" : markdown_text(change.before, 160),
                    change.now.empty() ? "*not in the diff any more*" : markdown_text(change.now, 160)));
  }
  const std::string counts =
      counted(since.changes.size(), "result has changed", "results have changed") +
      (since.unchanged > 0 ? fmt::format(", {} stayed", since.unchanged) : std::string()) + ".\n\n";
  return join_within(
      max_bytes, head + counts + "| Model | Before | Now |\n|:--|:--|:--|\n", rows,
      [&](std::size_t count) {
        return "\n" + left_out(report, counted(count, "more change", "more changes")) + "\n";
      },
      "\n");
}

std::string models_table(const RunReport& report, std::size_t max_bytes) {
  std::vector<std::string> rows;
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    if (deserves_row(result)) rows.push_back(model_table_row(result));
  }
  return join_within(
      max_bytes, model_table_head(), rows,
      [&](std::size_t count) {
        return "\n" + left_out(report, counted(count, "more model", "more models")) + "\n";
      },
      "\n");
}

std::string assets_table(const RunReport& report, std::size_t max_bytes) {
  std::map<dbt::UniqueId, const ModelResult*> differing;
  for (const ModelResult& result : report.models) {
    if (deserves_row(result)) differing.emplace(result.model.id, &result);
  }
  std::vector<std::string> rows;
  for (const dbt::DownstreamAsset& asset : report.assets) {
    std::vector<std::string> reads;
    for (const dbt::UniqueId& id : asset.reads) {
      if (const auto found = differing.find(id); found != differing.end())
        reads.push_back(found->second->model.name);
    }
    if (reads.empty()) continue;
    rows.push_back(fmt::format("| {} | {} | {} | {} |\n", markdown_link(asset.name, asset.url),
                               markdown_text(asset.type, 40), markdown_text(asset.owner, 80),
                               names_line(reads, 300)));
  }
  const std::size_t untouched = report.assets.size() - rows.size();
  std::string foot = "\n";
  if (untouched > 0)
    foot += counted(untouched, "other asset reads", "other assets read") +
            " only models without differences.\n\n";
  return join_within(
      max_bytes, "**Downstream assets**\n\n| Asset | Type | Owner | Reads |\n|:--|:--|:--|:--|\n", rows,
      [&](std::size_t count) {
        return "\n" + left_out(report, counted(count, "more asset", "more assets")) + "\n";
      },
      foot);
}

std::string lineage_fold(const RunReport& report, std::size_t max_bytes) {
  if (report.lineage.empty()) return {};
  return fold("Lineage of the changed models", markdown_block("mermaid", report.lineage), max_bytes);
}

std::string keys_fold(const RunReport& report, std::size_t max_bytes) {
  std::vector<std::string> without;
  std::vector<std::string> with;
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    const bool is_measured = result.kind != ModelResultKind::error && (result.diff || result.profile);
    if (!is_measured) continue;
    std::string row = "| " + markdown_code(result.model.name, 60) + " | " + key_cells(result) + " |\n";
    (result.model.key.columns.empty() ? without : with).push_back(std::move(row));
  }
  const std::size_t lacking = without.size();
  without.insert(without.end(), with.begin(), with.end());
  const std::string table =
      join_within(less(max_bytes, fold_frame), "| Model | Key | Found by |\n|:--|:--|:--|\n", without,
                  [&](std::size_t count) {
                    return "\n" + left_out(report, counted(count, "more model", "more models")) + "\n";
                  });
  const std::string title = lacking == 0 ? std::string("\U0001F511 Keys and how they were found")
                                         : "\U0001F511 Keys and how they were found: " +
                                               counted(lacking, "model has none", "models have none");
  return fold(title, table, max_bytes);
}

std::string details_folds(const RunReport& report, bool with_samples, std::size_t max_bytes) {
  std::vector<std::string> folds;
  std::size_t bytes = 0;
  std::size_t beyond = 0;
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    if (!deserves_fold(result)) continue;
    if (bytes > max_bytes) {
      ++beyond;  // no need to render what can't fit
      continue;
    }
    folds.push_back(model_details(result, with_samples));
    bytes += folds.back().size();
  }
  return join_within(max_bytes, "", folds, [&](std::size_t count) {
    return left_out(report, "details of " + counted(count + beyond, "more model", "more models")) + "\n\n";
  });
}

std::string identical_fold(const RunReport& report, std::size_t max_bytes) {
  std::vector<std::string> identical;
  std::vector<std::string> empty;
  for (const ModelResult& result : report.models) {
    if (deserves_row(result)) continue;
    if (result.kind == ModelResultKind::identical) identical.push_back(result.model.name);
    if (result.kind == ModelResultKind::empty) empty.push_back(result.model.name);
  }
  const std::size_t half = less(max_bytes, 2 * fold_frame) / 2;
  std::string out;
  if (!identical.empty()) {
    out += fold("\u2705 " + counted(identical.size(), "identical model", "identical models"),
                names_line(identical, half), max_bytes);
  }
  if (!empty.empty()) {
    out += fold("\u26AA " + counted(empty.size(), "model is", "models are") + " empty on both sides",
                names_line(empty, half), less(max_bytes, out.size()));
  }
  return out;
}

std::string skipped_fold(const RunReport& report, std::size_t max_bytes) {
  std::map<std::string, std::vector<std::string>> by_reason;
  std::size_t count = 0;
  for (const ModelResult& result : report.models) {
    if (result.kind != ModelResultKind::skipped) continue;
    by_reason[std::string(dbt::words_for(result.model.reason))].push_back(result.model.name);
    ++count;
  }
  if (count == 0) return {};
  const std::size_t room = less(max_bytes, fold_frame);
  const std::size_t room_each = room / by_reason.size();
  std::string body;
  for (const auto& [reason, names] : by_reason) {
    const std::string start =
        fmt::format("- {} ({}): ", reason, with_separators(static_cast<std::int64_t>(names.size())));
    const std::string line = names_line(names, less(room_each, start.size() + 1));
    if (!line.empty()) body += start + line + "\n";
  }
  return fold("\u23ED\uFE0F " + counted(count, "skipped model", "skipped models"), body, max_bytes);
}

std::string warnings_list(const RunReport& report, std::size_t max_bytes) {
  std::vector<std::string> parts;
  parts.reserve(report.warnings.size() + report.build_notes.size());
  for (const BuildNote& note : report.build_notes)
    parts.push_back("- \u26A0\uFE0F " + markdown_link(note.text, note.url) + "\n");
  for (const std::string& warning : report.warnings)
    parts.push_back("- \u26A0\uFE0F " + markdown_text(warning, 400) + "\n");
  return join_within(
      max_bytes, "", parts,
      [&](std::size_t count) {
        return "- " + left_out(report, counted(count, "more warning", "more warnings")) + "\n";
      },
      "\n");
}

}  // namespace diffgate::app
