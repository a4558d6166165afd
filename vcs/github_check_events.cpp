#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "vcs/github_check_body.hpp"
#include "vcs/github_event_readers.hpp"

// Checks, merge queues and workflows. GitHub sends an App every action of these events; what people ask for
// comes as `rerequested` and `requested_action`, and only to the App that made the check.

namespace diffgate::vcs {
namespace {

constexpr std::string_view kBranches = "refs/heads/";

Event unused(std::string_view event, const std::string& action) {
  return IgnoredEvent{fmt::format("the {} action '{:.60}' asks for nothing", event, action)};
}

// GitHub links pull requests to a commit by branch, so that a fork's are never among them.
std::vector<PullNumber> read_pull_requests(const JsonView& check, RepoId repo) {
  std::vector<PullNumber> numbers;
  for (const JsonView& pull : check.elements("pull_requests")) {
    // The same commit may be the head of a pull request to another repository.
    const auto base = pull.optional_object("base");
    const auto home = base ? base->optional_object("repo") : std::nullopt;
    if (home && RepoId(home->integer("id")) != repo) continue;
    numbers.emplace_back(pull.integer("number"));
  }
  return numbers;
}

CheckActionEvent read_target(std::string_view forge, const JsonView& payload, const JsonView& check) {
  CheckActionEvent event;
  event.repo = read_event_repo(forge, payload);
  event.head_sha = check.sha("head_sha");
  event.pull_requests = read_pull_requests(check, event.repo.id);
  event.actor = read_event_actor(payload);
  return event;
}

std::string without_prefix(std::string ref) {
  if (ref.starts_with(kBranches)) ref.erase(0, kBranches.size());
  return ref;
}

}  // namespace

Event read_check_run(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  if (action != "rerequested" && action != "requested_action") return unused("check_run", action);
  const JsonView check = payload.object("check_run");
  CheckActionEvent event = read_target(forge, payload, check);
  event.external_id = check.optional_text("external_id").value_or("");
  if (action == "rerequested") return event;
  const std::string identifier = payload.object("requested_action").text("identifier");
  const std::optional<CheckAction> wanted = check_action_named(identifier);
  if (!wanted) return IgnoredEvent{fmt::format("no button of ours is called '{:.60}'", identifier)};
  event.action = *wanted;
  return event;
}

Event read_check_suite(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  if (action != "rerequested") return unused("check_suite", action);
  return read_target(forge, payload, payload.object("check_suite"));
}

Event read_merge_group(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  if (action != "checks_requested" && action != "destroyed") return unused("merge_group", action);
  const JsonView group = payload.object("merge_group");
  MergeGroupEvent event;
  event.repo = read_event_repo(forge, payload);
  event.head_sha = group.sha("head_sha");
  event.base_branch = without_prefix(group.text("base_ref"));
  event.is_destroyed = action == "destroyed";
  return event;
}

Event read_workflow_run(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  if (action != "completed") return unused("workflow_run", action);
  const JsonView run = payload.object("workflow_run");
  CiRunEvent event;
  event.repo = read_event_repo(forge, payload);
  event.head_sha = run.sha("head_sha");
  event.branch = run.optional_text("head_branch").value_or("");
  event.name = run.optional_text("name").value_or("");
  event.is_success = run.optional_text("conclusion") == "success";
  return event;
}

}  // namespace diffgate::vcs
