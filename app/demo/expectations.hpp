#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diffgate::app::journey {

// What is wrong with a run of the shop's pull request, compared with what the two versions of its tables
// hold; empty if nothing is. `run_json` is the answer of GET /api/v1/runs/{id}.
std::vector<std::string> unmet_expectations(std::string_view run_json);

}  // namespace diffgate::app::journey
