#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/artifact_reception.hpp"
#include "app/sources/artifact_source.hpp"
#include "config/server_config.hpp"
#include "dbt/cloud_client.hpp"
#include "net/http.hpp"
#include "vcs/ci_artifacts.hpp"

namespace diffgate::app {

dbt::CloudOptions cloud_options(const config::DbtCloudAccount& account);

// Every project's sources, as the server file names them.
class ArtifactSources {
 public:
  // All of it outlives the sources.
  ArtifactSources(const asio::any_io_executor& executor, const config::ServerConfig& config,
                  net::HttpClient& http, Reception reception);
  ~ArtifactSources();
  ArtifactSources(const ArtifactSources&) = delete;
  ArtifactSources& operator=(const ArtifactSources&) = delete;

  // Without sources if all is uploaded.
  ProjectSources of(ProjectId project) const;

  // The account of that name in the server file; nullptr if it has none.
  dbt::CloudClient* cloud(const std::string& account) const;

 private:
  ArtifactSource* add(std::unique_ptr<ArtifactSource> source);

  std::map<std::string, std::unique_ptr<dbt::CloudClient>> clouds_;
  std::map<std::string, std::unique_ptr<vcs::CiArtifacts>> ci_;  // by the forge's name
  std::vector<std::unique_ptr<ArtifactSource>> sources_;
  std::map<ProjectId, ProjectSources> projects_;
};

}  // namespace diffgate::app
