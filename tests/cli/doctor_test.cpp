#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run_binary.hpp"
#include "support/duckdb_file.hpp"
#include "support/postgres_server.hpp"

using namespace diffgate;
using test::run_diffgate;
using Json = nlohmann::json;

namespace {

// A manifest of models with these relation names.
std::string manifest_of(const std::vector<std::string>& relations) {
  Json nodes = Json::object();
  for (const std::string& relation : relations) {
    const std::string name = "m" + std::to_string(nodes.size());
    nodes["model.shop." + name] = {{"resource_type", "model"},
                                   {"name", name},
                                   {"package_name", "shop"},
                                   {"original_file_path", "models/" + name + ".sql"},
                                   {"relation_name", relation},
                                   {"config", {{"materialized", "table"}, {"enabled", true}}},
                                   {"depends_on", {{"nodes", Json::array()}, {"macros", Json::array()}}}};
  }
  return Json{{"metadata",
               {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                {"project_name", "shop"},
                {"adapter_type", "postgres"}}},
              {"nodes", nodes},
              {"sources", Json::object()},
              {"macros", Json::object()},
              {"exposures", Json::object()},
              {"metrics", Json::object()},
              {"disabled", Json::object()}}
      .dump();
}

bool has_line(const std::string& text, const std::string& level, const std::string& part) {
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    if (line.starts_with(level) && line.find(part) != std::string::npos) return true;
    begin = end == std::string::npos ? text.size() : end + 1;
  }
  return false;
}

}  // namespace

TEST_CASE("doctor names the grants that are missing, each once, and what is not built") {
  const test::PostgresServer server;
  server.execute(
      "CREATE SCHEMA shop; CREATE SCHEMA closed; CREATE TABLE shop.a (id integer); CREATE TABLE shop.b (id "
      "integer);"
      "CREATE TABLE shop.c (id integer); CREATE TABLE closed.d (id integer); CREATE TABLE closed.e (id "
      "integer);"
      "CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA shop TO reader; GRANT SELECT ON shop.a TO reader");
  const test::Folder folder;
  const std::string manifest = folder.write(
      "manifest.json",
      manifest_of({R"("test"."shop"."a")", R"("test"."shop"."b")", R"("test"."shop"."c")",
                   R"("test"."closed"."d")", R"("test"."closed"."e")", R"("test"."shop"."missing")"}));
  const std::vector<std::string> command = {"doctor", "--warehouse", server.url("reader"), "--manifest",
                                            manifest};
  const test::Ran ran = run_diffgate(command);
  CAPTURE(ran.out);
  CAPTURE(ran.err);
  CHECK(ran.code == 2);
  CHECK(has_line(ran.out, "ok", "role reader, no TLS, read-only session"));
  CHECK(has_line(ran.out, "ok", "1 of 6 relations of the manifests can be read"));
  CHECK(has_line(ran.out, "failure", "GRANT USAGE ON SCHEMA \"closed\" TO \"reader\""));
  CHECK(has_line(ran.out, "failure", "GRANT SELECT ON ALL TABLES IN SCHEMA \"shop\" TO \"reader\""));
  CHECK(has_line(ran.out, "warning", "a relation is not there: \"test\".\"shop\".\"missing\""));
  CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 5);
  server.execute(
      "GRANT USAGE ON SCHEMA closed TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA shop, closed TO reader");
  const test::Ran mended = run_diffgate(command);
  CHECK(mended.code == 0);
  CHECK(has_line(mended.out, "ok", "5 of 6 relations"));
}

TEST_CASE("doctor does not take a grant on some columns for one on the table") {
  const test::PostgresServer server;
  server.execute(
      "CREATE TABLE a (id integer, email text); CREATE ROLE reader LOGIN; GRANT SELECT (id) ON a TO reader");
  const test::Folder folder;
  const std::string manifest = folder.write("manifest.json", manifest_of({R"("test"."public"."a")"}));
  const test::Ran ran = run_diffgate({"doctor", "--warehouse", server.url("reader"), "--manifest", manifest});
  CAPTURE(ran.out);
  CHECK(ran.code == 2);
  CHECK(has_line(ran.out, "failure", "GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"reader\""));
}

