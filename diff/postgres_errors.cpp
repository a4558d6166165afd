#include "diff/postgres_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace diffgate::diff {
namespace {

struct Rule {
  std::string_view state;  // a whole SQL state or its first characters; the first match counts
  ErrorClass error_class;
  std::string_view hint;
};

constexpr auto kRules = std::to_array<Rule>({
    {"42P01", ErrorClass::configuration, "build the model, or check database and schema"},
    {"3F000", ErrorClass::configuration, "check the schema's name"},
    {"3D000", ErrorClass::configuration, "check the database's name"},
    {"42501", ErrorClass::configuration, ""},
    {"28", ErrorClass::configuration, "check user, password and pg_hba.conf"},
    {"42703", ErrorClass::caller, "check the filter's column names"},
    {"42883", ErrorClass::caller, "check the filter"},
    {"42804", ErrorClass::caller, "the filter has to be a condition, true or false"},
    {"42", ErrorClass::caller, "check the filter"},
    {"25006", ErrorClass::caller, "a filter may only read"},
    {"57014", ErrorClass::remote_transient, "raise the statement timeout, or narrow the rows by a filter"},
    {"57P", ErrorClass::remote_transient, "the server is restarting; try again"},
    {"53", ErrorClass::remote_transient, "the server lacks resources; try again later"},
    {"40", ErrorClass::remote_transient, "try again"},
    {"08", ErrorClass::remote_transient, "the connection was lost; try again"},
    {"55", ErrorClass::remote_transient, "try again"},
    // Tables dropped or rewritten while being read; the next try sees the new ones.
    {"XX", ErrorClass::remote_transient, "the server had an internal error; try again"},
    {"22", ErrorClass::remote_final, "a value can't be read; a view or the filter computes it"},
    {"0A000", ErrorClass::configuration, ""},
});

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string grant_hint(const PostgresFailure& failure) {
  const std::string role = failure.role.empty() ? "the role in use" : "\"" + failure.role + "\"";
  const std::string& text = failure.message;
  if (text.find("schema") != std::string::npos) return "GRANT USAGE ON SCHEMA … TO " + role;
  if (text.find("database") != std::string::npos) return "GRANT CONNECT ON DATABASE … TO " + role;
  if (text.find("function") != std::string::npos) return "GRANT EXECUTE ON FUNCTION … TO " + role;
  return "GRANT SELECT ON that relation TO " + role;
}

}  // namespace

Error postgres_error(const PostgresFailure& failure) {
  const std::string message = one_line(failure.message);
  if (failure.sqlstate.empty()) {
    return Error(ErrorClass::remote_transient, message.empty() ? "the connection was lost" : message,
                 failure.where, "check that the server is up and can be reached");
  }
  const std::string what = fmt::format("{} (SQL state {})", message, failure.sqlstate);
  for (const Rule& rule : kRules) {
    if (!failure.sqlstate.starts_with(rule.state)) continue;
    const std::string hint = failure.sqlstate == "42501" ? grant_hint(failure) : std::string(rule.hint);
    return Error(rule.error_class, what, failure.where, hint);
  }
  return Error(ErrorClass::remote_final, what, failure.where);
}

}  // namespace diffgate::diff
