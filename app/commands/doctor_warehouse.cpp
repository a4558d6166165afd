#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/commands/doctor_checks.hpp"
#include "diff/dialect.hpp"
#include "diff/relation.hpp"
#include "diff/results.hpp"

namespace diffgate::app {
namespace {

constexpr std::size_t kMostRelations = 5'000;
constexpr std::size_t kShownNames = 3;
constexpr std::chrono::milliseconds kTimeout{30'000};

using diff::text_of;

std::string parameter(const diff::PostgresOptions& options, std::string_view name) {
  for (const auto& [key, value] : options.parameters) {
    if (key == name) return value;
  }
  return {};
}

bool is_local(const std::string& host) {
  return host.empty() || host.front() == '/' || host == "localhost" || host.starts_with("127.") ||
         host == "::1";
}

Awaitable<void> examine_postgres(diff::Session& session, const diff::PostgresOptions& options,
                                 const std::string& subject, Findings& out) {
  constexpr std::int64_t kOldest = 140'000;  // hash_record_extended
  const diff::ResultSet answer =
      co_await ask(session,
                   "SELECT current_setting('server_version'), current_setting('server_version_num')::integer,"
                   " current_database()::text, current_user::text, current_setting('transaction_read_only'),"
                   " (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()),"
                   " r.rolsuper, r.rolconnlimit, current_setting('max_connections')::integer"
                   " FROM pg_roles r WHERE r.rolname = current_user");
  const auto& row = answer.rows.at(0);
  const std::string host = parameter(options, "host");
  const bool is_encrypted = row.at(5) == diff::Value(true);
  const std::string role = text_of(row.at(3));
  report_ok(out, subject,
            fmt::format("PostgreSQL {}, database {}, role {}, {}, read-only session", text_of(row.at(0)),
                        text_of(row.at(2)), role, is_encrypted ? "TLS" : "no TLS"));
  if (diff::integer_of(row.at(1)) < kOldest)
    report_failure(out, subject, "the server is older than PostgreSQL 14", "upgrade it");
  if (text_of(row.at(4)) != "on")
    report_failure(out, subject, "the session is not read-only",
                   "look for a pooler that changes transactions");
  if (!is_encrypted && !is_local(host))
    report_warning(out, subject, "passwords and rows travel without encryption", "set sslmode=verify-full");
  if (row.at(6) == diff::Value(true)) {
    report_warning(
        out, subject, "the role " + role + " is a superuser",
        "make a role that may only read, and grant it USAGE on the schemas and SELECT on the tables");
  }
  const std::int64_t limit = diff::integer_of(row.at(7));
  const std::int64_t most = limit >= 0 ? limit : diff::integer_of(row.at(8));
  if (static_cast<std::int64_t>(options.concurrency) > most) {
    report_warning(out, subject,
                   fmt::format("{} sessions are wanted and {} allowed", options.concurrency, most),
                   "lower concurrency");
  }
}

Awaitable<void> examine_redshift(diff::Session& session, const std::string& subject, Findings& out) {
  const diff::ResultSet answer = co_await ask(session, "SELECT version(), current_database(), current_user");
  const auto& row = answer.rows.at(0);
  report_ok(
      out, subject,
      fmt::format("{}, database {}, role {}", text_of(row.at(0)), text_of(row.at(1)), text_of(row.at(2))));
}

Awaitable<void> examine_duckdb(diff::Session& session, const std::string& subject, Findings& out) {
  const diff::ResultSet answer =
      co_await ask(session,
                   "SELECT version(), current_setting('memory_limit'), current_setting('threads')::VARCHAR,"
                   " (SELECT string_agg(database_name, ', ' ORDER BY database_oid) FROM duckdb_databases() "
                   "WHERE NOT internal),"
                   " (SELECT bool_and(readonly) FROM duckdb_databases() WHERE NOT internal)");
  const auto& row = answer.rows.at(0);
  report_ok(out, subject,
            fmt::format("DuckDB {}, databases {}, memory {}, {} threads, opened read-only",
                        text_of(row.at(0)), text_of(row.at(3)), text_of(row.at(1)), text_of(row.at(2))));
  if (row.at(4) != diff::Value(true))
    report_failure(out, subject, "a database is open for writing", "report this: it should not happen");
}

std::string schema_of(const std::string& relation) {
  const std::vector<diff::Identifier> parts = diff::parts_of(diff::Relation{relation});
  return parts.size() < 2 ? "public" : parts[parts.size() - 2].value();
}

// What the relations that can't be read have in common: one line for each grant or reason.
class Unreadable {
 public:
  void add(const std::string& relation, const Error& error) {
    const bool wants_select = error.hint().starts_with("GRANT SELECT ON");
    const std::string schema = schema_of(relation);
    Group& group =
        groups_[wants_select ? "SELECT in " + schema : error.hint() + error.problem().substr(0, 40)];
    group.relations.push_back(relation);
    group.problem = error.problem();
    group.fix = error.hint();
    group.is_missing = error.problem().find("42P01") != std::string::npos ||
                       error.problem().find("3F000") != std::string::npos ||
                       error.problem().starts_with("Catalog Error: Table");
    if (!wants_select) return;
    const std::string role = error.hint().substr(error.hint().rfind(" TO ") + 4);
    group.fix = select_grant(schema, role);
  }

  void report(const std::string& subject, Findings& out) const {
    for (const auto& [key, group] : groups_) {
      const std::string names = some_of(group.relations, group.relations.size());
      if (group.is_missing) {
        report_warning(
            out, subject,
            fmt::format("{} not there: {}",
                        group.relations.size() == 1 ? "a relation is"
                                                    : fmt::format("{} relations are", group.relations.size()),
                        names),
            "build them, or upload a newer manifest");
      } else {
        report_failure(out, subject, fmt::format("{} ({})", group.problem, names), group.fix);
      }
    }
  }

 private:
  struct Group {
    std::vector<std::string> relations;
    std::string problem;
    std::string fix;
    bool is_missing = false;
  };
  std::map<std::string, Group> groups_;
};

struct Reading {
  std::size_t readable = 0;
  Unreadable unreadable;
};

// A failed statement ends a transaction of PostgreSQL's, so each failure takes a session of its own.
Awaitable<void> read_relations(diff::Warehouse& warehouse, std::vector<std::string> relations,
                               Reading& reading) {
  std::unique_ptr<diff::Session> session;
  for (const std::string& relation : relations) {
    if (!session) session = co_await warehouse.open_session("doctor");
    try {
      // All columns: a grant may be for some of them alone.
      std::string sql = "SELECT * FROM " + diff::from_text(diff::Relation{relation}).text() + " LIMIT 0";
      co_await ask(*session, std::move(sql));
      ++reading.readable;
      continue;
    } catch (const diff::WarehouseLost&) {
      throw;
    } catch (const Error& error) {
      reading.unreadable.add(relation, error);
    }
    session.reset();
  }
}

Awaitable<void> examine(diff::Warehouse& warehouse, const diff::WarehouseOptions& options,
                        std::string subject, WantedTables wanted, Findings& out) {
  std::string_view origin = "of the manifests";
  {
    const std::unique_ptr<diff::Session> session = co_await warehouse.open_session("doctor");
    const auto* postgres = std::get_if<diff::PostgresOptions>(&options);
    if (postgres == nullptr) {
      co_await examine_duckdb(*session, subject, out);
    } else if (postgres->engine == diff::PostgresOptions::Engine::redshift) {
      co_await examine_redshift(*session, subject, out);
    } else {
      co_await examine_postgres(*session, *postgres, subject, out);
    }
    if (wanted.relations.empty() && !wanted.schema.empty()) {
      wanted.relations = co_await examine_schema(*session, options, wanted.schema, subject, out);
      origin = "in its schemas";
    }
  }
  std::vector<std::string>& relations = wanted.relations;
  if (relations.empty()) co_return;
  if (relations.size() > kMostRelations) relations.resize(kMostRelations);
  const std::size_t all = relations.size();
  Reading reading;
  co_await read_relations(warehouse, std::move(relations), reading);
  if (reading.readable > 0)
    report_ok(out, subject, fmt::format("{} of {} relations {} can be read", reading.readable, all, origin));
  reading.unreadable.report(subject, out);
}

}  // namespace

Awaitable<diff::ResultSet> ask(diff::Session& session, std::string sql) {
  diff::Statement statement;
  statement.sql = std::move(sql);
  statement.tag = "doctor";
  statement.timeout = kTimeout;
  co_return co_await session.query(std::move(statement));
}

std::string some_of(const std::vector<std::string>& names, std::size_t all) {
  const std::size_t shown = std::min(names.size(), kShownNames);
  std::string out =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (all > shown) out += fmt::format(" and {} more", all - shown);
  return out;
}

std::string select_grant(const std::string& schema, const std::string& role) {
  return fmt::format(
      "GRANT SELECT ON ALL TABLES IN SCHEMA \"{0}\" TO {1}; and ALTER DEFAULT PRIVILEGES FOR "
      "ROLE … IN SCHEMA \"{0}\" GRANT SELECT ON TABLES TO {1}, … being who builds them",
      schema, role);
}

void examine_warehouse(EventLoop& loop, const std::string& subject, diff::WarehouseOptions options,
                       const WantedTables& wanted, Findings& out) {
  try {
    const auto warehouse = diff::create_warehouse(loop.executor(), loop.pool(), options);
    loop.run(examine(*warehouse, options, subject, wanted, out));
  } catch (const Error& error) {
    report_error(out, subject, error);
  }
}

}  // namespace diffgate::app