TEST_CASE("doctor looks into the schema of a profile's target, and names what the role may not read") {
  const test::PostgresServer server;
  server.execute(
      "CREATE SCHEMA shop; CREATE SCHEMA shop_staging; CREATE SCHEMA shopping; CREATE TABLE shop.a (id "
      "integer);"
      "CREATE TABLE shop.b (id integer); CREATE VIEW shop.c AS SELECT 1 AS id; CREATE TABLE shop_staging.d "
      "(id "
      "integer);"
      "CREATE ROLE reader LOGIN; CREATE ROLE outsider LOGIN; GRANT SELECT ON shop.a TO reader;"
      "REVOKE CONNECT ON DATABASE test FROM PUBLIC; GRANT CONNECT ON DATABASE test TO reader");
  const test::Folder folder;
  folder.write("profiles.yml",
               "shop: {target: prod, outputs: {prod: {type: postgres, host: 127.0.0.1, port: " +
                   std::to_string(server.port()) +
                   ", user: \"{{ env_var('WHO') }}\", dbname: test, schema: \"{{ "
                   "env_var('WHERE', 'shop') }}\"}}}");
  const auto doctor = [&](const std::map<std::string, std::string>& variables) {
    return run_diffgate({"doctor", "--profiles-dir", folder.path(), "--profile", "shop"}, {}, variables);
  };
  const test::Ran ran = doctor({{"WHO", "reader"}});
  CAPTURE(ran.out);
  CAPTURE(ran.err);
  CHECK(ran.code == 2);
  CHECK(has_line(ran.out, "failure",
                 "schema shop: \"reader\" may not use it (GRANT USAGE ON SCHEMA \"shop\" TO \"reader\")"));
  CHECK(has_line(ran.out, "failure",
                 "schema shop: of 3 tables and views, 2 can't be read: b, c (GRANT SELECT"));
  CHECK(has_line(ran.out, "warning", "schema shop_staging: \"reader\" may not use it"));
  CHECK(ran.out.find("shopping") == std::string::npos);

  const test::Ran outside = doctor({{"WHO", "outsider"}});
  CHECK(outside.code == 2);
  CHECK(has_line(outside.out, "failure", "GRANT CONNECT ON DATABASE \"test\" TO \"outsider\""));

  const test::Ran misspelt = doctor({{"WHO", "reader"}, {"WHERE", "shpo"}});
  CHECK(has_line(misspelt.out, "warning",
                 "there is no schema shpo; there are public, shop, shop_staging and 1 more"));

  server.execute(
      "GRANT USAGE ON SCHEMA shop, shop_staging TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA shop, "
      "shop_staging TO reader");
  const test::Ran mended = doctor({{"WHO", "reader"}});
  CAPTURE(mended.out);
  CHECK(mended.code == 0);
  CHECK(has_line(mended.out, "ok", "schema shop: 3 tables and views can be read"));
  CHECK(has_line(mended.out, "ok", "schema shop_staging: 1 table or view can be read"));
}

TEST_CASE("doctor opens a DuckDB profile's files, and tries the tables and views of its schema") {
  const test::DuckDbFile file;
  file.execute(
      "CREATE TABLE a (id integer); CREATE SCHEMA main_staging; CREATE TABLE main_staging.b (id integer);"
      "COPY (SELECT 1 AS id) TO '" +
      file.path() + ".csv'; CREATE VIEW c AS SELECT * FROM '" + file.path() + ".csv'");
  const test::DuckDbFile attached;
  attached.execute("CREATE TABLE d (id integer)");
  const test::Folder folder;
  const auto doctor = [&](const std::string& schema, const std::string& path) {
    folder.write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: '" + file.path() +
                                     "', schema: " + schema + ", attach: [{path: '" + path +
                                     "', alias: more}]}}}");
    return run_diffgate({"doctor", "--profiles-dir", folder.path(), "--profile", "shop"});
  };
  const test::Ran ran = doctor("main", attached.path());
  CAPTURE(ran.out);
  CHECK(ran.code == 2);
  CHECK(has_line(ran.out, "ok", "3 of 4 relations in its schemas can be read"));
  CHECK(has_line(ran.out, "failure", "\"main\".\"c\""));
  CHECK(has_line(doctor("mart", attached.path()).out, "warning",
                 "there is no schema mart; there are main, main_staging"));
  const test::Ran missing = doctor("main", "/no/such.duckdb");
  CHECK(missing.code == 2);
  CHECK(has_line(missing.out, "failure", "attaching /no/such.duckdb as more"));
}

