#include "app/pipeline/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/report/escape.hpp"

namespace diffgate::app {
namespace {

// Inside a code span nothing is Markdown but the backtick itself.
std::string code(std::string text) {
  std::replace(text.begin(), text.end(), '`', '\'');
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return "`" + text + "`";
}

std::string fenced(std::string text) {
  for (std::size_t at = 0; (at = text.find("```", at)) != std::string::npos;) text.replace(at, 3, "'''");
  return "```\n" + text + "\n```";
}

std::string upload_command(const Run& run, RunType type, const std::string& sha,
                           const std::string& server_url) {
  std::string command =
      fmt::format("diffgate upload --project {} --run-type {} --commit-sha {} --target-folder target",
                  run.key.project.value(), name_of(type), sha);
  if (!server_url.empty()) command += " --server " + server_url;
  return command;
}

std::string sentence(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 32);
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

std::string title_of(const std::string& reason) {
  std::string title = reason.substr(0, 200);
  // Not in the middle of a character.
  while (!title.empty() && title.size() < reason.size() &&
         (static_cast<unsigned char>(reason[title.size()]) & 0xC0U) == 0x80U) {
    title.pop_back();
  }
  return title;
}

std::string what_is_missing(const Run& run, const MissingArtifacts& missing) {
  const std::string head = short_sha(run.key.head_sha);
  if (missing.pull_request && missing.production) {
    return fmt::format("the dbt artifacts of {} and those of production", head);
  }
  if (missing.pull_request) return fmt::format("the dbt artifacts of {}", head);
  return "a production manifest";
}

std::string how_to_upload(const Run& run, const MissingArtifacts& missing, const std::string& server_url) {
  std::string text;
  if (missing.pull_request) {
    text += "In the CI job that builds this pull request, after `dbt build`:\n\n" +
            fenced(upload_command(run, RunType::pull_request, run.key.head_sha.value(), server_url)) +
            "\n\nThe commit is the pull request's head, not the merge commit that GitHub Actions checks out "
            "(`github.event.pull_request.head.sha`, not `GITHUB_SHA`).\n";
  }
  if (missing.production) {
    text += (text.empty() ? "" : "\n") +
            std::string("In the CI job that builds production, after `dbt build`:\n\n") +
            fenced(upload_command(run, RunType::production, "\"$(git rev-parse HEAD)\"", server_url)) + "\n";
  }
  return text;
}

vcs::Conclusion conclusion_of_error(bool errors_as_success) {
  return errors_as_success ? vcs::Conclusion::success : vcs::Conclusion::failure;
}

}  // namespace

std::string short_sha(const vcs::Sha& sha) { return sha.value().substr(0, 7); }

ProgressText queued_text(const Run& run) {
  return {"Queued", fmt::format("The data diff of {} is queued.", code(run.key.head_sha.value()))};
}

ProgressText planning_text(const Run& run) {
  return {"Finding the changed models",
          fmt::format("Comparing the manifest of {} with production's.", code(run.key.head_sha.value()))};
}

ProgressText diffing_text(const Run& run, std::size_t done, std::size_t total) {
  return {fmt::format("{} of {} models", done, total),
          fmt::format("Comparing tables: {} of {} models of {} are done.", done, total,
                      code(run.key.head_sha.value()))};
}

ProgressText waiting_text(const Run& run, const MissingArtifacts& missing, UtcTime deadline,
                          const std::string& server_url) {
  return {title_of("Waiting for " + what_is_missing(run, missing)),
          fmt::format("Waiting for {} until {}.\n\n{}", what_is_missing(run, missing), iso8601(deadline),
                      how_to_upload(run, missing, server_url))};
}

Outcome not_run_outcome(const config::Decision& decision) {
  Outcome outcome;
  // Both pass a required check; a fork's author is not told to do anything, so it is the quieter one.
  outcome.conclusion =
      decision.rule == config::DecisionRule::fork ? vcs::Conclusion::neutral : vcs::Conclusion::skipped;
  outcome.title = title_of("Not run: " + decision.reason);
  outcome.summary = fmt::format("No data diff: {}\n\nDecided by the rule {}.", sentence(decision.reason),
                                code(std::string(config::name_of(decision.rule))));
  return outcome;
}

Outcome cancelled_outcome(const std::string& reason) {
  Outcome outcome;
  outcome.conclusion = vcs::Conclusion::cancelled;
  outcome.title = title_of("Cancelled: " + reason);
  outcome.summary = fmt::format("The data diff was cancelled: {}", sentence(reason));
  return outcome;
}

Outcome missing_artifacts_outcome(const Run& run, const MissingArtifacts& missing,
                                  std::chrono::minutes waited, const std::string& server_url,
                                  bool errors_as_success) {
  Outcome outcome;
  outcome.conclusion = conclusion_of_error(errors_as_success);
  outcome.title = title_of(fmt::format("No artifacts: {} did not come within {} min",
                                       what_is_missing(run, missing), waited.count()));
  outcome.summary = fmt::format(
      "Waited {} min for {}; nothing was compared.\n\nCommit of the pull request: {}\n\n{}\nAn upload that "
      "comes now "
      "starts the diff.",
      waited.count(), what_is_missing(run, missing), code(run.key.head_sha.value()),
      how_to_upload(run, missing, server_url));
  return outcome;
}

Outcome confirmation_outcome(const Run& run, std::size_t diffs, int threshold,
                             const std::string& server_url) {
  Outcome outcome;
  outcome.conclusion = vcs::Conclusion::action_required;
  outcome.title = fmt::format("{} diffs need a confirmation (threshold {})", diffs, threshold);
  outcome.summary = fmt::format(
      "This pull request calls for {} model diffs, more than {} = {}. Nothing has been compared yet. To "
      "start them, comment {}, or:\n\n{}\n\n"
      "or narrow the selection with {} or {} in {}.",
      diffs, code("diff_threshold"), threshold, code("/diffgate run"),
      fenced(fmt::format("curl -X POST -H \"Authorization: Key $DIFFGATE_API_KEY\" {}/api/v1/runs/{}/confirm",
                         server_url.empty() ? "http://SERVER" : server_url, run.id.value())),
      code("slim_diff"), code("select"), code(".diffgate.yml"));
  return outcome;
}

Outcome rules_problem_outcome(const std::vector<config::Problem>& problems, bool errors_as_success) {
  Outcome outcome;
  outcome.conclusion = conclusion_of_error(errors_as_success);
  outcome.title = problems.size() == 1
                      ? title_of("Rules can't be read: " + config::to_line(problems.front()))
                      : fmt::format("Rules can't be read: {} mistakes in .diffgate.yml", problems.size());
  outcome.summary = "The rules on the base branch have mistakes; nothing was compared.\n\n";
  constexpr std::size_t kShown = 50;
  for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i) {
    outcome.summary += "- " + code(config::to_line(problems[i])) + "\n";
  }
  if (problems.size() > kShown) outcome.summary += fmt::format("- and {} more\n", problems.size() - kShown);
  outcome.annotations = annotations_of(problems, vcs::Annotation::Level::failure);
  return outcome;
}

