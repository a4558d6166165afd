#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/gates.hpp"
#include "run_binary.hpp"

using namespace diffgate;
using test::run_diffgate;
using Json = nlohmann::json;

namespace {

const std::string production = "app/demo/project/built/production_manifest.json.gz";
const std::string pull_request = "app/demo/project/built/pull_request_manifest.json.gz";

bool is_one_line(const std::string& text) {
  return !text.empty() && text.back() == '\n' && std::count(text.begin(), text.end(), '\n') == 1;
}

}  // namespace

TEST_CASE("every command explains itself with an example") {
  const std::vector<std::vector<std::string>> commands = {
      {"compare"}, {"diff"},        {"plan"},  {"ls"},   {"check-primary-keys"}, {"match-files"},
      {"upload"},  {"trigger-job"}, {"serve"}, {"demo"}, {"config", "check"},    {"config", "schema"}};
  for (std::vector<std::string> command : commands) {
    CAPTURE(command.back());
    command.emplace_back("--help");
    const test::Ran ran = run_diffgate(command);
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out.find("Example:\n  ") != std::string::npos);
    CHECK(ran.out.find("--help") != std::string::npos);
  }
}

TEST_CASE("a mistake in the arguments is one line on stderr and exit code 2") {
  struct {
    std::vector<std::string> arguments;
    const char* says;
  } const cases[] = {
      {{}, "see diffgate --help"},
      {{"bogus"}, "there is no command 'bogus'"},
      {{"compare"}, "see diffgate compare --help"},
      {{"compare", "--bogus"}, "there is no option '--bogus' (see diffgate compare --help)"},
      {{"compare", "--warehouse", "duckdb:///x", "--prd", "a", "--pr", "b"},
       "there is no option '--prd', did you mean '--prod'?"},
      {{"compare", "--warehouse", "oracle://x", "--prod", "a", "--pr", "b"}, "postgresql://"},
      {{"compare", "--warehouse", "duckdb:///x", "--prod", "a; drop table b", "--pr", "b"},
       "a; drop table b"},
      {{"compare", "--warehouse", "duckdb:///x", "--prod", "a", "--pr", "b", "--tolerance", "x=much"},
       "much"},
      {{"ls", "--base", "missing.json", "--head", "missing.json"}, "missing.json"},
      {{"ls", "--base", production, "--head", pull_request, "--output", "xml"}, "--output"},
      {{"ls", "--base", production, "--head", pull_request, "--select", "state:"}, "select, column 1"},
      {{"plan", "--base", "README.md", "--head", pull_request}, "README.md"},
      {{"check-primary-keys", "--manifest", "README.md"}, "README.md"},
      {{"match-files", "--patterns", "missing.txt"}, "missing.txt"},
      {{"config"}, "see diffgate config --help"},
      {{"upload", "--server", "http://127.0.0.1:1", "--project", "1", "--run-type", "nightly"}, "--run-type"},
      {{"diff", "--base", production, "--head", pull_request, "--profiles-dir", "/nowhere", "--profile",
        "shop"},
       "profiles.yml"},
      {{"diff", "--base", production, "--head", pull_request, "--json", "--markdown"}, "--json"},
  };
  for (const auto& [arguments, says] : cases) {
    CAPTURE(says);
    const test::Ran ran = run_diffgate(arguments);
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(is_one_line(ran.err));
    CHECK(ran.err.find(says) != std::string::npos);
  }
}

TEST_CASE("ls prints the selection, sorted, one node a line") {
  const test::Ran ran = run_diffgate(
      {"ls", "--base", production, "--head", pull_request, "--select", "state:modified,resource_type:model"});
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  CHECK(ran.out ==
        "model.shop.customers\nmodel.shop.order_items\nmodel.shop.orders\nmodel.shop.payments\n"
        "model.shop.stg_customers\nmodel.shop.stg_orders\nmodel.shop.stg_promotions\n");
  const test::Ran paths = run_diffgate(
      {"ls", "--base", production, "--head", pull_request, "--select", "orders", "--output", "path"});
  CHECK(paths.out == "models/marts/orders.sql\n");
  const test::Ran lines = run_diffgate({"ls", "--base", production, "--head", pull_request, "--select",
                                        "orders", "payments", "--exclude", "payments", "--output", "json"});
  CHECK(Json::parse(lines.out) == Json{{"unique_id", "model.shop.orders"},
                                       {"resource_type", "model"},
                                       {"name", "orders"},
                                       {"path", "models/marts/orders.sql"},
                                       {"changes", Json::array()}});
  const test::Ran modified = run_diffgate({"ls", "--base", production, "--head", pull_request, "--select",
                                           "state:modified,orders", "--output", "json"});
  CHECK(Json::parse(modified.out).at("changes") == Json{"code"});
  const test::Ran array =
      run_diffgate({"ls", "--base", production, "--head", pull_request, "--select", "orders", "--json"});
  CHECK(Json::parse(array.out).size() == 1);
}

