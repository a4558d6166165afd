#pragma once

#include <optional>
#include <string>
#include <vector>

namespace diffgate::dbt {

// One run_results.json out of those of several commands of the same build, in their order: of a node that
// several name the last word counts. What is no run_results.json of a command that builds is left out;
// nullopt if nothing is left. For builds of several steps, `dbt seed` and then `dbt run`.
std::optional<std::string> merged_run_results(const std::vector<std::string>& files);

}  // namespace diffgate::dbt
