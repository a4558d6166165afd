#include "app/pipeline/services.hpp"

#include <algorithm>
#include <cctype>

#include "app/server/keys.hpp"
#include "net/error.hpp"

namespace diffgate::app {
namespace {

// Both forges compare names of owners and repositories without case.
bool is_same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

vcs::Forge& Services::forge(const std::string& name) const {
  const auto found = forges.find(name);
  if (found == forges.end()) throw Error(ErrorClass::configuration, "no such forge is configured", name);
  return *found->second;
}

diff::Warehouse& Services::warehouse(const std::string& name) const {
  const auto found = warehouses.find(name);
  if (found == warehouses.end())
    throw Error(ErrorClass::configuration, "no such warehouse is configured", name);
  return *found->second;
}

Awaitable<std::vector<const config::ProjectConfig*>> projects_of(Services& services, vcs::Repo repo) {
  std::vector<const config::ProjectConfig*> projects;
  for (const config::ProjectConfig& project : services.config.projects) {
    if (project.forge == repo.forge && is_same_name(project.repository, repo.full_name)) {
      projects.push_back(&project);
    }
  }
  if (!projects.empty() || repo.id.value() == 0) co_return projects;
  const auto known = co_await services.store.projects_of_repository(repo.forge, repo.id);
  for (const ProjectId id : known) {
    const config::ProjectConfig* project = find_project(services.config, id);
    if (project != nullptr && project->forge == repo.forge) projects.push_back(project);
  }
  co_return projects;
}

std::string fairness_group(const vcs::Repo& repo) {
  return repo.forge + "/" + std::to_string(repo.installation.value());
}

std::string check_name(const config::ServerConfig& config, const config::ProjectConfig& project) {
  const auto siblings =
      std::count_if(config.projects.begin(), config.projects.end(), [&](const config::ProjectConfig& other) {
        return other.forge == project.forge && is_same_name(other.repository, project.repository);
      });
  return siblings > 1 ? "diffgate / " + project.name : "diffgate";
}

}  // namespace diffgate::app
