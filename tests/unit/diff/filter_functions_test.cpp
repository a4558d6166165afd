// A filter is one expression over the columns of a table. What each engine offers besides, in an expression,
// is refused before the engine sees it; that it would not be allowed to is a second line.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "diff/dialect.hpp"
#include "diff/filter.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;

struct Corpus {
  const Dialect* dialect;
  std::vector<const char*> refused;
  std::vector<const char*> passed;
};

const std::vector<Corpus>& corpora() {
  static const std::vector<Corpus> kAll = {
      {&postgres_dialect(),
       {"pg_sleep(9) IS NULL", "pg_read_file('/etc/passwd') <> ''", "lo_import('/etc/passwd') > 0",
        "pg_terminate_backend(1)", "pg_advisory_lock(1) IS NULL", "nextval('s') > 0",
        "EXISTS (SELECT FROM dblink('host=a', 'SELECT 1') AS t(x int))", "set_config('a', 'b', false) = 'b'",
        "\"pg_sleep\"(9) IS NULL", "pg_catalog . pg_sleep /* */ (9) IS NULL",
        "query_to_xml('DELETE FROM t', true, true, '') IS NULL", "pg_ls_dir('.') = 'x'",
        "aws_s3.query_export_to_s3('SELECT 1', 'b') IS NULL", "u&\"pg\\005fsleep\"(9) IS NULL"},
       {"tags @> '{a}'", "lower(name) = 'a'", "file = 'x' AND url IS NULL"}},
      {&redshift_dialect(),
       {"pg_terminate_backend(1)", "pg_cancel_backend(1)", "dblink('a', 'b') = 1"},
       {"nvl(a, 0) > 0", "a @ b > 1"}},
      {&duckdb_dialect(),
       {"EXISTS (FROM read_csv('/etc/passwd'))", "EXISTS (FROM read_parquet('https://a/b'))",
        "EXISTS (FROM glob('/*'))", "getenv('HOME') <> ''", "EXISTS (FROM query('SELECT 1'))",
        "EXISTS (FROM postgres_scan('host=a', 'b', 'c'))", "EXISTS (FROM duckdb_secrets())",
        "EXISTS (FROM sqlite_scan('a', 'b'))", "EXISTS (FROM which_secret('s3://a', 's3'))",
        "EXISTS (FROM iceberg_scan('a'))", "error(email) IS NULL", "CASE WHEN a > 0 THEN error(b) END"},
       {"list_contains(tags, 'a')", "error = 'x'", "regexp_matches(name, 'a')"}},
      {&snowflake_dialect(),
       {"SYSTEM$CANCEL_ALL_QUERIES(1) = ''", "system$wait(5) = ''",
        "SYSTEM$GET_PREDECESSOR_RETURN_VALUE() = ''",
        "EXISTS (SELECT 1 FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())))",
        "EXISTS (SELECT $1 FROM @stage/file.csv)", "GET_PRESIGNED_URL('a', 'b') <> ''",
        "BUILD_SCOPED_FILE_URL('a', 'b') <> ''", "SNOWFLAKE.CORTEX.COMPLETE('m', name) = ''",
        "AI_COMPLETE('m', name) = ''"},
       {"note ILIKE 'a@b.c'", "TRY_TO_NUMBER(a) > 0"}},
      {&bigquery_dialect(),
       {"EXISTS (SELECT 1 FROM EXTERNAL_QUERY('c', 'SELECT 1'))", "@@error.message IS NULL",
        "`external_query`('a')", "EXISTS (SELECT 1 FROM EXTERNAL_OBJECT_TRANSFORM(TABLE a, ['SIGNED_URL']))"},
       {"SAFE_CAST(a AS INT64) > 0", "`file` = 'x'"}},
      {&databricks_dialect(),
       {"reflect('java.lang.System', 'exit', 1) IS NULL",
        "java_method('java.lang.System', 'exit', 1) IS NULL", "EXISTS (SELECT 1 FROM read_files('/a'))",
        "secret('a', 'b') = ''", "http_request('a') IS NULL", "ai_query('m', name) = ''",
        "EXISTS (SELECT 1 FROM remote_query('a'))"},
       {"try_cast(a AS INT) > 0", "`secret` = 'x'"}},
      {&trino_dialect(),
       {"EXISTS (SELECT 1 FROM TABLE(pg.system.query(query => 'DROP TABLE a')))",
        "EXISTS (SELECT 1 FROM TABLE(es.system.raw_query(a => 'b')))"},
       {"try_cast(a AS integer) > 0", "regexp_like(name, 'a')"}},
      {&clickhouse_dialect(),
       {"id IN (SELECT * FROM url('http://a', CSV))", "id IN (SELECT * FROM file('/etc/passwd'))",
        "file('/etc/passwd') <> ''", "sleep(3) = 0", "sleepEachRow(1) = 0",
        "id IN (SELECT * FROM remote('a', b.c))", "id IN (SELECT * FROM s3('a'))",
        "id IN (SELECT * FROM mysql('a', 'b', 'c', 'd', 'e'))",
        "id IN (SELECT * FROM executable('a', TSV, 'x Int'))", "id IN (SELECT * FROM s3Cluster('a', 'b'))",
        "id IN (SELECT * FROM icebergS3('a'))", "getClientHTTPHeader('a') = ''", "`url`('http://a') = 1"},
       {"domain(url) = 'a'", "file = 'x' AND remote = 1", "positionCaseInsensitive(name, 'a') > 0"}},
      {&sqlserver_dialect(),
       {"EXISTS (SELECT 1 FROM OPENROWSET(BULK 'c:\\a', SINGLE_CLOB) AS x)",
        "EXISTS (SELECT 1 FROM OPENQUERY(a, 'b'))", "EXISTS (SELECT 1 FROM OPENDATASOURCE('a', 'b').c.d.e)",
        "xp_cmdshell('dir') = 1", "[xp_cmdshell] ('dir') = 1",
        "EXISTS (SELECT 1 FROM sys.fn_get_audit_file('a', NULL, NULL))",
        "EXISTS (SELECT 1 FROM fn_dblog(NULL, NULL))", "@@VERSION <> ''",
        "EXISTS (SELECT 1 FROM sys.fn_trace_gettable('a', 1))"},
       {"ISNULL(a, 0) > 0", "[url] = 'x'"}},
      {&mysql_dialect(),
       {"SLEEP(5) = 0", "BENCHMARK(1000000, MD5('a')) = 0", "LOAD_FILE('/etc/passwd') <> ''",
        "GET_LOCK('a', 9) = 1", "RELEASE_ALL_LOCKS() = 0", "@a := 1", "@@version <> ''",
        "LAST_INSERT_ID(5) = 5", "`sleep`(5) = 0", "sys_exec('id') = 0", "SLEEP /* */ (5) = 0",
        "MASTER_POS_WAIT('a', 1) = 0"},
       {"IFNULL(a, 0) > 0", "email = 'a@b.c'", "`file` = 'x'"}},
  };
  return kAll;
}

// Why the filter is refused; empty if it is not.
std::string refusal(const std::string& filter, const Dialect& dialect) {
  try {
    checked_filter(filter, dialect);
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::caller);
    CHECK_FALSE(error.hint().empty());
    return error.problem();
  }
  return {};
}

}  // namespace

TEST_CASE(
    "functions that wait, read files, run programs or reach other servers are refused in every dialect") {
  CHECK(corpora().size() == dialects().size());
  for (const Corpus& corpus : corpora()) {
    CAPTURE(corpus.dialect->name);
    for (const char* filter : corpus.refused) {
      CAPTURE(filter);
      CHECK_FALSE(refusal(filter, *corpus.dialect).empty());
    }
    for (const char* filter : corpus.passed) {
      CAPTURE(filter);
      CHECK(refusal(filter, *corpus.dialect).empty());
    }
  }
}

TEST_CASE("a refused function is named, with what it does") {
  CHECK(refusal("SLEEP(5) = 0", mysql_dialect()) ==
        "the filter calls SLEEP(), which changes the engine's state or waits");
  CHECK(refusal("EXISTS (SELECT 1 FROM OPENQUERY(a, 'b'))", sqlserver_dialect()) ==
        "the filter calls OPENQUERY(), which reaches another server");
}
