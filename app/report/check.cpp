#include "app/report/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/report/annotation_lines.hpp"
#include "app/report/bounded.hpp"
#include "app/report/escape.hpp"
#include "app/report/model_words.hpp"
#include "app/report/numbers.hpp"
#include "app/report/run_markdown.hpp"

namespace diffgate::app {
namespace {

// Nobody reads more. GitHub takes fifty a request, and the forge's client sends as many requests as it takes.
constexpr std::size_t max_annotations = 200;

// Paths in a manifest are relative to the dbt project; the forge wants them from the repository's root.
std::string repository_path(const RunReport& report, const std::string& file) {
  std::string path = report.project_dir.empty() ? file : report.project_dir + "/" + file;
  std::replace(path.begin(), path.end(), '\\', '/');  // dbt on Windows
  while (path.starts_with("./")) path.erase(0, 2);
  const bool is_inside = !path.empty() && path.front() != '/' && path.find("..") == std::string::npos;
  return is_inside && clean_line(path, 1'000) == path ? path : std::string();
}

// What a finding is about, by which its line is found.
struct Subject {
  std::string model;
  std::string column;  // may be empty
};

class Annotations {
 public:
  using Sources = std::map<std::string, std::string>;

  Annotations(const RunReport& report, const Sources& sources) : report_(report), sources_(sources) {}

  void add(vcs::Annotation::Level level, const std::string& file, const Subject& subject,
           const std::string& title, const std::string& message) {
    const std::string path = repository_path(report_, file);
    if (path.empty()) return;
    found_.push_back(
        {path, line_of(path, subject), level, clean_line(title, 200), clean_lines(message, 2'000)});
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
  int line_of(const std::string& path, const Subject& subject) const {
    const auto source = sources_.find(path);
    if (source == sources_.end()) return 1;
    const bool is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    return is_yaml ? line_in_yaml(source->second, subject.model, subject.column)
                   : line_in_sql(source->second, subject.column);
  }

  const RunReport& report_;
  const Sources& sources_;
  std::vector<vcs::Annotation> found_;
};

// The column that differs in most rows; empty if none does.
std::string most_changed_column(const diff::TableDiff& diff) {
  const auto most = std::max_element(diff.columns.begin(), diff.columns.end(),
                                     [](const auto& a, const auto& b) { return a.changed < b.changed; });
  return most == diff.columns.end() || most->changed == 0 ? std::string() : most->name.value();
}

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
  return fmt::format("key ({}): {} rows with a duplicate key, {} rows with a null in it",
                     fmt::join(columns, ", "), key_count(key, key.duplicate_rows),
                     with_separators(key.null_rows));
}

void annotate(Annotations& out, const ModelResult& result) {
  using Level = vcs::Annotation::Level;
  const dbt::PlannedModel& model = result.model;
  const Subject whole{model.name, {}};
  const Subject key_column{model.name, model.key.columns.empty() ? std::string() : model.key.columns.front()};
  const std::string& key_file = model.yaml_file.empty() ? model.sql_file : model.yaml_file;
  for (const config::GateFinding& finding : result.gates) {
    out.add(level_of(finding.severity), model.sql_file, whole, model.name + ": gate", finding.text);
  }
  if (result.kind == ModelResultKind::error) {
    out.add(Level::failure, model.sql_file, whole, model.name + " could not be compared", result.reason);
    return;
  }
  if (has_key_problem(result)) {
    const diff::KeyHealth& key = result.diff ? result.diff->pr_key : result.profile->key;
    out.add(Level::warning, key_file, key_column, model.name + ": primary key",
            key_message(key, model.key.columns));
  } else if (model.key.columns.empty() && (result.diff || result.profile)) {
    out.add(Level::notice, key_file, whole, model.name + ": no primary key",
            "name it under config.meta.diffgate.primary_key, so that rows can be matched");
  }
  if (result.diff && result.kind == ModelResultKind::different) {
    out.add(Level::notice, model.sql_file, {model.name, most_changed_column(*result.diff)},
            model.name + " differs", summary_of(result));
  }
}

std::vector<vcs::Annotation> annotations_of(const RunReport& report, const Annotations::Sources& sources) {
  Annotations annotations(report, sources);
  for (const std::size_t index : worst_first(report)) annotate(annotations, report.models[index]);
  return std::move(annotations).worst();
}

}  // namespace

std::vector<std::string> annotated_files(const RunReport& report) {
  std::vector<std::string> files;
  for (const vcs::Annotation& annotation : annotations_of(report, {})) {
    if (std::find(files.begin(), files.end(), annotation.path) == files.end())
      files.push_back(annotation.path);
  }
  return files;
}

CheckText check_text(const RunReport& report, std::size_t max_summary,
                     const std::map<std::string, std::string>& sources) {
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

  text.annotations = annotations_of(report, sources);
  return text;
}

}  // namespace diffgate::app
