#include "vcs/github_check_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "vcs/text_limits.hpp"

// GitHub REST, "Create a check run": summary and text of 65,535 characters, a message of 64 KB and a title of
// 255 an annotation; three buttons.

namespace diffgate::vcs {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 65'535;
constexpr std::size_t kMaxMessage = 64'000;
constexpr std::size_t kMaxTitle = 255;
constexpr std::size_t kMaxButtons = 3;
constexpr std::size_t kMaxButtonLabel = 20;
constexpr std::size_t kMaxButtonDescription = 40;
constexpr std::string_view kCutNotice = "\n… cut here: it is longer than GitHub shows.\n";

std::string_view name_of(CheckState state) {
  switch (state) {
    case CheckState::queued:
      return "queued";
    case CheckState::in_progress:
      return "in_progress";
    case CheckState::completed:
      return "completed";
  }
  return "queued";
}

std::string_view name_of(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::success:
      return "success";
    case Conclusion::failure:
      return "failure";
    case Conclusion::neutral:
      return "neutral";
    case Conclusion::skipped:
      return "skipped";
    case Conclusion::cancelled:
      return "cancelled";
    case Conclusion::timed_out:
      return "timed_out";
    case Conclusion::action_required:
      return "action_required";
  }
  return "failure";
}

std::string_view name_of(Annotation::Level level) {
  switch (level) {
    case Annotation::Level::notice:
      return "notice";
    case Annotation::Level::warning:
      return "warning";
    case Annotation::Level::failure:
      return "failure";
  }
  return "warning";
}

json annotation_body(const Annotation& annotation) {
  const int line = std::max(annotation.line, 1);
  json body = {{"path", annotation.path},
               {"start_line", line},
               {"end_line", line},
               {"annotation_level", name_of(annotation.level)},
               {"message", cut_lines(annotation.message, kMaxMessage, "…")}};
  if (!annotation.title.empty()) body["title"] = cut_characters(annotation.title, kMaxTitle);
  return body;
}

// Absent without a title: GitHub wants title and summary together.
std::optional<json> output_body(const Check& check, std::size_t first_annotation) {
  if (check.title.empty() && check.summary.empty()) return std::nullopt;
  const std::string& title = check.title.empty() ? check.name : check.title;
  json output = {{"title", cut_characters(title, kMaxTitle)},
                 {"summary", cut_lines(check.summary.empty() ? title : check.summary, kMaxText, kCutNotice)}};
  if (!check.text.empty()) output["text"] = cut_lines(check.text, kMaxText, kCutNotice);
  const std::size_t end = std::min(check.annotations.size(), first_annotation + kAnnotationsPerRequest);
  for (std::size_t i = first_annotation; i < end; ++i) {
    output["annotations"].push_back(annotation_body(check.annotations[i]));
  }
  return output;
}

json common_body(const Check& check, UtcTime now, std::size_t first_annotation) {
  json body = {{"status", name_of(check.state)}};
  if (check.state == CheckState::completed) {
    body["conclusion"] = name_of(check.conclusion);
    body["completed_at"] = iso8601(now);
  }
  if (!check.details_url.empty()) body["details_url"] = check.details_url;
  if (!check.external_id.empty()) body["external_id"] = check.external_id;
  if (auto output = output_body(check, first_annotation)) body["output"] = *std::move(output);
  for (const CheckButton& button : check.buttons) {
    if (check.state != CheckState::completed || body["actions"].size() == kMaxButtons) break;
    body["actions"].push_back({{"label", cut_characters(button.label, kMaxButtonLabel)},
                               {"description", cut_characters(button.description, kMaxButtonDescription)},
                               {"identifier", identifier_of(button.action)}});
  }
  return body;
}

// Text from outside may hold broken UTF-8: it is replaced rather than refused.
std::string dumped(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

CheckRef ref_of(const CheckRun& run) {
  return CheckRef(fmt::format("{}:{}:{}:{}", run.id, run.head_sha.value(),
                              run.is_completed ? "completed" : "open", run.annotations));
}

std::optional<CheckRun> check_run_of(const CheckRef& ref) {
  std::vector<std::string_view> parts;
  std::string_view rest = ref.value();
  while (true) {
    const std::size_t colon = rest.find(':');
    parts.push_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  CheckRun run;
  if (parts.size() != 4 || !read_number(parts[0], run.id) || !read_number(parts[3], run.annotations)) {
    return std::nullopt;
  }
  run.head_sha = Sha(std::string(parts[1]));
  run.is_completed = parts[2] == "completed";
  return run;
}

std::string_view identifier_of(CheckAction action) {
  switch (action) {
    case CheckAction::rerun:
      return "rerun";
    case CheckAction::accept:
      return "accept";
    case CheckAction::downstream:
      return "downstream";
  }
  return "rerun";
}

std::optional<CheckAction> check_action_named(std::string_view identifier) {
  for (const CheckAction action : {CheckAction::rerun, CheckAction::accept, CheckAction::downstream}) {
    if (identifier_of(action) == identifier) return action;
  }
  return std::nullopt;
}

std::vector<Annotation> usable_annotations(std::vector<Annotation> annotations) {
  std::erase_if(annotations, [](const Annotation& one) { return one.path.empty() || one.message.empty(); });
  return annotations;
}

std::string create_check_body(const Check& check, UtcTime now) {
  json body = common_body(check, now, 0);
  body["name"] = check.name;
  body["head_sha"] = check.head_sha.value();
  if (check.state == CheckState::in_progress) body["started_at"] = iso8601(now);
  return dumped(body);
}

std::string update_check_body(const Check& check, UtcTime now, std::size_t first_annotation) {
  return dumped(common_body(check, now, first_annotation));
}

}  // namespace diffgate::vcs
