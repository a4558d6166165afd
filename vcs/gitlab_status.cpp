#include "vcs/gitlab_status.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <system_error>

#include "vcs/text_limits.hpp"

namespace diffgate::vcs {
namespace {

// GitLab REST, "Commits API": name, description and target URL of a status have 255 characters each.
constexpr std::size_t kMaxCharacters = 255;

// Takes the text up to the next ':' off `rest`.
std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find(':'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

bool read_number(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string_view gitlab_state_of(const Check& check) {
  if (check.state == CheckState::queued) return "pending";
  if (check.state == CheckState::in_progress) return "running";
  switch (check.conclusion) {
    case Conclusion::success:
    case Conclusion::neutral:
    case Conclusion::skipped:
      return "success";
    case Conclusion::cancelled:
      return "canceled";
    case Conclusion::failure:
    case Conclusion::timed_out:
    case Conclusion::action_required:
      return "failed";
  }
  return "failed";
}

CheckRef ref_of(const CommitStatus& status) {
  return CheckRef(
      fmt::format("{}:{}:{}:{}", status.head_sha.value(), status.state, status.project, status.pipeline));
}

std::optional<CommitStatus> commit_status_of(const CheckRef& ref) {
  std::string_view rest = ref.value();
  CommitStatus status;
  status.head_sha = Sha(std::string(take_part(rest)));
  status.state = std::string(take_part(rest));
  if (!read_number(take_part(rest), status.project) || !read_number(rest, status.pipeline))
    return std::nullopt;
  return status;
}

std::int64_t pipeline_for(const std::vector<Pipeline>& pipelines, const Sha& sha, std::int64_t project) {
  const Pipeline* best = nullptr;
  for (const Pipeline& one : pipelines) {
    if (one.sha != sha || (one.project != 0 && one.project != project)) continue;
    const auto rank = [](const Pipeline& p) { return std::pair(p.source == "merge_request_event", p.id); };
    if (best == nullptr || rank(one) > rank(*best)) best = &one;
  }
  return best == nullptr ? 0 : best->id;
}

std::string status_body(const Check& check, std::int64_t pipeline, const std::string& ref) {
  nlohmann::json body = {{"state", gitlab_state_of(check)},
                         {"name", cut_characters(check.name, kMaxCharacters)}};
  if (!check.title.empty()) body["description"] = cut_characters(check.title, kMaxCharacters);
  // A cut URL leads nowhere.
  if (!check.details_url.empty() && check.details_url.size() <= kMaxCharacters) {
    body["target_url"] = check.details_url;
  }
  if (pipeline != 0) {
    body["pipeline_id"] = pipeline;
  } else if (!ref.empty()) {
    body["ref"] = ref;
  }
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace diffgate::vcs
