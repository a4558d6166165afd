#include "app/since_last_push.hpp"

#include <map>

#include "app/acceptance.hpp"

namespace diffgate::app {
namespace {

// What was neither measured nor tried says nothing about data.
bool is_out(std::string_view result) { return result == name_of(ModelResultKind::skipped); }

std::string name_in(const std::string& unique_id) { return unique_id.substr(unique_id.rfind('.') + 1); }

}  // namespace

SinceLastPush since_last_push(const RunReport& report, const std::string& earlier_sha,
                              const std::vector<ModelRow>& earlier) {
  SinceLastPush since;
  since.sha = earlier_sha;
  std::map<std::string, const ModelRow*> before;
  for (const ModelRow& row : earlier) {
    if (!is_out(row.result)) before.emplace(row.unique_id, &row);
  }
  for (const std::size_t index : worst_first(report)) {
    const ModelResult& result = report.models[index];
    if (is_out(name_of(result.kind))) continue;
    const auto found = before.find(result.model.id.value());
    if (found == before.end()) {
      since.changes.push_back({result.model.name, "", result.reason});
      continue;
    }
    const ModelRow& row = *found->second;
    const std::string fingerprint = result_fingerprint(result);
    const bool is_same = fingerprint.empty() && row.fingerprint.empty()
                             ? row.result == name_of(result.kind) && row.reason == result.reason
                             : row.fingerprint == fingerprint;
    if (is_same) {
      since.unchanged += fingerprint.empty() ? 0 : 1;
    } else {
      since.changes.push_back({result.model.name, row.reason, result.reason});
    }
    before.erase(found);
  }
  for (const auto& [id, row] : before) since.changes.push_back({name_in(id), row->reason, ""});
  return since;
}

}  // namespace diffgate::app
