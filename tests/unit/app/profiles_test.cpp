#include "app/commands/profiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "app/commands/commit_sha.hpp"
#include "net/error.hpp"

using namespace diffgate;
using namespace diffgate::app;

namespace {

const std::string profiles = R"(
config: {send_anonymous_usage_stats: false}
shop:
  target: "{{ env_var('DBT_TARGET', 'dev') }}"
  outputs:
    dev:
      type: postgres
      host: db.internal
      port: "{{ env_var('PGPORT', '5433') | as_number }}"
      user: "{{ env_var('DB_USER') }}"
      pass: "pre-{{ env_var(\"DBT_ENV_SECRET_PASSWORD\") }}-post"
      dbname: analytics
      schema: dbt_me
      threads: 8
      role: reader
      search_path: "a, b"
      sslmode: require
      keepalives_idle: 0
    prod:
      type: postgres
      host: "{{ env_var('ONLY_IN_PRODUCTION') }}"
      user: u
      dbname: d
    duck:
      type: duckdb
      path: target/shop.duckdb
      attach:
        - path: other.duckdb
        - {path: third.db, alias: three}
    memory: {type: duckdb}
    cloud: {type: duckdb, path: "md:shop"}
    snow: {type: snowflake, account: x}
    bad_port: {type: postgres, host: h, user: u, dbname: d, port: many}
    jinja: {type: postgres, host: "{% if x %}h{% endif %}", user: u, dbname: d}
    expression: {type: postgres, host: "{{ target.name }}", user: u, dbname: d}
    no_user: {type: postgres, host: h, dbname: d}
empty: {}
)";

const Environment variables = {{"DB_USER", "me"}, {"DBT_ENV_SECRET_PASSWORD", "hunter2"}};

std::string parameter(const diff::PostgresOptions& options, const std::string& name) {
  const auto& all = options.parameters;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == name; });
  return found == all.end() ? "(none)" : found->second;
}

std::string error_of(const std::string& profile, const std::string& target) {
  try {
    (void)parse_profile(profiles, "profiles.yml", profile, target, variables);
  } catch (const Error& error) {
    CHECK(error.error_class() == ErrorClass::configuration);
    return error.what();
  }
  return "(no error)";
}

}  // namespace

TEST_CASE("a postgres target becomes libpq parameters") {
  const auto warehouse = parse_profile(profiles, "profiles.yml", "shop", "", variables);
  const auto& options = std::get<diff::PostgresOptions>(warehouse);
  CHECK(parameter(options, "host") == "db.internal");
  CHECK(parameter(options, "port") == "5433");
  CHECK(parameter(options, "user") == "me");
  CHECK(parameter(options, "dbname") == "analytics");
  CHECK(parameter(options, "sslmode") == "require");
  CHECK(parameter(options, "keepalives_idle") == "(none)");
  CHECK(parameter(options, "options") == "-c role=reader -c search_path=a,\\ b");
  CHECK(options.password.expose() == "pre-hunter2-post");
  CHECK(options.concurrency == 8);
}

TEST_CASE("a duckdb target becomes a file and what it attaches") {
  const auto warehouse = parse_profile(profiles, "profiles.yml", "shop", "duck", variables);
  const auto& options = std::get<diff::DuckDbOptions>(warehouse);
  CHECK(options.path == "target/shop.duckdb");
  REQUIRE(options.attach.size() == 2);
  CHECK(options.attach[0].alias == "other");
  CHECK(options.attach[1].alias == "three");
}

TEST_CASE("what is wrong with a profile is said by file, profile and key") {
  struct {
    const char* profile;
    const char* target;
    const char* says;
  } const cases[] = {
      {"nope", "", "profiles.yml: has no profile 'nope' (it has: config, shop, empty)"},
      {"shop", "nope", "has no target 'nope'"},
      {"empty", "", "has no outputs"},
      {"shop", "prod", "shop.outputs.prod.host: the environment variable 'ONLY_IN_PRODUCTION' is not set"},
      {"shop", "memory", "shop.outputs.memory.path"},
      {"shop", "cloud", "is not a local DuckDB file"},
      {"shop", "snow", "the adapter type 'snowflake' is not supported (supported: postgres, duckdb)"},
      {"shop", "bad_port", "shop.outputs.bad_port.port: is not a whole number"},
      {"shop", "jinja", "Jinja statements"},
      {"shop", "expression", "only {{ env_var('NAME'[, 'default']) }} is understood"},
      {"shop", "no_user", "shop.outputs.no_user.user: is missing"},
  };
  for (const auto& [profile, target, says] : cases) {
    CAPTURE(says);
    const std::string error = error_of(profile, target);
    CAPTURE(error);
    CHECK(error.find(says) != std::string::npos);
    CHECK(error.find("hunter2") == std::string::npos);
  }
  CHECK_THROWS_AS((void)parse_profile("a: [", "profiles.yml", "a", "", {}), Error);
  CHECK_THROWS_AS((void)parse_profile("- a", "profiles.yml", "a", "", {}), Error);
}

TEST_CASE("env_var is the only Jinja that is understood") {
  const Environment set = {{"A", "1"}, {"B", "two"}};
  struct {
    const char* text;
    const char* value;  // nullptr: refused
  } const cases[] = {
      {"plain", "plain"},
      {"{{ env_var('A') }}", "1"},
      {"{{env_var(\"A\")|as_number|as_text}}", "1"},
      {"x{{ env_var('A') }}y{{ env_var('B') }}z", "x1ytwoz"},
      {"{{ env_var('C', 'def') }}", "def"},
      {"{{ env_var('C', 5432) | as_number }}", "5432"},
      {"{{ env_var('C', '') }}", ""},
      {"{{ env_var('C') }}", nullptr},
      {"{{ env_var(A) }}", nullptr},
      {"{{ env_var('A') + 'x' }}", nullptr},
      {"{{ env_var('A') | upper }}", nullptr},
      {"{{ var('A') }}", nullptr},
      {"{{ env_var('A' }}", nullptr},
      {"{{ env_var('A')", nullptr},
      {"{{ }}", nullptr},
      {"{# note #}", nullptr},
  };
  for (const auto& [text, value] : cases) {
    CAPTURE(text);
    if (value == nullptr) {
      CHECK_THROWS_AS((void)render_env_vars(text, set, "here"), Error);
    } else {
      CHECK(render_env_vars(text, set, "here") == value);
    }
  }
}

TEST_CASE("the commit is what the CI system says, the branch's head for a pull request") {
  const std::map<std::string, std::string> gitlab = {{"CI_COMMIT_SHA", "merged"},
                                                     {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "head"}};
  CHECK(commit_sha_of(gitlab, true) == "head");
  CHECK(commit_sha_of(gitlab, false) == "merged");
  CHECK(commit_sha_of({{"GITHUB_SHA", "x"}}, false) == "x");
  CHECK(commit_sha_of({{"GIT_COMMIT", "x"}}, true) == "x");
  CHECK_FALSE(commit_sha_of({{"CI_COMMIT_SHA", ""}}, true));
  CHECK_FALSE(commit_sha_of({}, true));
}
