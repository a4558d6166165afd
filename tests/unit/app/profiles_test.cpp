#include "app/commands/profiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "net/error.hpp"
#include "temporary_directory.hpp"

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
    lake: {type: duckdb, path: x.duckdb, is_ducklake: true}
    iam: {type: redshift, method: iam, host: h, user: u, dbname: d}
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
  const auto& options = std::get<diff::PostgresOptions>(warehouse.options);
  CHECK(warehouse.warnings.empty());
  CHECK(warehouse.place == "profiles.yml: shop.outputs.dev");
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
  const auto& options = std::get<diff::DuckDbOptions>(warehouse.options);
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
      {"nope", "", "profiles.yml: has no profile 'nope' (it has: shop, empty)"},
      {"shop", "nope", "has no target 'nope'"},
      {"empty", "", "has no outputs"},
      {"shop", "prod", "shop.outputs.prod.host: the environment variable 'ONLY_IN_PRODUCTION' is not set"},
      {"shop", "memory", "shop.outputs.memory.path"},
      {"shop", "cloud", "is not a local DuckDB file"},
      {"shop", "lake", "is not a local DuckDB file"},
      {"shop", "snow",
       "the adapter type 'snowflake' is not supported (supported: postgres, redshift, duckdb)"},
      {"shop", "bad_port", "shop.outputs.bad_port.port: is not a whole number from 1 to 65535"},
      {"shop", "iam", "shop.outputs.iam.method: the method 'iam' is not supported"},
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

TEST_CASE("every key of an output is used, dbt's own affair, or named in a warning") {
  const std::string yaml = R"(
p:
  target: pg
  outputs:
    pg:
      {type: postgres, host: h, user: u, password: s, port: "5433", database: d, schema: x, threads: 2, retries: 3,
       connect_timeout: 4, role: r, search_path: x, keepalives_idle: 9, sslmode: verify-full, sslcert: /c,
       sslkey: /k, sslrootcert: /r, application_name: me, sslmod: require, wharehouse: w}
    rs:
      {type: redshift, host: h, user: u, password: s, dbname: d, schema: x, tcp_keepalive_idle: 20, ra3_node: true,
       autocommit: true, role: r, sslmode: verify-ca}
    duck:
      type: duckdb
      path: x.duckdb
      database: x
      schema: main
      external_root: /exports
      extensions: [httpfs, {name: spatial, repo: community}]
      config_options: {allow_unsigned_extensions: true}
      settings: {memory_limit: 1GB, temp_directory: /t, Threads: 3, enable_external_access: true, motherduck_token: hunter2}
      secrets: [{type: s3, key_id: hunter2}]
      plugins: [{module: excel}]
      attach:
        - {path: "a.duckdb?x=1", read_only: true}
        - {path: b.sqlite, type: sqlite}
        - {path: "md:shop"}
)";
  struct {
    const char* target;
    std::vector<std::string> warnings;  // how each begins
  } const cases[] = {
      {"pg",
       {"f: p.outputs.pg.sslmod: not a key that diffgate knows, so it is not used (did you mean 'sslmode'?)",
        "f: p.outputs.pg.wharehouse: not a key"}},
      {"rs", {"f: p.outputs.rs.role: is not used"}},
      {"duck",
       {"f: p.outputs.duck.secrets: is not used", "f: p.outputs.duck.plugins: is not used",
        "f: p.outputs.duck.attach[1]: is not a local DuckDB file",
        "f: p.outputs.duck.attach[2]: is not a local DuckDB file",
        "f: p.outputs.duck.config_options.allow_unsigned_extensions: diffgate sets this itself",
        "f: p.outputs.duck.settings.enable_external_access: diffgate sets",
        "f: p.outputs.duck.settings.motherduck_token: diffgate sets"}},
  };
  for (const auto& [target, warnings] : cases) {
    CAPTURE(target);
    const ProfileWarehouse found = parse_profile(yaml, "f", "p", target, {});
    REQUIRE(found.warnings.size() == warnings.size());
    for (std::size_t i = 0; i < warnings.size(); ++i) {
      CAPTURE(found.warnings[i]);
      CHECK(found.warnings[i].starts_with(warnings[i]));
      CHECK(found.warnings[i].find("hunter2") == std::string::npos);
    }
  }
  const auto pg = std::get<diff::PostgresOptions>(parse_profile(yaml, "f", "p", "pg", {}).options);
  CHECK(parameter(pg, "keepalives_idle") == "9");
  CHECK(parameter(pg, "sslrootcert") == "/r");
  CHECK(parameter(pg, "application_name") == "me");
  CHECK(pg.connect_timeout == std::chrono::seconds(4));
  CHECK(pg.concurrency == 2);
  const auto rs = std::get<diff::PostgresOptions>(parse_profile(yaml, "f", "p", "rs", {}).options);
  CHECK(rs.engine == diff::PostgresOptions::Engine::redshift);
  CHECK(parameter(rs, "port") == "5439");
  CHECK(parameter(rs, "keepalives_idle") == "20");
  const auto duck = std::get<diff::DuckDbOptions>(parse_profile(yaml, "f", "p", "duck", {}).options);
  CHECK(duck.memory_limit == "1GB");
  CHECK(duck.temp_directory == "/t");
  CHECK(duck.settings == std::map<std::string, std::string>{{"threads", "3"}});
  CHECK(duck.extensions == std::vector<std::string>{"httpfs", "spatial"});
  CHECK(duck.allowed_directories == std::vector<std::string>{"/exports/"});
  REQUIRE(duck.attach.size() == 1);
  CHECK(duck.attach[0].path == "a.duckdb");
}

