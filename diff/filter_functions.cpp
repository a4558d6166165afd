#include "diff/filter_functions.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace diffgate::diff {
namespace {

struct Rule {
  std::string_view name;  // a trailing * stands for anything
  std::string_view why;   // empty: may be called, whatever a later rule says
};

constexpr std::string_view kServer = "acts on the server or reads its state";
constexpr std::string_view kSequence = "changes a sequence or depends on one";
constexpr std::string_view kElsewhere = "reaches another server";
constexpr std::string_view kFiles = "reads files";
constexpr std::string_view kRunsSql = "runs SQL that is not in the filter";
constexpr std::string_view kEngine = "changes the engine's state or waits";

// The first match counts.
constexpr auto kRules = std::to_array<Rule>({
    {"pg_typeof", ""},
    {"pg_column_size", ""},
    {"pg_*", kServer},
    {"lo_*", kServer},
    {"loread", kServer},
    {"lowrite", kServer},
    {"set_config", kServer},
    {"txid_*", kServer},
    {"nextval", kSequence},
    {"setval", kSequence},
    {"currval", kSequence},
    {"lastval", kSequence},
    {"dblink*", kElsewhere},
    {"postgres_fdw_*", kElsewhere},
    {"query_to_xml*", kRunsSql},
    {"cursor_to_xml*", kRunsSql},
    {"table_to_xml*", kRunsSql},
    {"schema_to_xml*", kRunsSql},
    {"database_to_xml*", kRunsSql},
    {"ts_stat", kRunsSql},
    {"ts_rewrite", kRunsSql},
    {"crosstab*", kRunsSql},
    {"connectby", kRunsSql},
    {"xpath_table", kRunsSql},
    {"query", kRunsSql},
    {"query_table", kRunsSql},
    {"json_execute_serialized_sql", kRunsSql},
    {"read_*", kFiles},
    {"parquet_*", kFiles},
    {"sniff_csv", kFiles},
    {"glob", kFiles},
    {"sqlite_*", kFiles},
    {"st_read*", kFiles},
    {"iceberg_*", kFiles},
    {"delta_scan", kFiles},
    {"postgres_*", kElsewhere},
    {"mysql_*", kElsewhere},
    {"http_*", kElsewhere},
    {"getenv", kEngine},
    {"which_secret", kEngine},
    {"duckdb_*", kEngine},
    {"pragma_*", kEngine},
    {"checkpoint", kEngine},
    {"force_checkpoint", kEngine},
    {"enable_*", kEngine},
    {"disable_*", kEngine},
    {"write_log", kEngine},
    {"truncate_duckdb_logs", kEngine},
    {"setseed", kEngine},
    {"sleep_ms", kEngine},
    // They take addresses of memory.
    {"arrow_scan*", kEngine},
    {"pandas_scan", kEngine},
    {"python_map_function", kEngine},
    {"seq_scan", kEngine},
});

bool matches(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
}

}  // namespace

std::string_view why_not_in_filter(std::string_view function) {
  std::string name(function);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto* const rule =
      std::find_if(kRules.begin(), kRules.end(), [&](const Rule& r) { return matches(r.name, name); });
  return rule == kRules.end() ? std::string_view() : rule->why;
}

}  // namespace diffgate::diff
