#pragma once

#include <vector>

#include "app/store/records.hpp"
#include "config/server_config.hpp"
#include "net/http.hpp"

namespace diffgate::app {

// The projects whose key the request carries as "Authorization: Key …" or "Bearer …". Compared in constant
// time with every key there is.
std::vector<ProjectId> projects_of_key(const config::ServerConfig& config, const net::Headers& headers);

bool may_use(const std::vector<ProjectId>& projects, ProjectId project);

// nullptr if there is none.
const config::ProjectConfig* find_project(const config::ServerConfig& config, ProjectId project);

}  // namespace diffgate::app
