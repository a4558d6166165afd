#include "app/report/run_page.hpp"

#include <fmt/format.h>

#include "app/report/escape.hpp"
#include "app/report/html.hpp"
#include "app/report/html_style.hpp"

namespace diffgate::app {
namespace {

std::string page(std::string_view title, std::string_view head, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{}"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      head, title, html_style, body);
}

std::string_view words_for(RunState state) {
  switch (state) {
    case RunState::waiting:
      return "waiting for artifacts";
    case RunState::queued:
      return "queued";
    case RunState::processing:
      return "comparing";
    case RunState::needs_confirmation:
      return "waiting for a confirmation";
    case RunState::done:
      return "done";
    case RunState::failed:
      return "failed";
    case RunState::cancelled:
      return "cancelled";
    case RunState::skipped:
      return "skipped";
  }
  return "";
}

std::string context_of(const Run& run) {
  std::string out = "<b>" + html_text(run.repository.full_name, 200) + "</b>";
  if (!run.project_name.empty()) out += " &middot; project " + html_text(run.project_name, 100);
  const std::string number = fmt::format("pull request {}", run.key.pull.value());
  const std::string url = safe_url(run.pull_url);
  out += " &middot; " +
         (url.empty() ? number : fmt::format("<a href=\"{}\">{}</a>", html_text(url, 2'000), number));
  out += " &middot; commit " + html_code(run.key.head_sha.value().substr(0, 7), 10);
  return "<p class=\"soft\">" + out + "</p>\n";
}

}  // namespace

std::string report_page(RunReport report, bool with_values) {
  if (!with_values) {
    for (ModelResult& result : report.models) {
      if (result.diff) result.diff->samples = {};
      result.profiles.reset();
    }
  }
  return report_html(report);
}

std::string run_state_page(const Run& run, const std::optional<Outcome>& outcome) {
  const std::string title = html_text(outcome ? outcome->title : std::string(words_for(run.state)), 500);
  std::string body = fmt::format("<h1>{}</h1>\n", title) + context_of(run);
  body += fmt::format("<p>State: {}</p>\n", words_for(run.state));
  if (outcome && !outcome->summary.empty())
    body += "<pre>" + html_text(outcome->summary, 70'000) + "</pre>\n";
  else if (!run.reason.empty())
    body += "<p>" + html_text(run.reason, 4'000) + "</p>\n";
  const bool goes_on = !is_final(run.state);
  if (goes_on) body += "<p class=\"soft\">This page loads itself anew every 15 seconds.</p>\n";
  return page(title, goes_on ? "<meta http-equiv=\"refresh\" content=\"15\">\n" : "", body);
}

std::string no_such_run_page() {
  return page("Not found", "",
              "<h1>There is no such run</h1>\n"
              "<p>Open it from the check or the comment on the pull request: the link has to be whole, and a "
              "report is kept for 90 days.</p>\n");
}

}  // namespace diffgate::app