TEST_CASE("ls finds the run results and freshness beside the manifests, or where it is told") {
  const test::Folder folder;
  const std::string base = folder.write("prod/manifest.json.gz", test::read(production));
  const std::string head = folder.write("target/manifest.json.gz", test::read(pull_request));
  const auto ls = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"ls", "--base", base, "--head", head};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_diffgate(arguments);
  };
  const test::Ran without = ls({"--select", "result:error"});
  CHECK(without.code == 2);
  CHECK(without.err.find("'result:error' needs the run_results.json beside the base manifest") !=
        std::string::npos);
  const std::string results =
      R"({"args": {"which": "build"}, "results": [{"unique_id": "model.shop.orders", "status": "error"}]})";
  const std::string elsewhere = folder.write("elsewhere.json", results);
  CHECK(ls({"--select", "result:error", "--base-run-results", elsewhere}).out == "model.shop.orders\n");
  folder.write("prod/run_results.json", results);
  CHECK(ls({"--select", "result:error"}).out == "model.shop.orders\n");
  CHECK(ls({"--select", "orders", "--base-run-results", folder.path("missing.json")}).code == 2);
}

TEST_CASE("a selector that matches nothing is an empty answer and a warning on stderr") {
  const test::Ran ran =
      run_diffgate({"ls", "--base", production, "--head", pull_request, "--select", "no_such_model"});
  CHECK(ran.code == 0);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("no_such_model") != std::string::npos);
}

TEST_CASE("manifests of two projects are refused by every command that compares them") {
  const test::Folder folder;
  const std::string other = folder.write("other.json", R"({
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
                 "dbt_version": "1.9.0", "adapter_type": "duckdb", "project_name": "other"},
    "nodes": {}, "sources": {}, "macros": {}, "exposures": {}, "metrics": {}})");
  for (const char* command : {"ls", "plan"}) {
    CAPTURE(command);
    const test::Ran ran = run_diffgate({command, "--base", other, "--head", pull_request});
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(is_one_line(ran.err));
    CHECK(ran.err.find("different dbt projects") != std::string::npos);
  }
}

TEST_CASE("plan says what would be diffed and why") {
  const test::Ran ran = run_diffgate({"plan", "--base", production, "--head", pull_request, "--json"});
  REQUIRE(ran.code == 0);
  const Json plan = Json::parse(ran.out);
  CHECK(plan.at("diffs") == 11);
  const Json& first = plan.at("models").at(0);
  CHECK(first.at("unique_id") == "model.shop.customers");
  CHECK(first.at("action") == "diff");
  CHECK(first.at("why") == "modified");
  CHECK(first.at("changes") == Json{"body"});
  CHECK(first.at("keys").at("columns") == Json{"customer_id"});
  CHECK(first.at("keys").at("source") == "unique_test");

  const Json slim = Json::parse(
      run_diffgate({"plan", "--base", production, "--head", pull_request, "--slim", "--output", "json"}).out);
  CHECK(slim.at("diffs") == 7);
  CHECK(run_diffgate({"plan", "--base", production, "--head", pull_request, "--output", "mermaid"})
            .out.starts_with("flowchart"));
  CHECK(run_diffgate({"plan", "--base", production, "--head", pull_request}).out.find("11 to diff") !=
        std::string::npos);
}

TEST_CASE("a rules file changes the plan") {
  const test::Folder folder;
  const std::string rules = folder.write(".diffgate.yml", "slim_diff: true\nexclude: payments\n");
  const Json plan = Json::parse(
      run_diffgate({"plan", "--base", production, "--head", pull_request, "--rules", rules, "--json"}).out);
  CHECK(plan.at("diffs") == 6);
  const std::string wrong = folder.write("wrong.yml", "slim_dif: true\n");
  const test::Ran ran =
      run_diffgate({"plan", "--base", production, "--head", pull_request, "--rules", wrong});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("wrong.yml:1:1") != std::string::npos);
}

TEST_CASE("check-primary-keys names each model's key and its source") {
  const Json keys =
      Json::parse(run_diffgate({"check-primary-keys", "--manifest", pull_request, "--json"}).out);
  const auto named = [&](const std::string& name) {
    return *std::find_if(keys.begin(), keys.end(), [&](const Json& line) { return line.at("name") == name; });
  };
  CHECK(named("orders").at("columns") == Json{"order_id"});
  CHECK(named("orders").at("source") == "unique_test");
  CHECK(named("raw_orders").at("columns").empty());
  CHECK(named("raw_orders").at("source") == "none");
  const test::Ran table = run_diffgate({"check-primary-keys", "--manifest", pull_request});
  CHECK(table.out.starts_with("MODEL"));
}

