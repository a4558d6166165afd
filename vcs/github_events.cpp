#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "vcs/events.hpp"
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

Repo read_repo(std::string_view forge, const JsonView& payload) {
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

Event read_pull_request(std::string_view forge, const JsonView& payload) {
  const std::string name = payload.text("action");
  const std::optional<PullRequestAction> action = action_named(name);
  if (!action)
    return IgnoredEvent{fmt::format("the pull_request action '{:.60}' changes nothing here", name)};
  PullRequestEvent event;
  event.repo = read_repo(forge, payload);
  event.action = *action;
  event.pull_request = read_github_pull_request(payload.object("pull_request"), event.repo.id);
  if (const auto label = payload.optional_object("label")) event.label = label->text("name");
  if (const auto changes = payload.optional_object("changes")) {
    event.base_changed = changes->optional_object("base").has_value();
  }
  if (const auto sender = payload.optional_object("sender")) event.actor = sender->text("login");
  return event;
}

Event read_push(std::string_view forge, const JsonView& payload) {
  constexpr std::string_view branches = "refs/heads/";
  PushEvent event;
  event.repo = read_repo(forge, payload);
  const std::string ref = payload.text("ref");
  if (ref.starts_with(branches)) event.branch = ref.substr(branches.size());
  event.after = payload.sha("after");
  return event;
}

Event read_label(std::string_view forge, const JsonView& payload) {
  const std::string action = payload.text("action");
  const std::string name = payload.object("label").text("name");
  if (action == "deleted") return LabelEvent{read_repo(forge, payload), name, "", true};
  if (action != "edited")
    return IgnoredEvent{fmt::format("the label action '{:.60}' changes nothing here", action)};
  const auto changes = payload.optional_object("changes");
  const auto renamed = changes ? changes->optional_object("name") : std::nullopt;
  if (!renamed) return IgnoredEvent{"a label's colour or description changed, not its name"};
  return LabelEvent{read_repo(forge, payload), renamed->text("from"), name, false};
}

Event read_ping(std::string_view, const JsonView& payload) {
  const auto id = payload.optional_integer("hook_id");
  return PingEvent{id ? std::to_string(*id) : ""};
}

using Reader = Event (*)(std::string_view forge, const JsonView& payload);
constexpr std::array<std::pair<std::string_view, Reader>, 4> kReaders{{
    {"pull_request", read_pull_request},
    {"push", read_push},
    {"label", read_label},
    {"ping", read_ping},
}};

}  // namespace

Event parse_github_event(std::string_view forge, std::string_view event, std::string_view body) {
  for (const auto& [name, read] : kReaders) {
    if (name != event) continue;
    const JsonDocument payload(body, ErrorClass::caller, fmt::format("{} payload", name));
    return read(forge, payload.root());
  }
  return IgnoredEvent{fmt::format("the event '{:.60}' is not used", event)};
}

}  // namespace diffgate::vcs
