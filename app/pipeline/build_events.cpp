#include "app/pipeline/build_events.hpp"

#include <fmt/format.h>

#include "app/log.hpp"
#include "app/pipeline/build_texts.hpp"
#include "app/sources/dbt_cloud_source.hpp"
#include "app/sources/push_trigger.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

bool names_job(const config::ProjectConfig& project, const std::string& account, dbt::CloudJobId job) {
  return project.dbt_cloud && project.dbt_cloud->account == account && job.value() != 0 &&
         (project.dbt_cloud->pull_request_job == job.value() ||
          project.dbt_cloud->artifacts_job == job.value());
}

}  // namespace

std::string BuildEvents::cloud_event(const std::string& account, const dbt::CloudEvent& event) {
  bool is_known = false;
  for (const config::ProjectConfig& project : services_.config.projects) {
    if (!names_job(project, account, event.job)) continue;
    is_known = true;
    board_.build_moved(ProjectId(project.id));
  }
  if (!is_known) return fmt::format("no project names dbt Cloud job {}", event.job.value());
  return fmt::format("{}: {}", cloud_run_name(event.run), event.type);
}

bool BuildEvents::has_more(const std::string& account, const dbt::CloudEvent& event) const {
  if (!event.is_end() || event.run.value() == 0) return false;
  for (const config::ProjectConfig& project : services_.config.projects) {
    const bool is_build =
        names_job(project, account, event.job) && project.dbt_cloud->pull_request_job == event.job.value();
    if (is_build) return true;
  }
  return false;
}

Awaitable<std::string> BuildEvents::revive_after(std::string account, dbt::CloudEvent event,
                                                 std::string note) {
  dbt::CloudClient* cloud = services_.sources ? services_.sources->cloud(account) : nullptr;
  if (cloud == nullptr) co_return note;
  // The event names no commit.
  const dbt::CloudRun run = co_await cloud->run(event.run);
  const auto sha = vcs::parse_sha(run.git_sha);
  if (!sha) co_return note;
  for (const config::ProjectConfig& project : services_.config.projects) {
    if (names_job(project, account, event.job)) co_await revive(ProjectId(project.id), *sha);
  }
  co_return note;
}

Awaitable<std::string> BuildEvents::ci_run_ended(vcs::CiRunEvent event) {
  const auto projects = co_await projects_of(services_, event.repo);
  for (const config::ProjectConfig* project : projects) {
    if (!project->ci_artifacts) continue;
    board_.build_moved(ProjectId(project->id));
    co_await revive(ProjectId(project->id), event.head_sha);
    if (event.pull_request) co_await revive_pull(ProjectId(project->id), *event.pull_request);
  }
  co_return "CI run of " + short_sha(event.head_sha) + " ended";
}

Awaitable<void> BuildEvents::revive(ProjectId project, vcs::Sha head_sha) {
  const std::vector<Run> runs = co_await services_.store.runs_of_head(project, std::move(head_sha));
  for (const Run& run : runs) look_again_if_failed(run);
}

// By the newest run, whose head it may be that was built.
Awaitable<void> BuildEvents::revive_pull(ProjectId project, vcs::PullNumber number) {
  RunFilter filter;
  filter.projects = {project};
  filter.pull = number;
  filter.limit = 1;
  const std::vector<Run> runs = co_await services_.store.list_runs(std::move(filter));
  for (const Run& run : runs) look_again_if_failed(run);
}

void BuildEvents::look_again_if_failed(const Run& run) {
  if (run.state == RunState::failed && waits_for_a_build(run.reason_code))
    look_again_(run.repository, run.key.pull);
}

Awaitable<bool> BuildEvents::starts_jobs(vcs::PushEvent push) {
  const auto projects = co_await projects_of(services_, push.repo);
  co_return !triggered_by(projects, push).empty();
}

Awaitable<std::string> BuildEvents::start_jobs(vcs::PushEvent push) {
  const auto projects = co_await projects_of(services_, push.repo);
  std::string note;
  for (const config::ProjectConfig* project : triggered_by(projects, push)) {
    dbt::CloudClient* cloud =
        services_.sources ? services_.sources->cloud(project->dbt_cloud->account) : nullptr;
    if (cloud == nullptr) continue;
    std::string line;
    bool is_started = false;
    try {
      const dbt::CloudRun run =
          co_await cloud->trigger(dbt::CloudJobId(project->dbt_cloud->artifacts_job), trigger_for(push));
      line = fmt::format("started {} of job {}", cloud_run_name(run.id), project->dbt_cloud->artifacts_job);
      is_started = true;
    } catch (const Error& error) {
      line = fmt::format("job {} not started: {}", project->dbt_cloud->artifacts_job, error.what());
    }
    services_.metrics.add("diffgate_job_triggers_total", {{"result", is_started ? "started" : "failed"}});
    log(is_started ? LogLevel::info : LogLevel::error, is_started ? "job started" : "job not started",
        {{"project", project->name}, {"branch", push.branch}, {"sha", push.after.value()}, {"reason", line}});
    note += (note.empty() ? "" : "; ") + line;
  }
  co_return note;
}

}  // namespace diffgate::app
