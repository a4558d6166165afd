#include <fmt/format.h>

#include <algorithm>

#include "app/commands/doctor_checks.hpp"
#include "diff/dialect.hpp"
#include "diff/results.hpp"

namespace diffgate::app {
namespace {

using diff::integer_of;
using diff::text_of;

constexpr int kMostSchemas = 50;
constexpr int kMostTables = 1'000;
constexpr int kNamesAsked = 3;

std::string quoted(const std::string& name) {
  return diff::quoted(diff::postgres_dialect(), diff::Identifier(name)).text();
}

std::string literal(const std::string& text) { return diff::literal(diff::postgres_dialect(), text).text(); }

// The schema, and those whose names begin with it and an underscore.
std::string is_of_target(std::string_view column, const std::string& schema) {
  return fmt::format("({0} = {1} OR left({0}, length({2})) = {2})", column, literal(schema),
                     literal(schema + "_"));
}

std::vector<std::string> names_in(const diff::ResultSet& answer) {
  std::vector<std::string> out;
  for (const auto& row : answer.rows) out.push_back(text_of(row.at(0)));
  return out;
}

void report_missing(const std::string& subject, const std::string& schema,
                    const std::vector<std::string>& others, Findings& out) {
  report_warning(out, subject,
                 fmt::format("there is no schema {}{}", schema,
                             others.empty() ? "" : "; there are " + some_of(others, others.size())),
                 "build the target with dbt, or mend its schema in profiles.yml");
}

// Schemas and tables as PostgreSQL's catalog has them, in words that Redshift's leader knows, too.
constexpr std::string_view kTables =
    "pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', "
    "'f')";

struct SchemaGrants {
  std::string name;
  bool is_usable = false;
  std::int64_t tables = 0;
  std::int64_t closed = 0;  // that can't be read
};

Awaitable<std::vector<SchemaGrants>> grants_of(diff::Session& session, std::string schema) {
  const diff::ResultSet answer = co_await ask(
      session,
      fmt::format("SELECT n.nspname::text, has_schema_privilege(n.oid, 'USAGE'), count(c.oid),"
                  " sum(CASE WHEN has_table_privilege(c.oid, 'SELECT') OR c.oid IS NULL THEN 0 ELSE 1 END)"
                  " FROM {} WHERE {} GROUP BY n.oid, n.nspname ORDER BY n.nspname LIMIT {}",
                  kTables, is_of_target("n.nspname::text", schema), kMostSchemas));
  std::vector<SchemaGrants> out;
  for (const auto& row : answer.rows)
    out.push_back(
        {text_of(row.at(0)), row.at(1) == diff::Value(true), integer_of(row.at(2)), integer_of(row.at(3))});
  co_return out;
}

Awaitable<std::vector<std::string>> closed_tables(diff::Session& session, std::string schema) {
  co_return names_in(co_await ask(
      session,
      fmt::format("SELECT c.relname::text FROM {} WHERE n.nspname = {} AND c.oid IS NOT NULL AND NOT "
                  "has_table_privilege(c.oid, 'SELECT') ORDER BY c.relname LIMIT {}",
                  kTables, literal(schema), kNamesAsked)));
}

std::string counted(std::int64_t tables) {
  return tables == 1 ? "1 table or view" : fmt::format("{} tables and views", tables);
}

Awaitable<void> examine_postgres(diff::Session& session, std::string schema, std::string subject,
                                 Findings& out) {
  const std::vector<SchemaGrants> found = co_await grants_of(session, schema);
  if (std::none_of(found.begin(), found.end(), [&](const SchemaGrants& s) { return s.name == schema; })) {
    const diff::ResultSet others =
        co_await ask(session,
                     "SELECT nspname::text FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> "
                     "'information_schema' ORDER BY nspname LIMIT 100");
    report_missing(subject, schema, names_in(others), out);
  }
  const std::string role =
      quoted(text_of((co_await ask(session, "SELECT current_user::text")).rows.at(0).at(0)));
  for (const SchemaGrants& one : found) {
    // A schema that only begins with the target's name may be somebody else's.
    const auto report = one.name == schema ? report_failure : report_warning;
    if (!one.is_usable)
      report(out, subject, fmt::format("schema {}: {} may not use it", one.name, role),
             fmt::format("GRANT USAGE ON SCHEMA {} TO {}", quoted(one.name), role));
    if (one.closed > 0) {
      const std::vector<std::string> names = co_await closed_tables(session, one.name);
      report(out, subject,
             fmt::format("schema {}: of {}, {} can't be read: {}", one.name, counted(one.tables), one.closed,
                         some_of(names, static_cast<std::size_t>(one.closed))),
             select_grant(one.name, role));
    } else if (one.is_usable && one.tables == 0) {
      report_ok(out, subject, fmt::format("schema {}: nothing is built there yet", one.name));
    } else if (one.is_usable) {
      report_ok(out, subject, fmt::format("schema {}: {} can be read", one.name, counted(one.tables)));
    }
  }
}

// Of DuckDB's schemas, those that hold a file's tables: it calls a file's "main" internal, too.
constexpr std::string_view kOurs =
    "database_name NOT IN ('system', 'temp') AND (NOT internal OR schema_name = 'main')";

std::string duckdb_name(const std::vector<diff::Value>& parts) {
  std::string out;
  for (const diff::Value& part : parts) {
    const diff::Identifier name(text_of(part));
    out += (out.empty() ? "" : ".") + diff::quoted(diff::duckdb_dialect(), name).text();
  }
  return out;
}

// There are no grants: what can't be read is a view over files or of an extension, which only a try shows.
Awaitable<std::vector<std::string>> examine_duckdb(diff::Session& session, std::string schema,
                                                   std::string subject, Findings& out) {
  const diff::ResultSet schemas = co_await ask(
      session, fmt::format("SELECT DISTINCT schema_name FROM duckdb_schemas() WHERE {} ORDER BY 1"
                           " LIMIT 100",
                           kOurs));
  const std::vector<std::string> names = names_in(schemas);
  const bool has_schema = std::find(names.begin(), names.end(), schema) != names.end();
  if (!has_schema) report_missing(subject, schema, names, out);
  const diff::ResultSet tables = co_await ask(
      session,
      fmt::format("SELECT * FROM (SELECT database_name, schema_name, table_name FROM duckdb_tables() "
                  "WHERE NOT internal UNION ALL SELECT database_name, schema_name, view_name FROM "
                  "duckdb_views() WHERE NOT internal) WHERE {} ORDER BY ALL LIMIT {}",
                  is_of_target("schema_name", schema), kMostTables));
  std::vector<std::string> relations;
  for (const auto& row : tables.rows) relations.push_back(duckdb_name(row));
  if (has_schema && relations.empty())
    report_ok(out, subject, fmt::format("schema {}: nothing is built there yet", schema));
  co_return relations;
}

}  // namespace

Awaitable<std::vector<std::string>> examine_schema(diff::Session& session,
                                                   const diff::WarehouseOptions& options, std::string schema,
                                                   std::string subject, Findings& out) {
  if (std::holds_alternative<diff::DuckDbOptions>(options))
    co_return co_await examine_duckdb(session, std::move(schema), std::move(subject), out);
  co_await examine_postgres(session, std::move(schema), std::move(subject), out);
  co_return std::vector<std::string>{};
}

}  // namespace diffgate::app
