#include "diff/filter_functions.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "diff/name_pattern.hpp"

namespace diffgate::diff {
namespace {

struct Rule {
  std::string_view name;  // a * stands for anything
  std::string_view why;   // empty: may be called, whatever a later rule says
};

constexpr std::string_view kServer = "acts on the server or reads its state";
constexpr std::string_view kSequence = "changes a sequence or depends on one";
constexpr std::string_view kElsewhere = "reaches another server";
constexpr std::string_view kFiles = "reads files";
constexpr std::string_view kRunsSql = "runs SQL that is not in the filter";
constexpr std::string_view kRunsCode = "runs a program";
constexpr std::string_view kEngine = "changes the engine's state or waits";
constexpr std::string_view kRaises = "raises an error with any value in its text";

// The first match counts.
constexpr auto kRules = std::to_array<Rule>({
    {"pg_typeof", ""},
    {"pg_column_size", ""},
    {"pg_*", kServer},
    {"lo_*", kServer},
    {"loread", kServer},
    {"lowrite", kServer},
    {"set_config", kServer},
    {"current_setting", kServer},  // where people keep secrets, too
    {"set_limit", kServer},
    {"binary_upgrade_*", kServer},
    {"autoprewarm_*", kServer},
    {"bt_*", kServer},
    {"heap_*", kServer},
    {"gist_page_*", kServer},
    {"hash_page_*", kServer},
    {"page_*", kServer},
    {"get_raw_page", kServer},
    {"fsm_page_contents", kServer},
    {"pgstat*", kServer},
    {"pgrowlocks", kServer},
    {"verify_heapam", kServer},
    {"currtid2", kServer},
    {"txid_*", kServer},
    {"nextval", kSequence},
    {"setval", kSequence},
    {"currval", kSequence},
    {"lastval", kSequence},
    {"query_export_to_s3", kElsewhere},
    {"table_import_from_s3", kElsewhere},
    {"brin_*", kServer},
    {"gin_*", kServer},
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
    {"pgr_*", kRunsSql},
    {"run_command_on_*", kRunsSql},
    {"identifier", kRunsSql},  // names by a text: Snowflake, Databricks
    {"xslt_process", kFiles},
    {"oracle_*", kElsewhere},
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
    {"iceberg*", kFiles},
    {"delta_scan", kFiles},
    {"load_file", kFiles},  // MySQL
    {"postgres_*", kElsewhere},
    {"mysql_*", kElsewhere},
    {"http", kElsewhere},
    {"http_*", kElsewhere},
    {"error", kRaises},  // BigQuery, too
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
    {"sleep*", kEngine},
    // They take addresses of memory.
    {"arrow_scan*", kEngine},
    {"pandas_scan", kEngine},
    {"python_map_function", kEngine},
    {"seq_scan", kEngine},
    // Snowflake
    {"system$*", kServer},
    {"result_scan", kServer},
    {"get_presigned_url", kFiles},
    {"build_*_url", kFiles},
    {"infer_schema", kFiles},
    {"get_ddl", kServer},
    // Paid by the call, and what is asked goes to a model: Snowflake, Databricks, BigQuery.
    {"ai_*", kElsewhere},
    {"complete", kElsewhere},
    // BigQuery
    {"external_query", kElsewhere},
    {"keyset_chain", kElsewhere},
    {"external_object_transform", kFiles},
    // Databricks
    {"raise_error", kRaises},
    {"assert_true", kRaises},
    {"reflect", kRunsCode},
    {"try_reflect", kRunsCode},
    {"java_method", kRunsCode},
    {"remote_query", kElsewhere},
    {"secret", kServer},
    {"try_secret", kServer},
    {"list_secrets", kServer},
    {"cloud_files_state", kServer},
    {"event_log", kServer},
    // Trino's pass-through of a query is `query`, above.
    {"fail", kRaises},
    {"raw_query", kRunsSql},
    // SQL Server
    {"openrowset", kElsewhere},
    {"object_definition", kServer},
    {"loginproperty", kServer},
    {"serverproperty", kServer},
    {"openquery", kElsewhere},
    {"opendatasource", kElsewhere},
    {"xp_*", kServer},
    {"sp_*", kServer},
    {"fn_get_audit_file*", kFiles},
    {"fn_trace_*", kFiles},
    {"fn_xe_file_target_read_file", kFiles},
    {"fn_dblog", kServer},
    {"fn_dump_dblog", kFiles},
    {"fn_my_permissions", kServer},
    // MySQL and MariaDB
    {"benchmark", kEngine},
    {"get_lock", kEngine},
    {"release_lock", kEngine},
    {"release_all_locks", kEngine},
    {"is_free_lock", kServer},
    {"is_used_lock", kServer},
    {"master_*", kEngine},
    {"source_pos_wait", kEngine},
    {"wait_*", kEngine},
    {"last_insert_id", kSequence},
    {"sys_*", kRunsCode},
    // ClickHouse: its functions, and those of its tables that IN takes in some versions
    {"url", kElsewhere},
    {"urlcluster", kElsewhere},
    {"file", kFiles},
    {"filecluster", kFiles},
    {"filesystem*", kFiles},
    {"s3*", kElsewhere},
    {"gcs", kElsewhere},
    {"oss", kElsewhere},
    {"cosn", kElsewhere},
    {"hdfs*", kElsewhere},
    {"azureblobstorage*", kElsewhere},
    {"deltalake*", kElsewhere},
    {"paimon*", kElsewhere},
    {"hudi*", kElsewhere},
    {"remote", kElsewhere},
    {"remotesecure", kElsewhere},
    {"cluster", kElsewhere},
    {"clusterallreplicas", kElsewhere},
    {"hascolumnintable", kElsewhere},
    {"mysql", kElsewhere},
    {"postgresql", kElsewhere},
    {"mongodb", kElsewhere},
    {"redis", kElsewhere},
    {"bigquery", kElsewhere},
    {"ytsaurus", kElsewhere},
    {"sqlite", kFiles},
    {"odbc", kElsewhere},
    {"jdbc", kElsewhere},
    {"arrowflight", kElsewhere},
    {"aiclassify", kElsewhere},
    {"aiembed", kElsewhere},
    {"aiextract", kElsewhere},
    {"aifilter", kElsewhere},
    {"aigenerate*", kElsewhere},
    {"airedact", kElsewhere},
    {"aisimilarity", kElsewhere},
    {"aitranslate", kElsewhere},
    {"throwif", kRaises},
    {"executable", kRunsCode},
    {"python", kRunsCode},
    {"eval", kRunsSql},
    {"input", kEngine},
    {"logtrace", kEngine},
    {"trap", kEngine},
    {"__*", kEngine},
    {"generateserialid", kSequence},
    {"getclienthttpheader", kServer},
    {"getserver*", kServer},
    {"getsetting*", kServer},
    {"getmergetreesetting", kServer},
    {"getmacro", kServer},
    {"getoskernelversion", kServer},
    {"addressto*", kServer},
    {"transactionid", kServer},
    {"transaction*snapshot", kServer},
    {"zookeeper*", kServer},
    {"showcertificate", kServer},
    {"evalmlmethod", kFiles},
    {"catboostevaluate", kFiles},
});

// Whole families of functions, by the schema that they are called with.
constexpr auto kSchemas = std::to_array<Rule>({
    {"ag_catalog", kRunsSql},
    {"ai", kElsewhere},  // pgai's, and BigQuery's functions that ask a model
    {"aws_*", kElsewhere},
    {"azure_*", kElsewhere},
    {"cron", kServer},
    {"dbms_*", kServer},
    {"google_ml*", kElsewhere},
    {"ml", kElsewhere},
    {"pgml", kRunsCode},
    {"snowflake", kElsewhere},
    {"sys", kServer},
    {"utl_*", kFiles},
    {"vault", kServer},
});

template <std::size_t N>
std::string_view first_match(const std::array<Rule, N>& rules, std::string_view name) {
  const auto* const rule = std::find_if(rules.begin(), rules.end(), [name = lower_name(name)](const Rule& r) {
    return matches_pattern(r.name, name);
  });
  return rule == rules.end() ? std::string_view() : rule->why;
}

}  // namespace

std::string_view why_not_in_filter(std::string_view function) { return first_match(kRules, function); }

std::string_view why_not_schema_in_filter(std::string_view schema) { return first_match(kSchemas, schema); }

}  // namespace diffgate::diff
