#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/store/records.hpp"
#include "config/server_config.hpp"
#include "net/http.hpp"

namespace diffgate::app {

// What a key opens, of each project that names it.
class Access {
 public:
  Access() = default;
  Access(std::map<ProjectId, std::set<config::Scope>> projects, std::string holder)
      : projects_(std::move(projects)), holder_(std::move(holder)) {}

  // Whether the request came with a key of any project.
  bool is_known() const { return !projects_.empty(); }
  bool knows(ProjectId project) const { return projects_.contains(project); }
  bool may(ProjectId project, config::Scope scope) const;
  // In the order of their ids.
  std::vector<ProjectId> projects_with(config::Scope scope) const;
  // Who is said to have asked: "the API key 'release manager'", "the upload key".
  const std::string& holder() const { return holder_; }

 private:
  std::map<ProjectId, std::set<config::Scope>> projects_;
  std::string holder_;
};

// What the key that the request carries as "Authorization: Key …" or "Bearer …" opens. Compared by its hash,
// in constant time, with every key there is.
Access access_of(const config::ServerConfig& config, const net::Headers& headers);

std::string_view name_of(config::Scope scope);  // "read", as the server file has it

// nullptr if there is none.
const config::ProjectConfig* find_project(const config::ServerConfig& config, ProjectId project);

}  // namespace diffgate::app
