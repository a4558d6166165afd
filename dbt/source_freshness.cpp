#include "dbt/source_freshness.hpp"

#include <fmt/format.h>

#include "dbt/json_value.hpp"
#include "net/error.hpp"

namespace diffgate::dbt {
namespace {

std::string member_text(const JsonValue& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value == nullptr ? std::string() : value->string_or({});
}

}  // namespace

LoadTimes read_load_times(std::string_view json) {
  const auto root = JsonReader().read(json);
  const JsonValue* results = root ? root->find("results") : nullptr;
  if (results == nullptr || !results->is_list()) {
    throw Error(ErrorClass::caller, "is not dbt's sources.json: it has no list of results", "sources.json",
                "give the sources.json that 'dbt source freshness' wrote");
  }
  LoadTimes times;
  for (const JsonValue& result : results->items) {
    const std::string loaded_at = member_text(result, "max_loaded_at");
    if (loaded_at.empty()) continue;
    auto time = parse_iso8601(loaded_at);
    // A column without a time zone: dbt takes it for UTC.
    if (!time) time = parse_iso8601(loaded_at + "Z");
    const std::string id = member_text(result, "unique_id");
    if (!time) {
      throw Error(ErrorClass::caller, fmt::format("max_loaded_at of {} is no time: '{}'", id, loaded_at),
                  "sources.json");
    }
    times[id] = *time;
  }
  return times;
}

}  // namespace diffgate::dbt
