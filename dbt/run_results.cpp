#include "dbt/run_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dbt/json_value.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

constexpr std::string_view kBuildingCommands[] = {"run",      "build",         "seed",
                                                  "snapshot", "run-operation", "retry"};
constexpr std::string_view kBuiltStatuses[] = {"success", "reused", "partial success", "no-op"};

template <class List>
bool holds(const List& list, std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

std::string member_text(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value == nullptr ? std::string() : value->string_or({});
}

JsonValue read_results(std::string_view json) {
  auto root = JsonReader().read(json);
  const JsonValue* results = root ? root->find("results") : nullptr;
  if (results == nullptr || !results->is_list()) {
    throw Error(ErrorClass::caller, "is not dbt's run_results.json: it has no list of results", "run results",
                "give the run_results.json that dbt's build wrote");
  }
  return std::move(*root);
}

}  // namespace

std::unordered_map<std::string, std::string> read_run_statuses(std::string_view json) {
  const JsonValue root = read_results(json);
  std::unordered_map<std::string, std::string> statuses;
  for (const JsonValue& result : root.find("results")->items) {
    statuses[member_text(result, "unique_id")] = member_text(result, "status");
  }
  return statuses;
}

BuiltSet read_run_results(std::string_view json) {
  const JsonValue root = read_results(json);
  const JsonValue* results = root.find("results");
  BuiltSet built;
  const JsonValue* arguments = root.find("args");
  const std::string command = arguments == nullptr ? std::string() : member_text(*arguments, "which");
  if (!holds(kBuildingCommands, command)) {
    built.warning = fmt::format(
        "run_results.json is of 'dbt {}', which builds nothing: what the pull request built is taken from "
        "the "
        "manifest alone",
        command.empty() ? "(unknown)" : command);
    return built;
  }
  built.is_known = true;
  for (const JsonValue& result : results->items) {
    const std::string id = member_text(result, "unique_id");
    if (id.empty()) continue;
    const std::string status = member_text(result, "status");
    const JsonValue* response = result.find("adapter_response");
    const JsonValue* rows = response == nullptr ? nullptr : response->find("rows_affected");
    built.results[id] = {holds(kBuiltStatuses, status), status, member_text(result, "message"),
                         rows == nullptr ? std::string() : rows->scalar_text()};
  }
  return built;
}

}  // namespace diffgate::dbt
