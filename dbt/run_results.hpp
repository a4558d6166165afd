#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace diffgate::dbt {

struct BuildResult {
  bool is_built = false;
  std::string status;         // dbt's word
  std::string message;        // dbt's, may be empty
  std::string rows_affected;  // as the adapter reported it, may be empty
};

// What the pull request's build made, from run_results.json.
struct BuiltSet {
  // False if the file is of a command that builds nothing (compile, docs generate write "success" too); it
  // then says nothing, and `warning` says so.
  bool is_known = false;
  std::unordered_map<std::string, BuildResult> results;  // by unique id
  std::string warning;
};

// dbt's status of each node, whatever the command was. Throws Error(caller) if it is no run_results.json.
std::unordered_map<std::string, std::string> read_run_statuses(std::string_view json);

// Throws Error(caller) if it is no run_results.json.
BuiltSet read_run_results(std::string_view json);

}  // namespace diffgate::dbt
