#include "app/pipeline/artifact_fetch.hpp"

#include <algorithm>
#include <array>

#include "app/log.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using std::chrono::seconds;

// Between two looks; the last one repeats. A webhook makes them unnecessary, but may be lost.
constexpr std::array kPauses = {seconds(10), seconds(15), seconds(15), seconds(30), seconds(30), seconds(60)};
// So often may a source of production fail before the manifest that is there already has to do.
constexpr int kProductionTries = 3;

}  // namespace

config::BaseArtifacts base_artifacts_of(const config::ProjectConfig& project, config::BaseArtifacts wanted) {
  if (wanted != config::BaseArtifacts::automatic) return wanted;
  if (project.dbt_cloud && project.dbt_cloud->artifacts_job != 0) return config::BaseArtifacts::latest;
  if (project.production_manifest) {
    const bool is_by_commit = project.production_manifest->url.expose().find("{sha}") != std::string::npos;
    return is_by_commit ? config::BaseArtifacts::merge_base : config::BaseArtifacts::latest;
  }
  return config::BaseArtifacts::merge_base;
}

ArtifactFetch::ArtifactFetch(Services& services, const config::ProjectConfig& project,
                             config::BaseArtifacts base)
    : services_(services), base_(base) {
  if (!services.sources) return;
  const ProjectSources sources = services.sources->of(ProjectId(project.id));
  pull_request_.source = sources.pull_request;
  production_.source = sources.production;
}

Awaitable<void> ArtifactFetch::look(Run run, bool is_woken) {
  const UtcTime now = services_.clock.now();
  const bool is_open = !pull_request_.is_ready() || !production_.is_ready();
  if (!is_open || (!is_woken && now < not_before_)) co_return;
  not_before_ = now + kPauses.at(std::min(looks_, kPauses.size() - 1));
  ++looks_;
  if (!pull_request_.is_ready()) {
    const bool is_there = co_await is_uploaded(run);
    if (is_there) {
      pull_request_.source = nullptr;
    } else {
      co_await ask(pull_request_, pull_request_.source->pull_request(run));
    }
  }
  if (pull_request_.has_ended() || production_.is_ready()) co_return;
  const std::optional<vcs::Sha> commit = co_await wanted_commit(run);
  co_await ask(production_, production_.source->production(run, commit));
}

// What people upload themselves goes before what can be fetched.
Awaitable<bool> ArtifactFetch::is_uploaded(Run run) {
  const auto known = co_await services_.store.artifact(run.key.project, RunType::pull_request,
                                                       run.key.head_sha, ArtifactKind::manifest);
  co_return known && known->origin.empty();
}

Awaitable<std::optional<vcs::Sha>> ArtifactFetch::wanted_commit(Run run) {
  if (base_ == config::BaseArtifacts::latest) co_return std::nullopt;
  if (!commit_) {
    vcs::Forge& forge = services_.forge(run.key.forge);
    commit_ = co_await forge.merge_base(run.repository, run.base_sha, run.key.head_sha);
  }
  co_return *commit_;
}

Awaitable<void> ArtifactFetch::ask(Side& side, Awaitable<SourceReport> question) {
  std::optional<Error> failure;
  try {
    side.report = co_await std::move(question);
    side.failures = 0;
  } catch (const Error& error) {
    failure = error;
  }
  if (!failure) co_return;
  if (failure->error_class() != ErrorClass::remote_transient) throw Error(*failure);
  ++side.failures;
  log(LogLevel::warning, "artifacts can't be asked for, trying again", {{"reason", failure->what()}});
  side.report.emplace();
  side.report->line = failure->what();
}

const SourceReport* ArtifactFetch::ended() const {
  return pull_request_.has_ended() ? &*pull_request_.report : nullptr;
}

bool ArtifactFetch::is_settled() const {
  return pull_request_.is_ready() && (production_.is_ready() || production_.failures >= kProductionTries);
}

std::vector<std::string> ArtifactFetch::waiting_for() const {
  std::vector<std::string> lines;
  for (const Side* side : {&pull_request_, &production_}) {
    if (!side->is_ready() && side->report && !side->report->line.empty()) lines.push_back(side->report->line);
  }
  return lines;
}

std::string ArtifactFetch::url() const {
  for (const Side* side : {&pull_request_, &production_}) {
    if (!side->is_ready() && side->report && !side->report->url.empty()) return side->report->url;
  }
  return {};
}

std::vector<BuildNote> ArtifactFetch::notes() const {
  std::vector<BuildNote> notes;
  for (const Side* side : {&pull_request_, &production_}) {
    if (side->report && !side->report->warning.empty()) {
      notes.push_back({side->report->warning, side->report->url});
    }
  }
  if (!production_.is_ready()) {
    const std::string reason = production_.report ? production_.report->line : "not asked for";
    notes.push_back({"a newer production manifest could not be fetched: " + reason, {}});
  }
  return notes;
}

}  // namespace diffgate::app
