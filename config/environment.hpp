#pragma once

#include <map>
#include <string>

#include "config/reader.hpp"

namespace diffgate::config {

// Replaces "${NAME}" in every scalar by the environment's value and "$${" by "${". Values are put in as they
// are: not read as YAML, not looked at again. A variable that is not set is a problem that names it.
void substitute_environment(YamlNode& root, const std::map<std::string, std::string>& environment,
                            Reader& reader);

}  // namespace diffgate::config
