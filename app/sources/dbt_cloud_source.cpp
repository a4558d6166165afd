#include "app/sources/dbt_cloud_source.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "app/log.hpp"
#include "app/pipeline/texts.hpp"
#include "app/sources/cloud_choice.hpp"
#include "dbt/merged_results.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

using dbt::CloudRun;
using dbt::CloudStatus;

constexpr int kMostPages = 10;  // of a hundred runs each: further back nothing is of use
// Between the end of a run and its artifacts, which dbt Cloud saves afterwards.
constexpr std::chrono::minutes kSavingTime{5};

SourceReport pending(std::string line, std::string url = {}) {
  SourceReport report;
  report.line = std::move(line);
  report.url = std::move(url);
  return report;
}

SourceReport ended(std::string code, std::string line, std::string url, std::string detail = {}) {
  SourceReport report;
  report.state = SourceReport::State::ended;
  report.code = std::move(code);
  report.line = std::move(line);
  report.url = std::move(url);
  report.detail = std::move(detail);
  return report;
}

SourceReport ready() {
  SourceReport report;
  report.state = SourceReport::State::ready;
  return report;
}

SourceReport cancelled_report(const CloudRun& run, const std::optional<CloudRun>& replaced_by,
                              const std::string& url) {
  const std::string name = cloud_run_name(run.id);
  if (run.is_skipped) return ended("build_skipped", name + " was skipped by dbt Cloud", url, run.message);
  if (replaced_by) {
    return ended("build_superseded",
                 fmt::format("{} was superseded by {} of commit {}", name, cloud_run_name(replaced_by->id),
                             replaced_by->git_sha.substr(0, 7)),
                 url, run.message);
  }
  return ended("build_cancelled", name + " was cancelled", url, run.message);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  if (!file.flush()) throw Error(ErrorClass::configuration, "can't write the file", path);
}

// What is wrong with a fetched file is nobody's upload: the run is named.
Awaitable<void> receive_from(Reception reception, Artifact target, std::string path) {
  std::optional<Error> refused;
  try {
    IncomingFile file;
    file.path = std::move(path);
    co_await receive_file(reception, target, std::move(file));
  } catch (const Error& error) {
    refused = error;
  }
  if (!refused) co_return;
  if (refused->error_class() != ErrorClass::caller) throw Error(*refused);
  throw Error(ErrorClass::remote_final, refused->problem(), target.origin + ": " + refused->where(),
              refused->hint());
}

}  // namespace

std::string cloud_run_name(dbt::CloudRunId run) { return fmt::format("dbt Cloud run {}", run.value()); }

Awaitable<SourceReport> DbtCloudSource::pull_request(Run run) {
  const dbt::CloudJobId job(jobs_.pull_request_job);
  std::vector<CloudRun> seen;
  std::int64_t total = 0;
  for (int page = 0; page < kMostPages; ++page) {
    dbt::CloudRunPage got = co_await client_.runs(job, page * dbt::CloudClient::kPageSize, std::nullopt);
    total = got.total;
    const bool is_last = got.runs.size() < static_cast<std::size_t>(dbt::CloudClient::kPageSize);
    seen.insert(seen.end(), std::make_move_iterator(got.runs.begin()),
                std::make_move_iterator(got.runs.end()));
    CloudChoice choice = choose_cloud_run(seen, run.key.head_sha.value(), run.key.pull.value());
    if (choice.run && choice.run->status != CloudStatus::cancelled) {
      co_return co_await report_of(std::move(run), std::move(*choice.run));
    }
    // A cancelled one may have an older brother that came through: of the same page or not at all, as both
    // are of one commit.
    if (choice.run) co_return cancelled_report(*choice.run, choice.replaced_by, client_.page_of(*choice.run));
    if (is_last) break;
  }
  co_return co_await nothing_yet(std::move(run), job, total);
}

Awaitable<SourceReport> DbtCloudSource::nothing_yet(Run run, dbt::CloudJobId job, std::int64_t total) {
  if (total == 0) {
    // An unknown job has no runs either; asking for it tells them apart.
    const dbt::CloudJob known = co_await client_.job(job);
    if (known.is_deleted) {
      throw Error(ErrorClass::configuration, fmt::format("dbt Cloud job {} is deleted", job.value()), {},
                  "name the job of today under dbt_cloud in the server's configuration");
    }
  }
  co_return pending(
      fmt::format("no run of dbt Cloud job {} for {} yet", job.value(), short_sha(run.key.head_sha)));
}

Awaitable<SourceReport> DbtCloudSource::report_of(Run run, CloudRun built) {
  const std::string name = cloud_run_name(built.id);
  const std::string page = client_.page_of(built);
  if (!built.is_over()) co_return pending(fmt::format("{} is {}", name, words_for(built.status)), page);
  SourceReport report = ready();
  if (built.status == CloudStatus::error) {
    report.warning = name + " failed: only what it built was compared";
    report.url = page;
  }
  const bool known = co_await is_stored(run.key.project, RunType::pull_request, run.key.head_sha, built.id);
  if (known) co_return report;
  const bool is_fresh = reception_.clock.now() - built.finished_at < kSavingTime;
  if (!built.has_artifacts && built.status == CloudStatus::success && is_fresh) {
    co_return pending(name + " has ended, its artifacts are being saved", page);
  }
  bool is_taken = false;
  if (built.has_artifacts) {
    built = co_await client_.run(built.id);
    is_taken = co_await take_artifacts(run.key.project, RunType::pull_request, run.key.head_sha, built);
  }
  if (is_taken) co_return report;
  if (built.status == CloudStatus::error)
    co_return ended("build_failed", name + " failed", page, built.message);
  co_return ended("build_without_artifacts", name + " has no manifest, or has it no longer", page,
                  built.message);
}

