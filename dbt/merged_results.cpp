#include "dbt/merged_results.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace diffgate::dbt {
namespace {

using Json = nlohmann::json;

bool is_of_a_build(const Json& json) {
  constexpr std::array builds = {"run", "build", "seed", "snapshot", "retry"};
  const auto args = json.find("args");
  // Without arguments, as before dbt 0.19, it is not known.
  if (args == json.end() || !args->is_object() || !args->contains("which")) return true;
  const auto which = args->find("which");
  return std::any_of(builds.begin(), builds.end(), [&](const char* build) { return *which == build; });
}

}  // namespace

std::optional<std::string> merged_run_results(const std::vector<std::string>& files) {
  std::optional<Json> merged;
  std::map<std::string, std::size_t> places;
  for (const std::string& file : files) {
    Json json = Json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("results") || !json["results"].is_array()) continue;
    if (!is_of_a_build(json)) continue;
    Json results = std::move(json["results"]);
    if (!merged) {
      json["results"] = Json::array();
      merged = json;
    } else {
      merged->at("metadata") = json.value("metadata", Json::object());
    }
    Json& into = merged->at("results");
    for (Json& result : results) {
      if (!result.is_object() || !result.contains("unique_id") || !result["unique_id"].is_string()) continue;
      const auto [place, is_new] = places.emplace(result["unique_id"].get<std::string>(), into.size());
      if (is_new) {
        into.push_back(std::move(result));
      } else {
        into[place->second] = std::move(result);
      }
    }
  }
  if (!merged) return std::nullopt;
  return merged->dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace diffgate::dbt