TEST_CASE("doctor tells a superuser from a reader, a wrong login from a server that is away") {
  const test::PostgresServer server;
  CHECK(has_line(run_diffgate({"doctor", "--warehouse", server.url()}).out, "warning", "is a superuser"));
  const test::Ran wrong =
      run_diffgate({"doctor", "--warehouse", server.url("nobody_of_that_name"), "--json"});
  CHECK(wrong.code == 2);
  const Json report = Json::parse(wrong.out);
  CHECK_FALSE(report.at("ok").get<bool>());
  CHECK(report.at("checks").at(0).at("status") == "failure");
  CHECK(report.at("checks").at(0).at("fix") == "check user, password and pg_hba.conf");
  CHECK(run_diffgate({"doctor", "--warehouse", "postgresql://u@127.0.0.1:1/db"}).code == 3);
  CHECK(run_diffgate({"doctor", "--warehouse", "duckdb:///no/such.duckdb"}).code == 2);
  CHECK(run_diffgate({"doctor", "--warehouse", "x://y"}).code == 2);
  CHECK(run_diffgate({"doctor", "--config", "x.yml", "--warehouse", "duckdb:///x"}).code == 2);
}

TEST_CASE("doctor reads a profile of dbt, and names the keys that are not used") {
  const test::DuckDbFile file;
  file.execute("CREATE TABLE a (id integer)");
  const test::Folder folder;
  folder.write("profiles.yml",
               "shop: {target: dev, outputs: {dev: {type: duckdb, path: '{{ env_var(\"SHOP\") }}', "
               "thread: 3}}}");
  const test::Ran ran = run_diffgate({"doctor", "--profiles-dir", folder.path(), "--profile", "shop"}, {},
                                     {{"SHOP", file.path()}});
  CHECK(ran.code == 0);
  CHECK(has_line(ran.out, "ok", "opened read-only"));
  CHECK(ran.err.find("thread: not a key that diffgate knows, so it is not used (did you mean 'threads'?)") !=
        std::string::npos);
}

TEST_CASE(
    "doctor goes through a server file: its mistakes, its secrets' files, data directory, warehouses, "
    "forges") {
  const test::DuckDbFile file;
  file.execute("CREATE TABLE a (id integer)");
  const test::Folder folder;
  folder.write("token", "glpat-secret");
  const auto server_file = [&](const std::string& more) {
    return folder.write(
        "diffgate.yml",
        "public_url: https://diffgate.example.com\ndata_dir: " + folder.path() +
            "/data\ngitlab: [{url: 'http://127.0.0.1:1', token_file: token, webhook_token: abc}]\n"
            "warehouses:\n  shop: {type: duckdb, path: " +
            file.path() +
            "}\n  dbt: {profile: shop, profiles_dir: .}\nprojects: [{id: 1, name: a, repository: a/b, "
            "upload_key: kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk, warehouse: shop}]\n" +
            more);
  };
  const test::Ran broken = run_diffgate({"doctor", "--config", server_file("listn: x\n")});
  CHECK(broken.code == 2);
  CHECK(has_line(broken.out, "failure", "listn: unknown key (did you mean 'listen'?)"));
  folder.write("profiles.yml", "shop: {target: dev, outputs: {dev: {type: duckdb, path: /no/such.duckdb}}}");
  const test::Ran ran = run_diffgate({"doctor", "--config", server_file("")});
  CAPTURE(ran.out);
  CAPTURE(ran.err);
  CHECK(ran.code == 2);
  CHECK(has_line(ran.out, "warning", "others on this machine can read or change it"));
  CHECK(has_line(ran.out, "ok", "data_dir"));
  CHECK(has_line(ran.out, "ok", "warehouse shop: DuckDB"));
  CHECK(has_line(ran.out, "failure", "warehouse dbt"));
  CHECK(has_line(ran.out, "failure", "forge gitlab"));
  CHECK(ran.out.find("glpat-secret") == std::string::npos);
}