Outcome error_outcome(const Run& run, const std::string& line, const std::string& hint,
                      bool errors_as_success) {
  Outcome outcome;
  outcome.conclusion = conclusion_of_error(errors_as_success);
  outcome.title = title_of("Error: " + line);
  outcome.summary = fmt::format("The data diff of {} ended with an error:\n\n{}\n",
                                code(run.key.head_sha.value()), fenced(line));
  if (!hint.empty()) outcome.summary += "\n" + sentence(hint) + "\n";
  if (run.id.value() != 0) outcome.summary += fmt::format("\nRun {} in the server's log.\n", run.id.value());
  return outcome;
}

Outcome made_visible(Outcome outcome, const vcs::Limits& limits, config::CommentWhen comment) {
  const bool is_to_act_on = outcome.conclusion == vcs::Conclusion::failure ||
                            outcome.conclusion == vcs::Conclusion::action_required;
  if (limits.summary_characters > 0 || !is_to_act_on || outcome.comment ||
      comment == config::CommentWhen::never) {
    return outcome;
  }
  outcome.comment = fmt::format("### \u274C {}\n\n{}\n", markdown_text(outcome.title), outcome.summary);
  return outcome;
}

std::vector<vcs::Annotation> annotations_of(const std::vector<config::Problem>& problems,
                                            vcs::Annotation::Level level) {
  std::vector<vcs::Annotation> annotations;
  for (const config::Problem& problem : problems) {
    if (annotations.size() == 50) break;  // what one request takes (GitHub REST, "Create a check run")
    vcs::Annotation annotation;
    annotation.path = problem.file;
    annotation.line = std::max(problem.line, 1);
    annotation.level = level;
    annotation.title = problem.key.empty() ? "Rules" : problem.key;
    annotation.message = config::to_line(problem);
    annotations.push_back(std::move(annotation));
  }
  return annotations;
}

}  // namespace diffgate::app
