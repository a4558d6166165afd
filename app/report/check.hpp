#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/run_report.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

// The texts of a check run. `title` is at most 255 characters on one line, so it also serves as GitLab's
// description.
struct CheckText {
  std::string title;
  std::string summary;                       // Markdown: verdict and table of models
  std::string text;                          // Markdown: the detail of each model
  std::vector<vcs::Annotation> annotations;  // worst first, at most 50; paths relative to the repository root
};

// `summary` and `text` are each at most `max_summary` bytes.
CheckText check_text(const RunReport& report, std::size_t max_summary);

}  // namespace diffgate::app
