#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "vcs/github_event_readers.hpp"

// What becomes of the App's installations and of the repositories themselves.

namespace diffgate::vcs {
namespace {

constexpr std::array<std::pair<std::string_view, InstallationAction>, 5> kInstallationActions{{
    {"created", InstallationAction::created},
    {"deleted", InstallationAction::deleted},
    {"suspend", InstallationAction::suspended},
    {"unsuspend", InstallationAction::unsuspended},
    {"new_permissions_accepted", InstallationAction::permissions_accepted},
}};

constexpr std::array<std::pair<std::string_view, RepositoryAction>, 3> kRepositoryActions{{
    {"renamed", RepositoryAction::renamed},
    {"transferred", RepositoryAction::transferred},
    {"deleted", RepositoryAction::deleted},
}};

template <class Table>
auto action_in(const Table& table, std::string_view name) -> std::optional<decltype(table[0].second)> {
  for (const auto& [known, action] : table) {
    if (known == name) return action;
  }
  return std::nullopt;
}

Event unused(std::string_view event, const std::string& action) {
  return IgnoredEvent{fmt::format("the {} action '{:.60}' changes nothing here", event, action)};
}

InstallationEvent read_head(std::string_view forge, const JsonView& payload) {
  const JsonView installation = payload.object("installation");
  InstallationEvent event;
  event.forge = forge;
  event.installation = InstallationId(installation.integer("id"));
  if (const auto account = installation.optional_object("account"))
    event.account = account->optional_text("login").value_or("");
  return event;
}

std::vector<Repo> read_repositories(const InstallationEvent& event, const JsonView& payload,
                                    std::string_view key) {
  std::vector<Repo> repositories;
  for (const JsonView& one : payload.elements(key)) {
    repositories.push_back(
        {event.forge, RepoId(one.integer("id")), event.installation, one.text("full_name")});
  }
  return repositories;
}

}  // namespace

Event read_installation(std::string_view forge, const JsonView& payload) {
  const std::string name = payload.text("action");
  const auto action = action_in(kInstallationActions, name);
  if (!action) return unused("installation", name);
  InstallationEvent event = read_head(forge, payload);
  event.action = *action;
  if (event.action == InstallationAction::created)
    event.added = read_repositories(event, payload, "repositories");
  return event;
}

Event read_installation_repositories(std::string_view forge, const JsonView& payload) {
  InstallationEvent event = read_head(forge, payload);
  event.action = InstallationAction::changed;
  event.added = read_repositories(event, payload, "repositories_added");
  event.removed = read_repositories(event, payload, "repositories_removed");
  return event;
}

Event read_installation_target(std::string_view forge, const JsonView& payload) {
  const std::string name = payload.text("action");
  if (name != "renamed") return unused("installation_target", name);
  InstallationEvent event = read_head(forge, payload);
  event.action = InstallationAction::account_renamed;
  event.account = payload.object("account").text("login");
  // An enterprise has a slug in place of a login, and no repositories of its own.
  const auto login = payload.object("changes").optional_object("login");
  if (!login) return IgnoredEvent{"an account was renamed that has no repositories"};
  event.former_account = login->text("from");
  return event;
}

Event read_repository(std::string_view forge, const JsonView& payload) {
  const std::string name = payload.text("action");
  const auto action = action_in(kRepositoryActions, name);
  if (!action) return unused("repository", name);
  return RepositoryEvent{read_event_repo(forge, payload), *action};
}

}  // namespace diffgate::vcs