TEST_CASE("match-files tells which line decides") {
  const test::Folder folder;
  const std::string patterns = folder.write("patterns", "# only dbt\n*\n!dbt/*\r\ndbt/*.md\n");
  const test::Ran ran =
      run_diffgate({"match-files", "--patterns", patterns}, "README.md\ndbt/models/a.sql\ndbt/README.md\n\n");
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  CHECK(ran.out == "ignored\tREADME.md\t2\ncounts\tdbt/models/a.sql\nignored\tdbt/README.md\t4\n");
  const Json json =
      Json::parse(run_diffgate({"match-files", "--patterns", patterns, "--json"}, "dbt/README.md").out);
  CHECK(json == Json::array({{{"path", "dbt/README.md"}, {"ignored", true}, {"line", 4}}}));
}

TEST_CASE("config check lists every mistake of both kinds of file and ends with 2") {
  const test::Folder folder;
  const std::string rules = folder.write(".diffgate.yml", "slim_dif: true\ndiff_threshold: many\n");
  const std::string good = folder.write("good.yml", "slim_diff: true\n");
  const std::string server = folder.write("server.yml", "public_url: 7\nwarehouses: nope\nprojects: []\n");
  const test::Ran ran = run_diffgate({"config", "check", rules, good, server, folder.path("missing.yml")});
  CHECK(ran.code == 2);
  CHECK(ran.err.empty());
  CHECK(ran.out.find(rules + ":1:1: slim_dif") != std::string::npos);
  CHECK(ran.out.find("slim_diff") != std::string::npos);
  CHECK(ran.out.find(rules + ":2:") != std::string::npos);
  CHECK(ran.out.find(good + ": ok") != std::string::npos);
  CHECK(ran.out.find(server + ":2:") != std::string::npos);
  CHECK(ran.out.find("missing.yml: ") != std::string::npos);

  const Json json = Json::parse(run_diffgate({"config", "check", "--json", rules}).out);
  CHECK(json.size() == 2);
  CHECK(json.at(0).at("line") == 1);
  CHECK(json.at(0).at("key") == "slim_dif");
  CHECK(run_diffgate({"config", "check", good}).code == 0);
}

TEST_CASE("config check knows dbt's selectors") {
  const test::Folder folder;
  const std::string rules = folder.write(".diffgate.yml",
                                         "select: tag:finance state:modifed\nexclude: [orders, 'stat:new']\n"
                                         "gates:\n  - {select: '@orders+', when: schema_break}\n");
  const test::Ran ran = run_diffgate({"config", "check", rules});
  CHECK(ran.code == 2);
  CHECK(ran.out.find(rules + ":1:21: select: invalid state selector 'modifed' (one of new, old, modified,") !=
        std::string::npos);
  CHECK(ran.out.find(rules + ":2:20: exclude[1]: 'stat' is not a valid method name in 'stat:new'") !=
        std::string::npos);
  CHECK(ran.out.find(rules + ":4:15: gates[0].select: invalid node spec '@orders+'") != std::string::npos);
  const std::string server = folder.write("server.yml", "defaults: {select: 'version:newest'}\nlisten: 1\n");
  CHECK(run_diffgate({"config", "check", server})
            .out.find(server + ":1:21: defaults.select: invalid version") != std::string::npos);
}

TEST_CASE("the page of rules has every key of the schema in the same words, and every measure of a gate") {
  const std::string page = test::read("docs/rules.md");
  const Json schema = Json::parse(run_diffgate({"config", "schema"}).out);
  REQUIRE(schema.at("properties").size() > 20);
  for (const auto& [key, property] : schema.at("properties").items()) {
    CAPTURE(key);
    CHECK(page.find("| `" + key + "` |") != std::string::npos);
    CHECK(page.find("| " + property.at("description").get<std::string>() + " |") != std::string::npos);
  }
  for (const config::GateMeasure& measure : config::gate_measures()) {
    const std::string row = "| `" + std::string(measure.name) + "` | " + std::string(measure.unit) + " | " +
                            std::string(measure.description) + " |";
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
  }
}

TEST_CASE("config schema is JSON for both files") {
  CHECK(Json::parse(run_diffgate({"config", "schema"}).out).at("properties").contains("slim_diff"));
  CHECK(Json::parse(run_diffgate({"config", "schema", "--kind", "server"}).out)
            .at("properties")
            .contains("warehouses"));
}

TEST_CASE("the version is on stdout") {
  const test::Ran ran = run_diffgate({"--version"});
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("diffgate "));
}
