#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "run_binary.hpp"
#include "support/duckdb_file.hpp"

using namespace diffgate;
using test::run_diffgate;
using Json = nlohmann::json;

namespace {

const std::string built = "app/demo/project/built/";

// The demo's shop in a file of its own. Its tables are named with their database, which for DuckDB is the
// file's name.
class Shop {
 public:
  explicit Shop(const std::string& more_sql = {}) {
    const std::string script = folder_.write("script.sql", test::read(built + "tables.sql") + more_sql);
    const std::string command =
        test::DuckDbFile::helper_program() + " --script " + path() + " < " + script + " > /dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("the shop's tables could not be built");
  }
  std::string path() const { return folder_.path("shop.duckdb"); }
  std::string url() const { return "duckdb://" + path(); }

 private:
  test::Folder folder_;
};

// Built once: the tests only read it.
const Shop& shop() {
  static const Shop built_once;
  return built_once;
}

test::Ran diff(std::vector<std::string> more) {
  std::vector<std::string> arguments = {"diff",
                                        "--base",
                                        built + "production_manifest.json.gz",
                                        "--head",
                                        built + "pull_request_manifest.json.gz",
                                        "--warehouse",
                                        shop().url()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_diffgate(arguments);
}

Json model(const Json& report, const std::string& name) {
  for (const Json& found : report.at("models")) {
    if (found.at("name") == name) return found;
  }
  return {};
}

}  // namespace

TEST_CASE("diff finds in the shop what its README says was changed") {
  const test::Ran ran = diff({"--json"});
  CAPTURE(ran.err);
  REQUIRE(ran.code == 0);
  const Json report = Json::parse(ran.out);
  CHECK(report.at("verdict") == "pass");
  CHECK(report.at("project") == "shop");
  CHECK(model(report, "orders").at("result") == "different");
  CHECK(model(report, "orders").at("schema").at("added") == Json{"refunded_amount"});
  CHECK(model(report, "stg_orders").at("rows").at("removed") > 0);
  CHECK(model(report, "order_items").at("result") == "bad_pks");
  CHECK(model(report, "order_items").at("keys").at("pr").at("duplicate") > 0);
  CHECK(model(report, "stg_promotions").at("result") == "new");
  CHECK(model(report, "order_statuses").at("result") == "removed");
  CHECK(model(report, "stg_customers").at("schema").at("retyped").at(0).at("name") == "signed_up_on");
  CHECK(model(report, "payments").at("result") == "identical");
  CHECK(model(report, "product_reach").at("result") == "identical");
  CHECK(model(report, "daily_revenue").at("result") == "different");
  CHECK(model(report, "daily_revenue").at("why") == "downstream");
}

TEST_CASE("diff gives Markdown, a table and one HTML page") {
  const test::Folder folder;
  const std::string page = folder.path("report.html");
  const test::Ran markdown = diff({"--markdown", "--html", page});
  CHECK(markdown.code == 0);
  CHECK(markdown.out.starts_with("### "));
  CHECK(markdown.out.find("| Model | Rows |") != std::string::npos);
  const std::string html = test::read(page);
  CHECK(html.starts_with("<!doctype html>"));
  CHECK(html.find("order_items") != std::string::npos);
  const test::Ran table = diff({"--select", "orders"});
  CHECK(table.out.starts_with("MODEL"));
  CHECK(table.out.find("1 diff: 1 different") != std::string::npos);
}

TEST_CASE("gates of a rules file and --fail-on-difference decide the exit code") {
  const test::Folder folder;
  const std::string strict =
      folder.write("strict.yml", "gates:\n  - when: rows_removed > 0\n    select: stg_orders\n");
  const test::Ran gated = diff({"--rules", strict, "--json"});
  CHECK(gated.code == 1);
  const Json report = Json::parse(gated.out);
  CHECK(report.at("verdict") == "fail");
  CHECK(model(report, "stg_orders").at("gates").size() == 1);
  CHECK(diff({"--fail-on-difference"}).code == 1);
  CHECK(diff({"--fail-on-difference", "--select", "payments"}).code == 0);
  const std::string keys = folder.write("keys.yml", "fail_on_primary_key_issues: true\n");
  CHECK(diff({"--rules", keys}).code == 1);
}

TEST_CASE("columns that the rules ignore are not compared") {
  const test::Folder folder;
  const std::string rules = folder.write("rules.yml", "columns_to_ignore:\n  - '*'\n  - '!status'\n");
  const Json report = Json::parse(diff({"--rules", rules, "--select", "orders", "--json"}).out);
  for (const Json& column : model(report, "orders").at("columns")) {
    if (column.at("name") != "status") CHECK(column.at("changed") == 0);
  }
}

TEST_CASE("one model that fails does not stop the others") {
  const Shop file("\ndrop table shop.pr_42.payments;\n");
  const test::Ran ran =
      run_diffgate({"diff", "--base", built + "production_manifest.json.gz", "--head",
                    built + "pull_request_manifest.json.gz", "--warehouse", file.url(), "--json"});
  CHECK(ran.code == 1);
  const Json report = Json::parse(ran.out);
  CHECK(model(report, "payments").at("result") == "error");
  CHECK(model(report, "payments").at("reason").get<std::string>().find("payments") != std::string::npos);
  CHECK(model(report, "orders").at("result") == "different");
  CHECK(report.at("counts").at("errors") == 1);
}

TEST_CASE("no report shows the value that a model failed over") {
  const Shop broken(
      "\ndrop table shop.pr_42.payments; create view shop.pr_42.payments as select * replace "
      "(error('row ' || payment_id || ' of hunter2')::integer as payment_id) from analytics.payments;\n");
  for (const char* format : {"--json", "--markdown", "--fail-on-difference"}) {
    CAPTURE(format);
    const test::Ran ran =
        run_diffgate({"diff", "--base", built + "production_manifest.json.gz", "--head",
                      built + "pull_request_manifest.json.gz", "--warehouse", broken.url(), format});
    CHECK(ran.out.find("Invalid Input Error") != std::string::npos);
    CHECK((ran.out + ran.err).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("a warehouse that can't be reached ends the command with one line, whatever the models are") {
  struct Row {
    const char* warehouse;
    int code;
  };
  const Row rows[] = {
      {"postgresql://u@127.0.0.1:1/db", 3},
      {"duckdb:///nowhere/shop.duckdb", 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.warehouse);
    const test::Ran ran =
        run_diffgate({"diff", "--base", built + "production_manifest.json.gz", "--head",
                      built + "pull_request_manifest.json.gz", "--warehouse", row.warehouse});
    CHECK(ran.code == row.code);
    CHECK(ran.out.empty());
    CHECK(ran.err.starts_with("diffgate: "));
    CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
  }
}

TEST_CASE("the warehouse may come from dbt's profiles.yml") {
  const test::Folder folder;
  folder.write("profiles.yml",
               "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: \"{{ "
               "env_var('SHOP_FILE') }}\"\n");
  folder.write("dbt_project.yml", "name: shop\nprofile: shop\n");
  const std::vector<std::string> arguments = {"diff",
                                              "--base",
                                              built + "production_manifest.json.gz",
                                              "--head",
                                              built + "pull_request_manifest.json.gz",
                                              "--project-dir",
                                              folder.path(),
                                              "--select",
                                              "payments",
                                              "--json"};
  const test::Ran ran = run_diffgate(arguments, "", {{"SHOP_FILE", shop().path()}});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  const test::Ran without = run_diffgate(arguments);
  CHECK(without.code == 2);
  CHECK(without.err.find("SHOP_FILE") != std::string::npos);
}
