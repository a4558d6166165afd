// What people write for an older state of a table, and how each engine is asked for it.

#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "diff/comparison.hpp"
#include "diff/dialect.hpp"
#include "diff/time_travel.hpp"
#include "net/clock.hpp"
#include "net/error.hpp"

namespace {

using namespace diffgate;
using namespace diffgate::diff;

UtcTime now() { return *parse_iso8601("2024-05-01T12:00:00Z"); }

std::string read(const std::string& text) {
  const Moment moment = parse_moment(text, now());
  const auto* version = std::get_if<Version>(&moment.at);
  return version ? "version " + version->id : iso8601(std::get<UtcTime>(moment.at));
}

// "" if the engine keeps no older state.
std::string asked(const Dialect& dialect, const std::string& moment) {
  return dialect.time_travel == nullptr ? std::string()
                                        : dialect.time_travel("t"_sql, parse_moment(moment, now())).text();
}

std::string problem_of(const Dialect& dialect, const std::string& moment) {
  TableDiffRequest request;
  request.prod = request.pr = parse_relation("t");
  request.pr_time_travel = moment;
  Column column;
  column.name = Identifier("id");
  column.type = "integer";
  try {
    plan_comparison(dialect, request, {column}, {column});
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::configuration);
    CHECK_FALSE(error.hint().empty());
    return error.problem();
  }
  return {};
}

}  // namespace

TEST_CASE("a moment is a time, an offset before now, or a version") {
  const std::pair<const char*, const char*> kRows[] = {
      {"2024-04-30", "2024-04-30T00:00:00Z"},
      {"2024-04-30 08:30:00", "2024-04-30T08:30:00Z"},
      {"2024-04-30T08:30:00+02:00", "2024-04-30T06:30:00Z"},
      {"2024-04-30 08:30:00 -0500", "2024-04-30T13:30:00Z"},
      {"-3600", "2024-05-01T11:00:00Z"},
      {"3600", "2024-05-01T11:00:00Z"},
      {"-90m", "2024-05-01T10:30:00Z"},
      {"-2d", "2024-04-29T12:00:00Z"},
      {"version:42", "version 42"},
      {"version:01b2-c3", "version 01b2-c3"},
  };
  for (const auto& [text, wanted] : kRows) {
    CAPTURE(text);
    CHECK(read(text) == wanted);
  }
}

TEST_CASE("whatever else stands for a moment is refused, SQL above all") {
  for (const char* text :
       {"", "yesterday", "-1w", "2024-13-01", "2024-04-30 25:00:00", "-99999999d",
        "version:", "version:1; DROP TABLE t", "2024-04-30') OR 1=1 --", "CURRENT_TIMESTAMP()"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_moment(text, now()), Error);
  }
}

TEST_CASE("each engine that keeps older states is asked for one in its own words") {
  struct Row {
    const Dialect* dialect;
    const char* at_time;
    const char* at_version;  // empty: refused
  };
  const Row kRows[] = {
      {&snowflake_dialect(), "t AT(TIMESTAMP => CAST('2024-05-01 11:00:00 +00:00' AS TIMESTAMP_TZ))",
       "t AT(STATEMENT => '42')"},
      {&bigquery_dialect(), "t FOR SYSTEM_TIME AS OF TIMESTAMP '2024-05-01 11:00:00+00:00'", ""},
      {&databricks_dialect(), "t TIMESTAMP AS OF '2024-05-01 11:00:00+00:00'", "t VERSION AS OF 42"},
      {&trino_dialect(), "t FOR TIMESTAMP AS OF TIMESTAMP '2024-05-01 11:00:00 UTC'",
       "t FOR VERSION AS OF 42"},
      {&sqlserver_dialect(), "t FOR SYSTEM_TIME AS OF '2024-05-01 11:00:00'", ""},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.dialect->name);
    CHECK(asked(*row.dialect, "-1h") == row.at_time);
    if (std::string(row.at_version).empty()) {
      CHECK(problem_of(*row.dialect, "version:42") ==
            std::string(row.dialect->name) + " has no version '42' of a table");
    } else {
      CHECK(asked(*row.dialect, "version:42") == row.at_version);
    }
  }
  CHECK(problem_of(trino_dialect(), "version:a-b") == "trino has no version 'a-b' of a table");
}

TEST_CASE("an engine that keeps no older state is named") {
  for (const Dialect* dialect : {&postgres_dialect(), &redshift_dialect(), &duckdb_dialect(),
                                 &clickhouse_dialect(), &mysql_dialect()}) {
    CHECK(problem_of(*dialect, "-1h") ==
          std::string(dialect->name) + " keeps no older state of a table to read");
  }
}