Awaitable<std::optional<CloudRun>> DbtCloudSource::find_good_run(std::optional<std::string> sha) {
  const dbt::CloudJobId job(jobs_.artifacts_job);
  for (int page = 0; page < kMostPages; ++page) {
    dbt::CloudRunPage got =
        co_await client_.runs(job, page * dbt::CloudClient::kPageSize, CloudStatus::success);
    for (CloudRun& run : got.runs) {
      const bool is_good =
          run.status == CloudStatus::success && run.has_artifacts && vcs::parse_sha(run.git_sha);
      if (is_good && (!sha || run.git_sha == *sha)) co_return std::move(run);
    }
    if (got.runs.size() < static_cast<std::size_t>(dbt::CloudClient::kPageSize)) break;
  }
  co_return std::nullopt;
}

Awaitable<SourceReport> DbtCloudSource::production(Run run, std::optional<vcs::Sha> commit) {
  std::optional<CloudRun> built;
  if (commit) built = co_await find_good_run(commit->value());
  if (!built) built = co_await find_good_run(std::nullopt);
  if (!built) {
    const dbt::CloudJobId job(jobs_.artifacts_job);
    co_await client_.job(job);  // throws if there is no such job
    co_return pending(fmt::format("no successful run of dbt Cloud job {} yet", job.value()));
  }
  const vcs::Sha sha(built->git_sha);
  const bool known = co_await is_stored(run.key.project, RunType::production, sha, built->id);
  if (known) co_return ready();
  const CloudRun whole = co_await client_.run(built->id);
  const bool is_taken = co_await take_artifacts(run.key.project, RunType::production, sha, whole);
  if (is_taken) co_return ready();
  co_return pending(cloud_run_name(built->id) + " has no manifest, or has it no longer",
                    client_.page_of(*built));
}

Awaitable<bool> DbtCloudSource::is_stored(ProjectId project, RunType type, vcs::Sha sha,
                                          dbt::CloudRunId run) {
  const auto known =
      co_await reception_.store.artifact(project, type, std::move(sha), ArtifactKind::manifest);
  co_return known && known->origin == cloud_run_name(run);
}

// Run results first: the manifest is what lets a run go on.
Awaitable<bool> DbtCloudSource::take_artifacts(ProjectId project, RunType type, vcs::Sha sha, CloudRun run) {
  Artifact target;
  target.project = project;
  target.type = type;
  target.sha = std::move(sha);
  target.branch = run.git_branch;
  target.received_at = run.finished_at;
  target.origin = cloud_run_name(run.id);
  const FileRemover file(fmt::format("{}/cloud-{}-{}", reception_.files.incoming(), run.id.value(),
                                     net::to_hex(net::random_bytes(8))));
  if (type == RunType::pull_request) co_await take_run_results(target, run, file.path());
  co_return co_await take_manifest(std::move(target), std::move(run), file.path());
}

Awaitable<bool> DbtCloudSource::take_manifest(Artifact target, CloudRun run, std::string file) {
  target.kind = ArtifactKind::manifest;
  std::vector<std::optional<int>> places;
  for (const dbt::CloudStep& step : manifest_steps(run)) places.emplace_back(step.index);
  places.emplace_back(std::nullopt);  // the run's last word, whatever its steps are called
  for (const std::optional<int> step : places) {
    const bool is_there =
        co_await client_.fetch_artifact(run.id, "manifest.json", step, file, reception_.max_bytes);
    if (!is_there) continue;
    co_await receive_from(reception_, target, file);
    log(LogLevel::info, "manifest fetched",
        {{"project", std::to_string(target.project.value())},
         {"from", target.origin},
         {"sha", target.sha.value()}});
    co_return true;
  }
  co_return false;
}

// What each building command made. A dbt Cloud that does not know `step` answers with the last step's file,
// the same for all, which merging leaves out if its command builds nothing.
Awaitable<void> DbtCloudSource::take_run_results(Artifact target, CloudRun run, std::string file) {
  target.kind = ArtifactKind::run_results;
  std::vector<std::string> contents;
  for (const dbt::CloudStep& step : build_steps(run)) {
    const bool is_there =
        co_await client_.fetch_artifact(run.id, "run_results.json", step.index, file, reception_.max_bytes);
    if (!is_there) continue;
    auto read = [file] { return bytes_of(file); };
    contents.push_back(co_await run_blocking(reception_.pool, read));
  }
  if (contents.empty()) co_return;
  auto merge = [file, contents = std::move(contents)] {
    const auto merged = dbt::merged_run_results(contents);
    if (merged) write_bytes(file, *merged);
    return merged.has_value();
  };
  const bool is_useful = co_await run_blocking(reception_.pool, std::move(merge));
  if (is_useful) co_await receive_from(reception_, std::move(target), file);
}

}  // namespace diffgate::app
