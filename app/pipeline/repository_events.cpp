#include "app/pipeline/repository_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/log.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kRunsLookedAt = 500;

bool is_of(const Run& run, const vcs::Repo& repo) {
  return run.key.forge == repo.forge && run.key.repo == repo.id;
}

// A required check that never comes keeps a merge queue waiting for good, so a merge group is answered at
// once. Each pull request in it has had its data compared, and a check of ours that failed kept it out of the
// queue.
vcs::Check merge_group_check(const std::string& name, const vcs::MergeGroupEvent& event) {
  vcs::Check check;
  check.name = name;
  check.head_sha = event.head_sha;
  check.state = vcs::CheckState::completed;
  check.conclusion = vcs::Conclusion::success;
  check.title = "Compared on the pull request";
  check.summary =
      "The data diff runs on each pull request before it enters the merge queue; nothing is measured again "
      "here.";
  check.external_id = "merge-group-" + event.head_sha.value();
  return check;
}

void log_other_name(const config::ProjectConfig& project, const vcs::Repo& repo) {
  log(LogLevel::warning, "a project's repository has another name",
      {{"project", project.name},
       {"configured", project.repository},
       {"repository", repo.full_name},
       {"hint", "it is still found by its number; write the new name into the server's configuration"}});
}

}  // namespace

Awaitable<void> RepositoryEvents::handle(vcs::Repo, std::vector<vcs::Event> events) {
  for (vcs::Event& event : events) {
    if (auto* push = std::get_if<vcs::PushEvent>(&event)) co_await on(std::move(*push));
    if (auto* label = std::get_if<vcs::LabelEvent>(&event)) co_await on(std::move(*label));
    if (auto* button = std::get_if<vcs::CheckActionEvent>(&event)) co_await on(std::move(*button));
    if (auto* group = std::get_if<vcs::MergeGroupEvent>(&event)) co_await on(std::move(*group));
    if (auto* installation = std::get_if<vcs::InstallationEvent>(&event))
      co_await on(std::move(*installation));
    if (auto* repository = std::get_if<vcs::RepositoryEvent>(&event)) co_await on(std::move(*repository));
  }
}

// A push to a pull request comes as an event of that pull request too, and a merge must not set off every
// open one. But where it changes the rules, those who wait for or were stopped by the old ones get the new
// ones.
Awaitable<void> RepositoryEvents::on(vcs::PushEvent event) {
  const bool changes_rules =
      std::find(event.files.begin(), event.files.end(), kRulesFile) != event.files.end();
  if (event.branch.empty() || !changes_rules) co_return;
  RunFilter filter;
  for (const config::ProjectConfig* project : co_await projects_of(services_, event.repo)) {
    filter.projects.emplace_back(project->id);
  }
  filter.limit = kRunsLookedAt;
  const std::vector<Run> runs = co_await services_.store.list_runs(filter);
  std::set<vcs::PullNumber> seen;  // newest first: an earlier run of the same pull request has had its day
  for (const Run& run : runs) {
    if (!is_of(run, event.repo) || run.base_branch != event.branch) continue;
    if (!seen.insert(run.key.pull).second) continue;
    const bool was_stopped = run.state == RunState::failed && run.reason_code == "rules";
    if (was_stopped || !is_final(run.state)) look_at_(event.repo, run.key.pull);
  }
}

Awaitable<void> RepositoryEvents::on(vcs::LabelEvent event) {
  vcs::Forge& forge = services_.forge(event.repo.forge);
  for (const config::ProjectConfig* project : co_await projects_of(services_, event.repo)) {
    std::string wanted = project->rules.pull_request_label;
    const std::optional<vcs::Sha> tip = event.default_branch.empty()
                                            ? std::nullopt
                                            : co_await forge.branch_tip(event.repo, event.default_branch);
    if (tip) {
      const EffectiveRules effective = co_await rules_.at(*project, event.repo, event.default_branch, *tip);
      wanted = effective.rules.pull_request_label;
    }
    if (wanted.empty() || wanted != event.name) continue;
    const std::string fate = event.is_deleted ? "was deleted" : "is now called '" + event.renamed_to + "'";
    log(LogLevel::warning, "the label of a rule " + fate,
        {{"repository", event.repo.full_name},
         {"project", project->name},
         {"label", event.name},
         {"hint", event.is_deleted ? "no pull request is diffed until the label or the rule is changed"
                                   : "set pull_request_label to the new name"}});
    services_.metrics.add("diffgate_rule_labels_lost_total", {{"project", project->name}});
  }
}

// Nothing of ours is known of the commit, so the forge is asked whose head it is. Looking at those is what a
// re-run of all checks asks for.
Awaitable<void> RepositoryEvents::on(vcs::CheckActionEvent event) {
  vcs::Forge& forge = services_.forge(event.repo.forge);
  const std::vector<vcs::PullNumber> pulls = co_await forge.pull_requests_of(event.repo, event.head_sha);
  for (const vcs::PullNumber number : pulls) look_at_(event.repo, number);
  if (pulls.empty()) {
    log(LogLevel::info, "a check of a commit that is no pull request's head was asked for",
        {{"repository", event.repo.full_name}, {"commit", event.head_sha.value()}});
  }
}

