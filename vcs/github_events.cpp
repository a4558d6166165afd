#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "vcs/events.hpp"
#include "vcs/github_event_readers.hpp"
#include "vcs/github_payload.hpp"
#include "vcs/json.hpp"

namespace diffgate::vcs {
namespace {

using ActionName = std::pair<std::string_view, PullRequestAction>;
constexpr std::array<ActionName, 9> kActions{{
    {"opened", PullRequestAction::opened},
    {"synchronize", PullRequestAction::synchronize},
    {"reopened", PullRequestAction::reopened},
    {"labeled", PullRequestAction::labeled},
    {"unlabeled", PullRequestAction::unlabeled},
    {"edited", PullRequestAction::edited},
    {"ready_for_review", PullRequestAction::ready_for_review},
    {"converted_to_draft", PullRequestAction::converted_to_draft},
    {"closed", PullRequestAction::closed},
}};

std::optional<PullRequestAction> action_named(std::string_view name) {
  const auto found = std::find_if(kActions.begin(), kActions.end(),
                                  [name](const ActionName& action) { return action.first == name; });
  if (found == kActions.end()) return std::nullopt;
  return found->second;
}

Event read_pull_request(std::string_view forge, const JsonView& payload) {
  const std::string name = payload.text("action");
  const std::optional<PullRequestAction> action = action_named(name);
  if (!action)
    return IgnoredEvent{fmt::format("the pull_request action '{:.60}' changes nothing here", name)};
  PullRequestEvent event;
  event.repo = read_event_repo(forge, payload);
  event.action = *action;
  event.pull_request = read_github_pull_request(payload.object("pull_request"), event.repo.id);
  if (const auto label = payload.optional_object("label")) event.label = label->text("name");
  if (const auto changes = payload.optional_object("changes")) {
    event.base_changed = changes->optional_object("base").has_value();
  }
  event.actor = read_event_actor(payload);
  return event;
}

Event read_push(std::string_view forge, const JsonView& payload) {
  constexpr std::string_view branches = "refs/heads/";
  PushEvent event;
  event.repo = read_event_repo(forge, payload);
  const std::string ref = payload.text("ref");
  if (ref.starts_with(branches)) event.branch = ref.substr(branches.size());
  event.after = payload.sha("after");
  for (const JsonView& commit : payload.elements("commits")) {
    for (const std::string_view kind : {"added", "modified", "removed"}) {
      for (const JsonView& file : commit.elements(kind)) event.files.push_back(file.as_text());
    }
  }
  return event;
}

Event read_label(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  const std::string name = payload.object("label").text("name");
  LabelEvent event;
  event.repo = read_event_repo(forge, payload);
  event.default_branch = payload.object("repository").optional_text("default_branch").value_or("");
  event.name = name;
  event.is_deleted = action == "deleted";
  if (event.is_deleted) return event;
  if (action != "edited")
    return IgnoredEvent{fmt::format("the label action '{:.60}' changes nothing here", action)};
  const auto changes = payload.optional_object("changes");
  const auto renamed = changes ? changes->optional_object("name") : std::nullopt;
  if (!renamed) return IgnoredEvent{"a label's colour or description changed, not its name"};
  event.name = renamed->text("from");
  event.renamed_to = name;
  return event;
}

Event read_issue_comment(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  if (action != "created")
    return IgnoredEvent{fmt::format("the issue_comment action '{:.60}' asks for nothing", action)};
  const JsonView issue = payload.object("issue");
  if (!issue.optional_object("pull_request")) return IgnoredEvent{"the comment is on an issue"};
  const JsonView comment = payload.object("comment");
  CommentEvent event;
  event.repo = read_event_repo(forge, payload);
  event.pull_request = PullNumber(issue.integer("number"));
  event.comment_id = std::to_string(comment.integer("id"));
  // A deleted account leaves no user, and with it nobody who may ask for anything.
  if (const auto user = comment.optional_object("user")) {
    event.author = user->optional_text("login").value_or("");
    event.is_bot = user->optional_text("type") == "Bot";
  }
  event.body = comment.optional_text("body").value_or("");
  return event;
}

Event read_ping(std::string_view, const JsonView& payload) {
  const auto id = payload.optional_integer("hook_id");
  return PingEvent{id ? std::to_string(*id) : ""};
}

using Reader = Event (*)(std::string_view forge, const JsonView& payload);
constexpr std::array<std::pair<std::string_view, Reader>, 13> kReaders{{
    {"pull_request", read_pull_request},
    {"push", read_push},
    {"label", read_label},
    {"issue_comment", read_issue_comment},
    {"check_run", read_check_run},
    {"check_suite", read_check_suite},
    {"merge_group", read_merge_group},
    {"workflow_run", read_workflow_run},
    {"installation", read_installation},
    {"installation_repositories", read_installation_repositories},
    {"installation_target", read_installation_target},
    {"repository", read_repository},
    {"ping", read_ping},
}};

}  // namespace

Repo read_event_repo(std::string_view forge, const JsonView& payload) {
  const JsonView repository = payload.object("repository");
  Repo repo;
  repo.forge = forge;
  repo.id = RepoId(repository.integer("id"));
  repo.full_name = repository.text("full_name");
  // Webhooks of a repository or an organization, not of an App, name no installation.
  const auto installation = payload.optional_object("installation");
  if (installation) repo.installation = InstallationId(installation->integer("id"));
  return repo;
}

std::string read_event_actor(const JsonView& payload) {
  const auto sender = payload.optional_object("sender");
  return sender ? sender->text("login") : std::string();
}

Event parse_github_event(std::string_view forge, std::string_view event, std::string_view body) {
  for (const auto& [name, read] : kReaders) {
    if (name != event) continue;
    const JsonDocument payload(body, ErrorClass::caller, fmt::format("{} payload", name));
    return read(forge, payload.root());
  }
  return IgnoredEvent{fmt::format("the event '{:.60}' is not used", event)};
}

}  // namespace diffgate::vcs
