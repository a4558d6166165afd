#include "app/server/run_json.hpp"

#include <nlohmann/json.hpp>

namespace diffgate::app {

using Json = nlohmann::json;

Json time_or_null(UtcTime time) {
  if (time == UtcTime()) return nullptr;
  return iso8601(time);
}

Json text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

Json run_json(const Run& run) {
  return {{"id", run.id.value()},
          {"project", run.key.project.value()},
          {"project_name", run.project_name},
          {"forge", run.key.forge},
          {"repository", run.repository.full_name},
          {"pull_request", run.key.pull.value()},
          {"pull_request_url", run.pull_url},
          {"base_branch", run.base_branch},
          {"base_sha", run.base_sha.value()},
          {"head_branch", run.head_branch},
          {"head_sha", run.key.head_sha.value()},
          {"production_sha", run.prod_sha},
          {"state", name_of(run.state)},
          {"reason_code", run.reason_code},
          {"reason", run.reason},
          {"attempt", run.attempt},
          {"created_at", time_or_null(run.created_at)},
          {"started_at", time_or_null(run.started_at)},
          {"finished_at", time_or_null(run.finished_at)}};
}

Json stored_json(const std::string& text) {
  if (text.empty()) return nullptr;
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(nullptr) : json;
}

std::string dump_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace diffgate::app
