#include "app/sources/artifact_sources.hpp"

#include <algorithm>

#include "app/connections.hpp"
#include "app/sources/ci_artifact_source.hpp"
#include "app/sources/dbt_cloud_source.hpp"
#include "app/sources/location_source.hpp"

namespace diffgate::app {

dbt::CloudOptions cloud_options(const config::DbtCloudAccount& account) {
  dbt::CloudOptions options;
  options.url = account.url;
  options.account_id = account.account_id;
  options.token = account.token;
  options.is_bearer = account.authorization == config::DbtCloudAccount::Authorization::bearer;
  return options;
}

ArtifactSource* ArtifactSources::add(std::unique_ptr<ArtifactSource> source) {
  sources_.push_back(std::move(source));
  return sources_.back().get();
}

ArtifactSources::ArtifactSources(const asio::any_io_executor& executor, const config::ServerConfig& config,
                                 net::HttpClient& http, Reception reception) {
  for (const config::DbtCloudAccount& account : config.dbt_cloud) {
    clouds_[account.name] = std::make_unique<dbt::CloudClient>(http, reception.clock, cloud_options(account));
  }
  const bool needs_ci = std::ranges::any_of(
      config.projects, [](const config::ProjectConfig& project) { return project.ci_artifacts.has_value(); });
  for (const config::GitHubApp& app : config.github) {
    if (!needs_ci) break;
    ci_[app.name] =
        vcs::create_github_ci_artifacts(executor, http, reception.clock, forge_options(app, std::nullopt));
  }
  for (const config::GitLabInstance& instance : config.gitlab) {
    if (!needs_ci) break;
    ci_[instance.name] = vcs::create_gitlab_ci_artifacts(executor, http, reception.clock,
                                                         forge_options(instance, std::nullopt));
  }
  // Of several for one side the last one named here counts.
  for (const config::ProjectConfig& project : config.projects) {
    ProjectSources& sources = projects_[ProjectId(project.id)];
    if (project.production_manifest) {
      sources.production =
          add(std::make_unique<LocationSource>(http, *project.production_manifest, reception));
    }
    if (project.ci_artifacts) {
      ArtifactSource* source =
          add(std::make_unique<CiArtifactSource>(*ci_.at(project.forge), *project.ci_artifacts, reception));
      if (!project.ci_artifacts->pull_request.empty()) sources.pull_request = source;
      if (!project.ci_artifacts->production.empty()) sources.production = source;
    }
    if (project.dbt_cloud) {
      const config::DbtCloudJobs& jobs = *project.dbt_cloud;
      ArtifactSource* source =
          add(std::make_unique<DbtCloudSource>(*clouds_.at(jobs.account), jobs, reception));
      if (jobs.pull_request_job != 0) sources.pull_request = source;
      if (jobs.artifacts_job != 0) sources.production = source;
    }
  }
}

ArtifactSources::~ArtifactSources() = default;

ProjectSources ArtifactSources::of(ProjectId project) const {
  const auto found = projects_.find(project);
  return found == projects_.end() ? ProjectSources{} : found->second;
}

dbt::CloudClient* ArtifactSources::cloud(const std::string& account) const {
  const auto found = clouds_.find(account);
  return found == clouds_.end() ? nullptr : found->second.get();
}

}  // namespace diffgate::app
