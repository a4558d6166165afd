#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "app/metrics.hpp"
#include "app/run_pages.hpp"
#include "app/sources/artifact_sources.hpp"
#include "app/store/artifact_files.hpp"
#include "app/store/store.hpp"
#include "config/server_config.hpp"
#include "diff/warehouse.hpp"
#include "net/async.hpp"
#include "net/clock.hpp"
#include "vcs/forge.hpp"

namespace diffgate::app {

// What every part of the pipeline works with; all of it outlives the pipeline.
struct Services {
  asio::any_io_executor executor;
  const config::ServerConfig& config;
  Store& store;
  ArtifactFiles& files;
  Clock& clock;
  BlockingPool& pool;
  Metrics& metrics;
  std::map<std::string, std::unique_ptr<vcs::Forge>> forges;           // by name in the server file
  std::map<std::string, std::unique_ptr<diff::Warehouse>> warehouses;  // by name
  std::size_t concurrent_runs = 4;
  std::size_t concurrent_models = 0;  // of one run; 0: as many as its warehouse ever opens sessions
  std::chrono::milliseconds progress_gap{5'000};
  std::shared_ptr<const ArtifactSources> sources = nullptr;  // none: all is uploaded
  std::shared_ptr<const RunPages> pages = nullptr;           // none: checks link to nothing
  std::set<StoppedInstallation> stopped_installations = {};  // suspended or removed; nothing is done for them

  // Throws Error(configuration) if the server file names none such any more.
  vcs::Forge& forge(const std::string& name) const;
  bool is_stopped(const vcs::Repo& repo) const {
    return stopped_installations.contains({repo.forge, repo.installation});
  }
  diff::Warehouse& warehouse(const std::string& name) const;
};

// The projects of a repository: those that the server file gives its name, else those that it was known to
// have under an earlier name.
Awaitable<std::vector<const config::ProjectConfig*>> projects_of(Services& services, vcs::Repo repo);

// Who shares a turn at what is bounded: an installation of the App, or a whole forge that has none.
std::string fairness_group(const vcs::Repo& repo);

// "diffgate", or with the project's name if the repository has several.
std::string check_name(const config::ServerConfig& config, const config::ProjectConfig& project);

}  // namespace diffgate::app
