#pragma once

// The parts of a run in Markdown, each within a length of its own; comment and check put them together.

#include <cstddef>
#include <string>

#include "app/run_report.hpp"

namespace diffgate::app {

// "### ❌ Failed: 12 diffs: …"
std::string heading(const RunReport& report);
// What was compared with what, how long it took, what is carried over from earlier pushes, and where the rest
// is.
std::string context_line(const RunReport& report);
// Why it warns or fails.
std::string verdict_list(const RunReport& report, std::size_t max_bytes);
// Which models have another result than at the commit that was measured before.
std::string since_section(const RunReport& report, std::size_t max_bytes);
std::string models_table(const RunReport& report, std::size_t max_bytes);
// Exposures and the like that read a model whose data differ.
std::string assets_table(const RunReport& report, std::size_t max_bytes);
// The Mermaid picture, folded; whole or not at all.
std::string lineage_fold(const RunReport& report, std::size_t max_bytes);
// Each measured model's key and where it comes from, folded; those without one first.
std::string keys_fold(const RunReport& report, std::size_t max_bytes);
std::string details_folds(const RunReport& report, bool with_samples, std::size_t max_bytes);
// Names of the identical and empty models, folded.
std::string identical_fold(const RunReport& report, std::size_t max_bytes);
// Skipped models by reason, folded.
std::string skipped_fold(const RunReport& report, std::size_t max_bytes);
std::string warnings_list(const RunReport& report, std::size_t max_bytes);

}  // namespace diffgate::app
