#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "app/run_report.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

// The texts of a check run. `title` is at most 255 characters on one line, so it also serves as GitLab's
// description.
struct CheckText {
  std::string title;
  std::string summary;  // Markdown: verdict and table of models
  std::string text;     // Markdown: the detail of each model
  std::vector<vcs::Annotation>
      annotations;  // worst first, at most 200; paths relative to the repository root
};

// The files that the annotations are on, those of the worst first: read at the pull request's head, they tell
// `check_text` the lines.
std::vector<std::string> annotated_files(const RunReport& report);

// `summary` and `text` are each at most `max_summary` bytes. `sources` are files' contents by path; an
// annotation on another file is at its first line.
CheckText check_text(const RunReport& report, std::size_t max_summary,
                     const std::map<std::string, std::string>& sources = {});

}  // namespace diffgate::app
