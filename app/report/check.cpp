#include "app/report/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/report/bounded.hpp"
#include "app/report/escape.hpp"
#include "app/report/model_words.hpp"
#include "app/report/numbers.hpp"
#include "app/report/run_markdown.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t max_annotations = 50;  // of one request, GitHub's "Update a check run"

// Paths in a manifest are relative to the dbt project; the forge wants them from the repository's root.
std::string repository_path(const RunReport& report, const std::string& file) {
  std::string path = report.project_dir.empty() ? file : report.project_dir + "/" + file;
  std::replace(path.begin(), path.end(), '\\', '/');  // dbt on Windows
  while (path.starts_with("./")) path.erase(0, 2);
  const bool is_inside = !path.empty() && path.front() != '/' && path.find("..") == std::string::npos;
  return is_inside && clean_line(path, 1'000) == path ? path : std::string();
}

class Annotations {
 public:
  explicit Annotations(const RunReport& report) : report_(report) {}

  void add(vcs::Annotation::Level level, const std::string& file, const std::string& title,
           const std::string& message) {
    const std::string path = repository_path(report_, file);
    if (path.empty()) return;
    found_.push_back({path, 1, level, clean_line(title, 200), clean_lines(message, 2'000)});
  }

  std::vector<vcs::Annotation> worst() && {
    std::vector<vcs::Annotation> worst;
    using Level = vcs::Annotation::Level;
    for (const Level level : {Level::failure, Level::warning, Level::notice}) {
      for (const vcs::Annotation& annotation : found_) {
        if (annotation.level == level && worst.size() < max_annotations) worst.push_back(annotation);
      }
    }
    return worst;
  }

 private:
  const RunReport& report_;
  std::vector<vcs::Annotation> found_;
};

vcs::Annotation::Level level_of(config::Severity severity) {
  switch (severity) {
    case config::Severity::note:
      return vcs::Annotation::Level::notice;
    case config::Severity::warn:
      return vcs::Annotation::Level::warning;
    case config::Severity::fail:
      return vcs::Annotation::Level::failure;
  }
  return vcs::Annotation::Level::warning;
}

std::string key_message(const diff::KeyHealth& key, const std::vector<std::string>& columns) {
  std::string message = fmt::format("key ({}): {} rows with a duplicate key, {} rows with a null in it",
                                    fmt::join(columns, ", "), with_separators(key.duplicate_rows),
                                    with_separators(key.null_rows));
  return message;
}

void annotate(Annotations& out, const ModelResult& result) {
  using Level = vcs::Annotation::Level;
  const dbt::PlannedModel& model = result.model;
  const std::string& key_file = model.yaml_file.empty() ? model.sql_file : model.yaml_file;
  for (const config::GateFinding& finding : result.gates) {
    out.add(level_of(finding.severity), model.sql_file, model.name + ": gate", finding.text);
  }
  if (result.kind == ModelResultKind::error) {
    out.add(Level::failure, model.sql_file, model.name + " could not be compared", result.reason);
    return;
  }
  if (has_key_problem(result)) {
    const diff::KeyHealth& key = result.diff ? result.diff->pr_key : result.profile->key;
    out.add(Level::warning, key_file, model.name + ": primary key", key_message(key, model.key.columns));
  } else if (model.key.columns.empty() && (result.diff || result.profile)) {
    out.add(Level::notice, key_file, model.name + ": no primary key",
            "name it under config.meta.diffgate.primary_key, so that rows can be matched");
  }
  if (result.diff && result.kind == ModelResultKind::different) {
    out.add(Level::notice, model.sql_file, model.name + " differs", summary_of(result));
  }
}

}  // namespace

CheckText check_text(const RunReport& report, std::size_t max_summary) {
  CheckText text;
  text.title = cut_utf8(headline(report), 255);

  const auto join = [&](std::initializer_list<std::string> parts) {
    std::string out;
    for (const std::string& part : parts) {
      if (out.size() + part.size() <= max_summary) out += part;
    }
    return out;
  };
  const std::size_t tenth = max_summary / 10;
  text.summary =
      join({context_line(report), verdict_list(report, 2 * tenth), since_section(report, tenth),
            models_table(report, 4 * tenth), assets_table(report, tenth), warnings_list(report, tenth)});
  text.text = join({lineage_fold(report, 2 * tenth), details_folds(report, false, 5 * tenth),
                    keys_fold(report, tenth), identical_fold(report, tenth), skipped_fold(report, tenth)});

  Annotations annotations(report);
  for (const std::size_t index : worst_first(report)) annotate(annotations, report.models[index]);
  text.annotations = std::move(annotations).worst();
  return text;
}

}  // namespace diffgate::app
