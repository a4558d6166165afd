#include "diff/volatile_columns.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace diffgate::diff {
namespace {

// Something that a pipeline does, and what it leaves of it in a column.
constexpr auto kDoings = std::to_array<std::string_view>(
    {"load",       "loaded",    "loading",   "insert",   "inserted", "ingest",    "ingested", "ingestion",
     "extract",    "extracted", "sync",      "synced",   "refresh",  "refreshed", "process",  "processed",
     "processing", "etl",       "elt",       "dbt",      "batch",    "run",       "job",      "invocation",
     "build",      "built",     "fivetran",  "airbyte",  "stitch",   "sdc",       "dlt",      "dw",
     "dwh",        "row",       "record",    "audit",    "snapshot", "scd",       "updated",  "created",
     "modified",   "generated", "execution", "pipeline", "session"});
constexpr auto kTraces =
    std::to_array<std::string_view>({"at", "on", "ts", "time", "timestamp", "date", "datetime", "id", "uuid",
                                     "guid", "key", "hash", "no", "number", "nr", "by", "version"});

std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  bool was_lower = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts_word = std::isupper(byte) != 0 && was_lower;  // loadedAt
    if (std::isalnum(byte) == 0 || starts_word) words.emplace_back();
    if (std::isalnum(byte) != 0) words.back() += static_cast<char>(std::tolower(byte));
    was_lower = std::islower(byte) != 0;
  }
  return words;
}

template <std::size_t N>
bool has_word(const std::vector<std::string>& words, const std::array<std::string_view, N>& list) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  });
}

}  // namespace

bool looks_volatile(const Identifier& name, const ColumnType& type) {
  if (type.family == Family::timestamp || type.family == Family::timestamp_tz) return true;
  if (type.base == "uuid") return true;
  const std::vector<std::string> words = words_of(name.value());
  return has_word(words, kDoings) && has_word(words, kTraces);
}

}  // namespace diffgate::diff
