#pragma once

// The credentials of an App that was registered by one click, in a file of the data directory that its owner
// alone may read.

#include <string>

#include "config/server_config.hpp"
#include "vcs/github_registration.hpp"

namespace diffgate::app {

// "<data_dir>/github-app.json"
std::string registered_app_file(const config::ServerConfig& config);

// Writes the file, readable by its owner only and complete or not at all. Throws Error(configuration) naming
// it.
void store_registered_app(const std::string& file, const vcs::RegisteredApp& app);

// Fills the GitHub entry that waits for a registration from the file; false if there is such an entry and no
// file. Throws Error(configuration) for a file that can't be read.
bool load_registered_app(config::ServerConfig& config);

// The same from what was just registered.
void use_registered_app(config::ServerConfig& config, const vcs::RegisteredApp& app);

}  // namespace diffgate::app
