#include "app/pipeline/build_texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/report/escape.hpp"

namespace diffgate::app {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text.empty() ? "the build of dbt" : text;
}

std::string listed(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "- " + markdown_text(line, 500) + "\n";
  return text;
}

std::string link_to(const std::string& url) {
  return url.empty() ? std::string() : "\n" + markdown_link("Open the build", url) + "\n";
}

vcs::Conclusion conclusion_of(const std::string& code, bool errors_as_success) {
  // Nothing was built, so there is nothing that could block; the other two are what the builder says.
  if (code == "build_skipped") return vcs::Conclusion::neutral;
  if (errors_as_success) return vcs::Conclusion::success;
  const bool was_stopped = code == "build_cancelled" || code == "build_superseded";
  return was_stopped ? vcs::Conclusion::cancelled : vcs::Conclusion::failure;
}

}  // namespace

ProgressText waiting_for_build_text(const Run& run, const std::vector<std::string>& lines,
                                    const std::string& url, UtcTime deadline) {
  return {clean_line("Waiting: " + joined(lines)),
          fmt::format("The data diff of `{}` waits until {}.\n\n{}{}", run.key.head_sha.value(),
                      iso8601(deadline), listed(lines), link_to(url))};
}

Outcome build_ended_outcome(const Run& run, const SourceReport& report, bool errors_as_success) {
  Outcome outcome;
  outcome.conclusion = conclusion_of(report.code, errors_as_success);
  outcome.title = clean_line("No data diff: " + report.line);
  outcome.summary = fmt::format("{}: there is nothing to compare of `{}`.\n", markdown_text(report.line),
                                run.key.head_sha.value());
  if (!report.detail.empty()) {
    outcome.summary += fmt::format("\n> {}\n", markdown_text(report.detail, 1'000));
  }
  outcome.summary += link_to(report.url) + "\nA later build of this commit starts the diff.\n";
  return outcome;
}

Outcome build_missing_outcome(const Run& run, const std::vector<std::string>& lines, const std::string& url,
                              std::chrono::minutes waited, bool errors_as_success) {
  Outcome outcome;
  outcome.conclusion = errors_as_success ? vcs::Conclusion::success : vcs::Conclusion::failure;
  outcome.title = clean_line(fmt::format("No artifacts within {} min: {}", waited.count(), joined(lines)));
  outcome.summary = fmt::format(
      "Waited {} min for the artifacts of `{}`; nothing was compared.\n\n{}{}\n"
      "A build or an upload that comes now starts the diff.\n",
      waited.count(), run.key.head_sha.value(), listed(lines), link_to(url));
  return outcome;
}

bool waits_for_a_build(const std::string& reason_code) {
  return reason_code == "artifacts_missing" || reason_code.starts_with("build_");
}

}  // namespace diffgate::app
