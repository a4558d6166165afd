#pragma once

#include <set>
#include <string>

#include "net/secret.hpp"

namespace diffgate::config {

// What a key of the HTTP API may be used for.
enum class Scope {
  read,    // projects, stored artifacts, runs and their model diffs
  upload,  // artifacts
  run,     // start, confirm and cancel runs, name tables to compare
  accept,  // declare a difference expected
};

// One key of a project. Either the key itself is known or only its hash.
struct ApiKey {
  std::string name;  // for the log
  Secret key;
  std::string sha256;  // of the key, lower-case hex
  std::set<Scope> scopes = {Scope::read, Scope::upload, Scope::run};
};

}  // namespace diffgate::config
