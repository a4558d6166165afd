#include "diff/filter_relations.hpp"

#include <algorithm>
#include <array>

#include "diff/dialect.hpp"
#include "diff/name_pattern.hpp"

namespace diffgate::diff {
namespace {

constexpr std::string_view kFile = "is a file or a path";
constexpr std::string_view kEngine = "is the engine's own";
constexpr std::string_view kServer = "is on another server";

// Databricks and Spark read `format`.`path` without a table of that name.
constexpr auto kFormats = std::to_array<std::string_view>(
    {"avro",  "binaryfile", "bigquery", "cloudfiles", "csv",       "delta",      "deltasharing", "excel",
     "hudi",  "iceberg",    "image",    "jdbc",       "json",      "kafka",      "libsvm",       "mongodb",
     "mysql", "noop",       "orc",      "parquet",    "postgres",  "postgresql", "rate",         "redshift",
     "sftp",  "snowflake",  "socket",   "sqldw",      "sqlserver", "text",       "tfrecord",     "xml"});

// What DuckDB takes for a file.
constexpr auto kSuffixes = std::to_array<std::string_view>(
    {".csv",    ".tsv", ".txt",     ".parquet", ".json",  ".jsonl",  ".ndjson",
     ".gz",     ".zst", ".xlsx",    ".db",      ".avro",  ".duckdb", ".arrow",
     ".arrows", ".ipc", ".feather", ".vortex",  ".lance", ".shp",    ".geojson",
     ".gpkg",   ".fgb", ".xml",     ".html",    ".yml",   ".yaml",   ".sqlite"});

struct SystemName {
  std::string_view dialect;  // empty: all
  std::string_view name;     // a * at the end stands for anything
};

constexpr auto kSystemSchemas = std::to_array<SystemName>({
    {"", "information_schema"},
    {"", "pg_*"},
    {"postgres", "vault"},  // Supabase's decrypted secrets
    {"duckdb", "system"},
    {"snowflake", "snowflake"},
    {"snowflake", "account_usage"},
    {"databricks", "system"},
    {"trino", "system"},
    {"clickhouse", "system"},
    {"sqlserver", "sys"},
    {"sqlserver", "msdb"},
    {"sqlserver", "master"},
    {"mysql", "mysql"},
    {"mysql", "sys"},
    {"mysql", "performance_schema"},
});

constexpr auto kSystemTables = std::to_array<SystemName>({
    {"postgres", "pg_*"},
    {"redshift", "pg_*"},
    {"redshift", "stl_*"},
    {"redshift", "stv_*"},
    {"redshift", "svl_*"},
    {"redshift", "svv_*"},
    {"redshift", "svcs_*"},
    {"redshift", "sys_*"},
    {"duckdb", "pg_*"},
    {"duckdb", "duckdb_*"},
    {"duckdb", "pragma_*"},
    {"duckdb", "sqlite_*"},
    {"bigquery", "__tables*"},
    {"sqlserver", "sysobjects"},
    {"sqlserver", "syslogins"},
    {"sqlserver", "sysprocesses"},
});

constexpr auto kRowMakers = std::to_array<std::string_view>({"each",
                                                             "explode",
                                                             "explode_outer",
                                                             "flatten",
                                                             "generate_series",
                                                             "generate_subscripts",
                                                             "generateseries",
                                                             "generator",
                                                             "inline",
                                                             "inline_outer",
                                                             "json_array_elements",
                                                             "json_array_elements_text",
                                                             "json_each",
                                                             "json_each_text",
                                                             "json_object_keys",
                                                             "json_populate_record",
                                                             "json_populate_recordset",
                                                             "json_table",
                                                             "json_to_record",
                                                             "json_to_recordset",
                                                             "json_tree",
                                                             "json_tuple",
                                                             "jsonb_array_elements",
                                                             "jsonb_array_elements_text",
                                                             "jsonb_each",
                                                             "jsonb_each_text",
                                                             "jsonb_object_keys",
                                                             "jsonb_path_query",
                                                             "jsonb_populate_record",
                                                             "jsonb_populate_recordset",
                                                             "jsonb_to_record",
                                                             "jsonb_to_recordset",
                                                             "nodes",
                                                             "numbers",
                                                             "openjson",
                                                             "posexplode",
                                                             "posexplode_outer",
                                                             "range",
                                                             "regexp_matches",
                                                             "regexp_split_to_table",
                                                             "sequence",
                                                             "skeys",
                                                             "split_to_table",
                                                             "stack",
                                                             "string_split",
                                                             "string_to_table",
                                                             "strtok_split_to_table",
                                                             "svals",
                                                             "unnest",
                                                             "values",
                                                             "variant_explode",
                                                             "variant_explode_outer",
                                                             "xmltable"});

template <std::size_t N>
bool is_among(const std::array<SystemName, N>& names, std::string_view dialect, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const SystemName& known) {
    return (known.dialect.empty() || known.dialect == dialect) && matches_pattern(known.name, name);
  });
}

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// BigQuery takes several parts in one pair of quotes.
std::vector<std::string> lower_parts(const std::vector<std::string>& path, bool splits) {
  std::vector<std::string> out;
  for (const std::string& part : path) {
    std::string rest = lower_name(part);
    for (std::size_t dot = rest.find('.'); splits && dot != std::string::npos; dot = rest.find('.')) {
      out.push_back(rest.substr(0, dot));
      rest.erase(0, dot + 1);
    }
    out.push_back(std::move(rest));
  }
  return out;
}

bool is_file(const std::vector<std::string>& parts, std::string_view dialect) {
  for (const std::string& part : parts) {
    // A project of a domain, in BigQuery: example.com:project.
    if (part.find_first_of("/\\?") != std::string::npos) return true;
    if (part.find(':') != std::string::npos && dialect != "bigquery") return true;
    if (part.find('*') != std::string::npos && dialect != "bigquery") return true;
  }
  if (dialect == "databricks" && parts.size() == 2)
    return is_among(kFormats, parts.front()) || parts.front().find('.') != std::string::npos;
  if (dialect != "duckdb") return false;
  const std::string whole = parts.size() > 1 ? parts[parts.size() - 2] + "." + parts.back() : parts.back();
  return std::any_of(kSuffixes.begin(), kSuffixes.end(),
                     [&](std::string_view suffix) { return whole.ends_with(suffix); });
}

}  // namespace

std::string_view why_not_in_from(const std::vector<std::string>& path, const Dialect& dialect) {
  const std::vector<std::string> parts = lower_parts(path, dialect.name == "bigquery");
  constexpr std::size_t kWithServer = 4;
  if (is_file(parts, dialect.name)) return kFile;
  if (dialect.name == "sqlserver" && parts.size() >= kWithServer) return kServer;
  if (is_among(kSystemTables, dialect.name, parts.back())) return kEngine;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (is_among(kSystemSchemas, dialect.name, parts[i])) return kEngine;
  }
  return {};
}

bool may_be_read_from(std::string_view function) { return is_among(kRowMakers, lower_name(function)); }

}  // namespace diffgate::diff
