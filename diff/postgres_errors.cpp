#include "diff/postgres_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "diff/postgres_words.hpp"
#include "diff/value_out_of_range.hpp"
#include "diff/warehouse.hpp"
#include "diff/withheld.hpp"

namespace diffgate::diff {
namespace {

// What becomes of a failure.
enum class Kind {
  caller,
  configuration,
  transient,
  overloaded,
  final_answer,
  out_of_range,
  lost,
  not_ready,
  full
};

struct Rule {
  std::string_view state;  // a whole SQL state or its first characters; the first match counts
  Kind kind;
  std::string_view hint;
};

constexpr std::string_view kForeignServer =
    "it is the server behind a foreign table that can't be read: check it and its user mapping";

constexpr std::string_view kNoIcu =
    "ignore_case folds letters by ICU's collations, which this database does not have: its encoding, such as "
    "SQL_ASCII, has none, or the server was built without ICU; leave ignore_case out, or compare in a "
    "database of encoding UTF8";

constexpr std::string_view kRaised = "a function that a view or the filter calls raised it";

constexpr auto kRules = std::to_array<Rule>({
    {"42P01", Kind::configuration, "build the model, or check database and schema"},
    {"3F000", Kind::configuration, "check the schema's name"},
    {"3D000", Kind::configuration, "check the database's name"},
    {"42501", Kind::configuration, ""},
    {"28", Kind::configuration, ""},
    {"42703", Kind::caller, "check the filter's column names"},
    {"42883", Kind::caller, "check the filter"},
    {"42804", Kind::caller, "the filter has to be a condition, true or false"},
    {"42", Kind::caller, "check the filter"},
    {"25006", Kind::caller, "a filter may only read"},
    {"57014", Kind::overloaded, "raise the statement timeout, or narrow the rows by a filter"},
    {"57P03", Kind::not_ready, "the server is starting or stopping; try again"},
    {"57P05", Kind::lost, "the session was idle for too long; try again"},
    {"57P", Kind::lost, "the server or an administrator ended the connection; try again"},
    {"25P03", Kind::lost, "the session was idle for too long; try again"},
    {"53300", Kind::full,
     "the server has no connection left: lower concurrency, or raise its max_connections"},
    {"53", Kind::overloaded, "the server lacks resources; try again later"},
    {"40", Kind::transient, "try again"},
    {"08", Kind::lost, "the connection was lost; try again"},
    {"55P03", Kind::transient, "another transaction locks the table; try again, or raise lock_timeout"},
    {"55000", Kind::configuration,
     "it can't be read as it is: a materialized view wants REFRESH MATERIALIZED VIEW first"},
    {"55", Kind::transient, "try again"},
    // Tables dropped or rewritten while being read; the next try sees the new ones.
    {"XX", Kind::transient, "the server had an internal error; try again"},
    {"HV", Kind::final_answer, kForeignServer},
    {"22003", Kind::out_of_range, "a value is too large for its type; a view or the filter computes it"},
    {"22008", Kind::out_of_range, "a time is too far away for its type; a view or the filter computes it"},
    {"22", Kind::final_answer, "a value can't be read; a view or the filter computes it"},
    {"0A000", Kind::configuration, ""},
});

struct TextRule {
  std::string_view text;
  std::string_view hint;
};

// What libpq itself refuses before or after it has talked to a server (fe-connect.c, fe-secure-openssl.c).
constexpr auto kSettings = std::to_array<TextRule>({
    {"certificate verify failed",
     "the server's certificate is not signed by what sslrootcert trusts: give its CA's file"},
    // What libpq makes of another CA of the same name.
    {"SSL error: EVP lib",
     "the server's certificate is not signed by what sslrootcert trusts: give its CA's file"},
    {"alert unknown ca", "the server does not trust the client's certificate: check sslcert and sslkey"},
    {"alert certificate", "the server wants another client's certificate: check sslcert and sslkey"},
    {"root certificate file", "give the CA's file as sslrootcert, or a weaker sslmode"},
    {"does not match host name", "connect by a name that is in the certificate, or set sslmode=verify-ca"},
    {"server does not support SSL",
     "turn TLS on at the server; sslmode=disable goes without, where nobody else can listen"},
    {"private key file", "check sslkey: the file, and that others may not read it"},
    {"certificate file", "check sslcert"},
    {"invalid connection option", "check the connection's settings"},
    {"invalid sslmode value", "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full"},
    {"invalid port number", "check port"},
    {"invalid integer value", "check the connection's settings"},
    {"invalid channel_binding value", "check channel_binding"},
    {"invalid target_session_attrs value", "check target_session_attrs"},
    {"no password supplied", "give the password"},
    {"could not match", "give as many ports and addresses as hosts"},
});

std::string one_line(std::string text) {
  constexpr std::string_view kAdvice =
      "\tIs the server running on that host and accepting TCP/IP connections?";
  for (std::size_t at = 0; (at = text.find(kAdvice)) != std::string::npos;) text.erase(at, kAdvice.size());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// A message's last words, a name: as it is of relations, in quotes and with a detail behind it of databases.
std::string quoted_name(std::string name) {
  if (const std::size_t detail = name.find("\nDETAIL:"); detail != std::string::npos) name.resize(detail);
  return name.starts_with('"') ? name : '"' + name + '"';
}

// By a setting "role" of theirs.
constexpr std::string_view kRoleDenied = "permission denied to set role ";

std::string role_hint(const std::string& message, const std::string& role) {
  const std::string wanted = message.substr(message.find(kRoleDenied) + kRoleDenied.size());
  return fmt::format("GRANT {} TO {}, or leave the setting role out",
                     wanted.substr(0, wanted.find('"', 1) + 1), role);
}

// "permission denied for schema analytics" names what is missing; other languages' servers do not help.
std::string grant_hint(const PostgresFailure& failure) {
  struct Grant {
    std::string_view object;
    std::string_view words;
  };
  static constexpr auto kGrants = std::to_array<Grant>({
      {"schema", "GRANT USAGE ON SCHEMA"},
      {"database", "GRANT CONNECT ON DATABASE"},
      {"function", "GRANT EXECUTE ON FUNCTION"},
      {"foreign server", "GRANT USAGE ON FOREIGN SERVER"},
      {"table", "GRANT SELECT ON"},
      {"view", "GRANT SELECT ON"},
      {"materialized view", "GRANT SELECT ON"},
      {"foreign table", "GRANT SELECT ON"},
  });
  const std::string role = failure.role.empty() ? "the role in use" : "\"" + failure.role + "\"";
  if (failure.message.find(kRoleDenied) != std::string::npos) return role_hint(failure.message, role);
  for (const Grant& grant : kGrants) {
    const std::string before = fmt::format("permission denied for {} ", grant.object);
    const std::size_t at = failure.message.find(before);
    if (at == std::string::npos) continue;
    return fmt::format("{} {} TO {}", grant.words, quoted_name(failure.message.substr(at + before.size())),
                       role);
  }
  return "GRANT SELECT ON that relation TO " + role;
}

std::string login_hint(const std::string& message) {
  const bool wants_tls = message.find("no encryption") != std::string::npos;
  return wants_tls ? "the server wants TLS: set sslmode=require, or verify-full with sslrootcert"
                   : "check user, password and pg_hba.conf";
}

// "materialized view "orders" has not been populated", in English.
std::string refresh_hint(const std::string& message, const Rule& rule) {
  constexpr std::string_view kBefore = "materialized view \"";
  const std::size_t begin = message.find(kBefore);
  const std::size_t end = message.rfind("\" has not been populated");
  if (begin == std::string::npos || end == std::string::npos) return std::string(rule.hint);
  const std::size_t name = begin + kBefore.size();
  return "REFRESH MATERIALIZED VIEW \"" + message.substr(name, end - name) + "\"";
}

std::string hint_for(const PostgresFailure& failure, const Rule& rule) {
  if (rule.state == "42501") return grant_hint(failure);
  if (rule.state == "28") return login_hint(failure.message);
  if (rule.state == "55000") return refresh_hint(failure.message, rule);
  if (rule.state == "0A000" && failure.message.find("cross-database") != std::string::npos) {
    return "a connection to PostgreSQL reads one database: build production and the pull request into "
           "schemas of the same one";
  }
  return std::string(rule.hint);
}

bool speaks_of_connection(Kind kind) {
  return kind == Kind::lost || kind == Kind::not_ready || kind == Kind::full;
}

[[noreturn]] void throw_kind(Kind kind, const std::string& what, const std::string& where,
                             const std::string& hint) {
  switch (kind) {
    case Kind::caller:
      throw Error(ErrorClass::caller, what, where, hint);
    case Kind::configuration:
      throw Error(ErrorClass::configuration, what, where, hint);
    case Kind::transient:
      throw Error(ErrorClass::remote_transient, what, where, hint);
    case Kind::overloaded:
      throw WarehouseOverloaded(what, where, hint);
    case Kind::out_of_range:
      throw ValueOutOfRange(what, where, hint);
    case Kind::lost:
      throw WarehouseLost(what, where, hint);
    case Kind::not_ready:
      throw WarehouseLost(what, where, hint, WarehouseLost::Why::not_ready);
    case Kind::full:
      throw WarehouseLost(what, where, hint, WarehouseLost::Why::full);
    case Kind::final_answer:
      break;
  }
  throw Error(ErrorClass::remote_final, what, where, hint);
}

std::string joined(const std::string& hint, const std::string& more) {
  return hint.empty() ? more : hint + "; " + more;
}

// The same failure by what it is, with the message apart.
[[noreturn]] void throw_without_values(const PostgresFailure& failure) {
  PostgresFailure shown = failure;
  shown.message = words_without_values(failure);
  shown.reading = {};
  try {
    throw_postgres_error(shown);
  } catch (const WarehouseLost&) {
    throw;
  } catch (const WarehouseOverloaded&) {
    throw;
  } catch (const Error& error) {
    WithheldError withheld(
        Error(error.error_class(), error.problem(), error.where(), joined(error.hint(), kWhereWithheld)),
        one_line(failure.message));
    withheld.is_out_of_range = dynamic_cast<const ValueOutOfRange*>(&error) != nullptr;
    throw withheld;
  }
}

// "…: FATAL:  28P01: password authentication failed …": the state, and the text without it and without the
// place in the server's source.
std::string take_state(std::string& message) {
  if (const std::size_t at = message.find("LOCATION:"); at != std::string::npos) message.resize(at);
  constexpr std::size_t kStateSize = 5;
  for (const std::string_view severity : {"FATAL:  ", "ERROR:  ", "PANIC:  "}) {
    const std::size_t at = message.find(severity);
    if (at == std::string::npos) continue;
    const std::size_t state = at + severity.size();
    if (message.compare(state + kStateSize, 2, ": ") != 0) continue;
    std::string found = message.substr(state, kStateSize);
    message.erase(state, kStateSize + 2);
    return found;
  }
  return {};
}

}  // namespace

void throw_postgres_error(const PostgresFailure& failure) {
  const std::string message = one_line(failure.message);
  if (failure.sqlstate.empty()) {
    for (const TextRule& rule : kSettings) {
      if (message.find(rule.text) != std::string::npos)
        throw_kind(Kind::configuration, message, failure.where, std::string(rule.hint));
    }
    throw_kind(Kind::lost, message.empty() ? "the connection was lost" : message, failure.where,
               "check that the server is up and can be reached");
  }
  if (may_hold_values(failure)) throw_without_values(failure);
  const std::string what = fmt::format("{} (SQL state {})", message, failure.sqlstate);
  // postgres_fdw's, of another server than this one, which is not lost.
  if (failure.sqlstate == "08001" && message.starts_with("could not connect to server \""))
    throw_kind(Kind::final_answer, what, failure.where, std::string(kForeignServer));
  // Only what ignores case names it (postgres_dialect.cpp).
  if (failure.sqlstate == "42704" && message.find("und-x-icu") != std::string::npos)
    throw_kind(Kind::configuration, what, failure.where, std::string(kNoIcu));
  if (failure.is_raised) throw_kind(Kind::final_answer, what, failure.where, std::string(kRaised));
  for (const Rule& rule : kRules) {
    if (!failure.sqlstate.starts_with(rule.state)) continue;
    // dblink's connection, or a function's.
    if (speaks_of_connection(rule.kind) && !failure.ends_connection)
      throw_kind(Kind::final_answer, what, failure.where,
                 std::string(rule.state == "08" ? kForeignServer : kRaised));
    throw_kind(rule.kind, what, failure.where, hint_for(failure, rule));
  }
  throw_kind(Kind::final_answer, what, failure.where, {});
}

void throw_connection_error(const std::string& verbose_message, const std::string& role,
                            const std::string& where) {
  std::string message = verbose_message;
  std::string state = take_state(message);
  try {
    throw_postgres_error({.sqlstate = std::move(state),
                          .message = std::move(message),
                          .role = role,
                          .where = where,
                          .ends_connection = true});
  } catch (const Error& error) {
    throw_as_setting(error);
  }
}

void throw_as_setting(const Error& error) {
  if (error.error_class() != ErrorClass::caller && error.error_class() != ErrorClass::remote_final) throw;
  throw Error(ErrorClass::configuration, error.problem(), error.where(),
              "check the session's settings: work_mem, lock_timeout, role, search_path, options");
}

}  // namespace diffgate::diff