TEST_CASE("a password that is no Jinja is the password, as to dbt; a variable that is missing is not") {
  const std::string yaml =
      "p: {outputs: {default: {type: postgres, host: h, user: u, dbname: d, password: \"a{{b\"}, "
      "missing: {type: postgres, host: h, user: u, dbname: d, password: \"{{ env_var('NOPE') }}\"}}}";
  const auto found = parse_profile(yaml, "f", "p", "", {});
  CHECK(std::get<diff::PostgresOptions>(found.options).password.expose() == "a{{b");
  CHECK_THROWS_AS((void)parse_profile(yaml, "f", "p", "missing", {}), Error);
}

TEST_CASE("profiles.yml is looked for as dbt does, and its variables choose profile and target") {
  const test::TemporaryDirectory folder;
  const auto write = [&](const std::string& name, const std::string& host) {
    const std::filesystem::path file = std::filesystem::path(folder.path()) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "p: {target: a, outputs: {a: {type: postgres, host: " + host +
                               ", user: u, dbname: d}, b: {type: postgres, host: b-" + host +
                               ", user: u, dbname: d}}}";
  };
  const auto host_of = [&](const ProfileOptions& options, const Environment& environment) -> std::string {
    try {
      return parameter(std::get<diff::PostgresOptions>(warehouse_from_profiles(options, environment).options),
                       "host");
    } catch (const Error& error) {
      return error.what();
    }
  };
  const std::string home = folder.path() + "/home";
  const Environment variables_of_home = {{"HOME", home}};
  ProfileOptions options;
  options.profile = "p";
  CHECK(host_of(options, variables_of_home).find("there is no profiles.yml") != std::string::npos);
  options.project_dir = folder.path() + "/project";
  write("project/profiles.yml", "project");
  CHECK(host_of(options, variables_of_home) == "project");
  write("home/.dbt/profiles.yml", "home");
  CHECK(host_of(options, variables_of_home) == "home");
  write("variable/profiles.yml", "variable");
  const std::string variable = folder.path() + "/variable";
  CHECK(host_of(options, {{"HOME", home}, {"DBT_PROFILES_DIR", variable}}) == "variable");
  CHECK(host_of(options,
                {{"HOME", home}, {"DBT_PROFILES_DIR", "/no"}, {"DBT_ENGINE_PROFILES_DIR", variable}}) ==
        "variable");
  write("option/profiles.yml", "option");
  options.profiles_dir = folder.path() + "/option";
  CHECK(host_of(options, {{"HOME", home}, {"DBT_PROFILES_DIR", variable}}) == "option");
  CHECK(host_of(options, {{"DBT_TARGET", "b"}}) == "b-option");
  options.target = "a";
  CHECK(host_of(options, {{"DBT_TARGET", "b"}}) == "option");
  options.profile.clear();
  CHECK(host_of(options, {{"DBT_PROFILE", "p"}}) == "option");
  std::ofstream(folder.path() + "/project/dbt_project.yml")
      << "name: x\nprofile: \"{{ env_var('P', 'p') }}\"\n";
  CHECK(host_of(options, {}) == "option");
  options.project_dir.clear();
  CHECK(host_of(options, {{"DBT_PROJECT_DIR", folder.path() + "/project"}}) == "option");
  CHECK(host_of(options, {{"DBT_PROJECT_DIR", folder.path() + "/project"}, {"P", "q"}})
            .find("no profile 'q'") != std::string::npos);
  options.profiles_dir = folder.path() + "/empty";
  CHECK(host_of(options, variables_of_home).find("looked in") != std::string::npos);
}

