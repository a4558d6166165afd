#pragma once

// Artifacts of the runs of dbt Cloud's jobs.

#include <memory>
#include <string>

#include "app/artifact_reception.hpp"
#include "app/sources/artifact_source.hpp"
#include "config/server_config.hpp"
#include "dbt/cloud_client.hpp"

namespace diffgate::app {

// "dbt Cloud run 4711": names the run in the store, in texts and in logs.
std::string cloud_run_name(dbt::CloudRunId run);

class DbtCloudSource final : public ArtifactSource {
 public:
  // `client` and `jobs` must outlive it.
  DbtCloudSource(dbt::CloudClient& client, const config::DbtCloudJobs& jobs, Reception reception)
      : client_(client), jobs_(jobs), reception_(reception) {}

  // The run of the pull request's job for this very commit: the newest one that was not cancelled.
  Awaitable<SourceReport> pull_request(Run run) override;

  // The artifacts job's last good run, or the last good one of `commit`.
  Awaitable<SourceReport> production(Run run, std::optional<vcs::Sha> commit) override;

 private:
  Awaitable<SourceReport> report_of(Run run, dbt::CloudRun built);
  Awaitable<SourceReport> nothing_yet(Run run, dbt::CloudJobId job, std::int64_t total);
  Awaitable<std::optional<dbt::CloudRun>> find_good_run(std::optional<std::string> sha);
  Awaitable<bool> is_stored(ProjectId project, RunType type, vcs::Sha sha, dbt::CloudRunId run);
  Awaitable<bool> take_artifacts(ProjectId project, RunType type, vcs::Sha sha, dbt::CloudRun run);
  Awaitable<bool> take_manifest(Artifact target, dbt::CloudRun run, std::string file);
  Awaitable<void> take_run_results(Artifact target, dbt::CloudRun run, std::string file);

  dbt::CloudClient& client_;
  const config::DbtCloudJobs& jobs_;
  Reception reception_;
};

}  // namespace diffgate::app