Awaitable<void> RepositoryEvents::on(vcs::MergeGroupEvent event) {
  if (event.is_destroyed) co_return;
  vcs::Forge& forge = services_.forge(event.repo.forge);
  for (const config::ProjectConfig* project : co_await projects_of(services_, event.repo)) {
    co_await forge.publish_check(event.repo, std::nullopt,
                                 merge_group_check(check_name(services_.config, *project), event));
  }
}

Awaitable<void> RepositoryEvents::cancel_runs(std::function<bool(const Run&)> which, std::string code,
                                              std::string reason) {
  const std::vector<Run> runs = co_await services_.store.unfinished_runs();
  for (const Run& run : runs) {
    if (which(run)) co_await board_.cancel(run, code, reason);
  }
}

Awaitable<void> RepositoryEvents::on(vcs::InstallationEvent event) {
  const auto is_its = [&event](const Run& run) {
    return run.key.forge == event.forge && run.repository.installation == event.installation;
  };
  const StoppedInstallation stopped{event.forge, event.installation};
  switch (event.action) {
    case vcs::InstallationAction::deleted:
    case vcs::InstallationAction::suspended: {
      const bool is_gone = event.action == vcs::InstallationAction::deleted;
      log(LogLevel::warning, is_gone ? "the App was removed" : "the App was suspended",
          {{"account", event.account}, {"installation", std::to_string(event.installation.value())}});
      co_await services_.store.stop_installation(event.forge, event.installation);
      services_.stopped_installations.insert(stopped);
      co_await cancel_runs(
          is_its, "installation_stopped",
          fmt::format("the App was {} by {}", is_gone ? "removed" : "suspended", event.account));
      break;
    }
    case vcs::InstallationAction::account_renamed:
      co_await rename_account(std::move(event));
      break;
    case vcs::InstallationAction::created:
    case vcs::InstallationAction::unsuspended:
    case vcs::InstallationAction::permissions_accepted:
    case vcs::InstallationAction::changed: {
      const auto is_removed = [&event](const Run& run) {
        return std::any_of(event.removed.begin(), event.removed.end(),
                           [&run](const vcs::Repo& repo) { return is_of(run, repo); });
      };
      if (!event.removed.empty())
        co_await cancel_runs(is_removed, "installation_stopped", "the App was removed from the repository");
      co_await resume(event);
      break;
    }
  }
}

// GitHub tells of the account alone, and gives the old name away to whoever asks for it.
Awaitable<void> RepositoryEvents::rename_account(vcs::InstallationEvent event) {
  const std::string before = event.former_account + "/";
  for (const config::ProjectConfig& project : services_.config.projects) {
    const ProjectId id(project.id);
    std::optional<vcs::Repo> repo = co_await services_.store.repository_of_project(id);
    if (!repo || repo->forge != event.forge || repo->installation != event.installation) continue;
    if (!repo->full_name.starts_with(before)) continue;
    repo->full_name = event.account + repo->full_name.substr(before.size() - 1);
    log_other_name(project, *repo);
    co_await services_.store.remember_repository(id, std::move(*repo));
  }
}

// What ended or was missed while the installation was stopped is made up for.
Awaitable<void> RepositoryEvents::resume(vcs::InstallationEvent event) {
  co_await services_.store.resume_installation(event.forge, event.installation);
  const bool was_stopped = services_.stopped_installations.erase({event.forge, event.installation}) > 0;
  std::set<vcs::RepoId> looked_at;
  for (const config::ProjectConfig& project : services_.config.projects) {
    std::optional<vcs::Repo> repo = co_await services_.store.repository_of_project(ProjectId(project.id));
    // Before its first event nothing can have been missed.
    if (!repo || repo->forge != event.forge) continue;
    const auto added = std::find_if(event.added.begin(), event.added.end(),
                                    [&](const vcs::Repo& one) { return one.id == repo->id; });
    if (added != event.added.end()) {
      repo = *added;  // installed anew, it has another number
      co_await services_.store.remember_repository(ProjectId(project.id), *repo);
    } else if (!was_stopped || repo->installation != event.installation) {
      continue;
    }
    if (looked_at.insert(repo->id).second) co_await look_at_open_pulls(*repo);
  }
  const std::vector<Run> unpublished = co_await services_.store.unpublished_runs();
  for (const Run& run : unpublished) {
    if (looked_at.contains(run.key.repo)) board_.publish(run);
  }
}

Awaitable<void> RepositoryEvents::look_at_open_pulls(vcs::Repo repo) {
  vcs::Forge& forge = services_.forge(repo.forge);
  const std::vector<vcs::PullRequest> pulls = co_await forge.open_pull_requests(repo);
  for (const vcs::PullRequest& pull : pulls) look_at_(repo, pull.number);
}

Awaitable<void> RepositoryEvents::on(vcs::RepositoryEvent event) {
  if (event.action == vcs::RepositoryAction::deleted) {
    co_await services_.store.forget_repository(event.repo.forge, event.repo.id);
    const auto is_its = [repo = event.repo](const Run& run) { return is_of(run, repo); };
    co_await cancel_runs(is_its, "repository_deleted", "the repository was deleted");
    co_return;
  }
  for (const config::ProjectConfig* project : co_await projects_of(services_, event.repo)) {
    co_await services_.store.remember_repository(ProjectId(project->id), event.repo);
    log_other_name(*project, event.repo);
  }
}

}  // namespace diffgate::app