TEST_CASE("env_var is the Jinja that is understood, with texts and filters") {
  const Environment set = {{"A", "1"}, {"B", "two"}, {"E", ""}, {"F", "12.7"}, {"PAD", " 4 "}, {"T", "True"}};
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
      {"{{ env_var('C', none) }}", nullptr},
      {"{{ env_var('C', default='d') }}", "d"},
      {"{{ env_var('PAD') | trim }}", "4"},
      {"{{ env_var('PAD') | trim | int }}", "4"},
      {"{{ env_var('PAD') | int }}", "4"},
      {"{{ env_var('F') | int }}", "12"},
      {"{{ env_var('B') | int }}", nullptr},
      {"{{ env_var('B') | int(7) }}", "7"},
      {"{{ env_var('B') | as_number }}", nullptr},
      {"{{ env_var('F') | as_number }}", "12.7"},
      {"{{ env_var('T') | as_bool }}", "true"},
      {"{{ env_var('B') | as_bool }}", nullptr},
      {"{{ env_var('B') | upper }}", "TWO"},
      {"{{ env_var('B') | upper | lower | replace('w', 'W') }}", "tWo"},
      {"{{ env_var('E') | default('x', true) }}", "x"},
      {"{{ env_var('E') | default('x') }}", ""},
      {"{{ env_var('E') or env_var('B') }}", "two"},
      {"{{ env_var('A') or env_var('C') }}", nullptr},
      {"{{ 'db_' ~ env_var('B') ~ '.x' }}", "db_two.x"},
      {"{{ (env_var('E', '') or 'h') | upper }}", "H"},
      {"{{ env_var('C', 'it\\'s }} here') }}", "it's }} here"},
      {"{{ env_var('C', env_var('A')) }}", "1"},
      {"a{# note #}b", "ab"},
      {"a{b}c{", "a{b}c{"},
      {"{% if true %}x{% endif %}", nullptr},
      {"{{ env_var('A') + 'x' }}", nullptr},
      {"{{ env_var('A') | truncate }}", nullptr},
      {"{{ env_var('A') | int(1, 2, 3) }}", nullptr},
      {"{{ var('A') }}", nullptr},
      {"{{ env_var('A' }}", nullptr},
      {"{{ env_var('A')", nullptr},
      {"{{ }}", nullptr},
      {"{# note", nullptr},
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

TEST_CASE("relative paths count from the project's folder, as for dbt, or from that of profiles.yml") {
  const test::TemporaryDirectory folder;
  const std::string root = folder.path();
  std::filesystem::create_directories(root + "/project");
  std::filesystem::create_directories(root + "/profiles");
  std::ofstream(root + "/profiles/profiles.yml") << R"(
p:
  outputs:
    default:
      type: duckdb
      path: dev.duckdb
      external_root: exports
      settings: {temp_directory: spill}
      attach: [{path: ../other.duckdb}, {path: /there.duckdb}]
    pg: {type: postgres, host: h, user: u, dbname: d, sslcert: c.pem, sslkey: /k.pem, sslrootcert: system}
)";
  ProfileOptions options;
  options.profile = "p";
  options.profiles_dir = root + "/profiles";
  options.project_dir = root + "/project";
  const auto duck = std::get<diff::DuckDbOptions>(warehouse_from_profiles(options, {}).options);
  CHECK(duck.path == root + "/project/dev.duckdb");
  CHECK(duck.temp_directory == root + "/project/spill");
  CHECK(duck.allowed_directories == std::vector<std::string>{root + "/project/exports/"});
  REQUIRE(duck.attach.size() == 2);
  CHECK(duck.attach[0].path == root + "/other.duckdb");
  CHECK(duck.attach[0].alias == "other");
  CHECK(duck.attach[1].path == "/there.duckdb");
  options.target = "pg";
  const auto pg = std::get<diff::PostgresOptions>(warehouse_from_profiles(options, {}).options);
  CHECK(parameter(pg, "sslcert") == root + "/project/c.pem");
  CHECK(parameter(pg, "sslkey") == "/k.pem");
  CHECK(parameter(pg, "sslrootcert") == "system");
  options.target.clear();
  options.has_project = false;
  CHECK(std::get<diff::DuckDbOptions>(warehouse_from_profiles(options, {}).options).path ==
        root + "/profiles/dev.duckdb");
}

TEST_CASE("merge keys are read as dbt's loader reads them") {
  const std::string yaml = R"(
.base: &base {type: postgres, host: h, user: u, dbname: d, threads: 2}
.more: &more {host: of more, port: 6432}
p: &p
  target: dev
  outputs: &outputs
    dev: {<<: *base, threads: 3}
    list: {<<: [*more, *base]}
    twice: {user: own, <<: {<<: *base, host: nearer}}
    quoted: {"<<": *base, type: postgres, host: h, user: u, dbname: d}
    wrong: {<<: text, type: postgres}
    settings:
      type: duckdb
      path: x.duckdb
      settings: {<<: {threads: 1}, memory_limit: 1GB}
q: {<<: *p, target: list}
r: {outputs: {<<: *outputs}, target: twice}
loop: &loop {<<: *loop, outputs: {}}
)";
  const auto pg = [&](const std::string& profile, const std::string& target) {
    return std::get<diff::PostgresOptions>(parse_profile(yaml, "f", profile, target, {}).options);
  };
  CHECK(parameter(pg("p", ""), "host") == "h");
  CHECK(pg("p", "").concurrency == 3);
  CHECK(parameter(pg("q", ""), "host") == "of more");
  CHECK(parameter(pg("q", ""), "port") == "6432");
  CHECK(parameter(pg("q", ""), "user") == "u");
  CHECK(pg("q", "").concurrency == 2);
  CHECK(parameter(pg("r", ""), "host") == "nearer");
  CHECK(parameter(pg("r", ""), "user") == "own");
  CHECK(parse_profile(yaml, "f", "p", "quoted", {}).warnings.size() == 1);
  const auto duck = std::get<diff::DuckDbOptions>(parse_profile(yaml, "f", "p", "settings", {}).options);
  CHECK(duck.settings.at("threads") == "1");
  CHECK(duck.memory_limit == "1GB");
  CHECK_THROWS_WITH_AS((void)parse_profile(yaml, "f", "p", "wrong", {}),
                       "f: p.outputs.wrong: '<<' names no mapping (write '<<: *anchor')", Error);
  CHECK_THROWS_AS((void)parse_profile(yaml, "f", "loop", "", {}), Error);
}

TEST_CASE("a variable that is not what its filter wants is not repeated: it may be a secret") {
  const Environment set = {{"DBT_ENV_SECRET", "hunter2"}, {"BIG", "1e300"}};
  for (const char* filter : {"int", "as_number", "float", "as_bool", "bool"}) {
    CAPTURE(filter);
    const std::string text = std::string("{{ env_var('DBT_ENV_SECRET') | ") + filter + " }}";
    std::string said;
    try {
      (void)render_env_vars(text, set, "f: p.port");
    } catch (const Error& error) {
      said = error.what();
    }
    CHECK(said.starts_with("f: p.port: is n"));
    CHECK(said.find("hunter2") == std::string::npos);
  }
  CHECK_THROWS_WITH_AS((void)render_env_vars("{{ env_var('BIG') | int }}", set, "w"),
                       "w: is too large a number (check the variable)", Error);
}

TEST_CASE("keys of Redshift's other methods are known") {
  const std::string yaml =
      "p: {outputs: {default: {type: redshift, host: h, user: u, dbname: d, password: s, access_key_id: a, "
      "secret_access_key: b, token_endpoint: {type: okta}, idc_region: r, issuer_url: i}}}";
  CHECK(parse_profile(yaml, "f", "p", "", {}).warnings.empty());
}
