// The HTTP API against a whole daemon: our own calls under /api/v1, and those of Datafold's clients.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using test::DaemonWorld;
using test::sha_of;
using Json = nlohmann::json;

class ApiWorld : public DaemonWorld {
 public:
  ApiWorld() {
    config::ProjectConfig other = config.projects.front();
    other.id = 8;
    other.name = "other";
    other.repository = "acme/other";
    other.upload_keys = {Secret("other-key")};
    config.projects.push_back(other);
    config::ApiKey reviewer;
    reviewer.name = "review tool";
    reviewer.key = Secret("review-key");
    reviewer.scopes = {config::Scope::accept};
    config.projects.front().api_keys = {reviewer};
  }

  net::Response call(const std::string& method, const std::string& path, const std::string& body = "",
                     const std::string& key = "upload-key") {
    net::Headers headers{{"Authorization", "Key " + key}};
    if (!body.empty()) headers.set("Content-Type", "application/json");
    return send(method, path, body, headers);
  }
  Json get(const std::string& path) {
    const net::Response answer = call("GET", path);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 200);
    return Json::parse(answer.body);
  }
  // A run of the pull request's head, which has ended.
  void one_run() {
    upload_production();
    upload_pull_request();
    REQUIRE(deliver("opened").status == 202);
    settle();
  }
};

const std::string tables_path = "/api/v1/projects/7/pull_requests/5/tables";
const std::string trigger_path = "/api/v1/projects/7/pull_requests/5/trigger";
const std::string one_table = R"({"tables":[{"prod":"shop.orders","pr":"pr_5.orders","key":["order_id"]}]})";

}  // namespace

TEST_CASE("api: projects are those of the key, with what the key may do there") {
  ApiWorld world;
  world.start();
  const Json projects = world.get("/api/v1/projects").at("projects");
  REQUIRE(projects.size() == 1);
  CHECK(projects[0] == Json{{"id", 7},
                            {"name", "shop"},
                            {"forge", "github"},
                            {"repository", "acme/shop"},
                            {"warehouse", "lake"},
                            {"scopes", {"read", "upload", "run"}}});
  CHECK(world.get("/api/v1/projects/7") == projects[0]);
}

TEST_CASE("api: artifacts are listed newest first, filtered, page by page") {
  ApiWorld world;
  world.start();
  world.upload_production(sha_of('b'));
  world.clock.advance(std::chrono::seconds(1));
  world.upload_pull_request(sha_of('1'));
  const std::string path = "/api/v1/projects/7/artifacts";
  const Json all = world.get(path).at("artifacts");
  REQUIRE(all.size() == 2);
  CHECK(all[0].at("run_type") == "pull_request");
  CHECK(all[0].at("artifact") == "manifest.json");
  CHECK(all[1].at("branch") == "main");
  CHECK(world.get(path + "?run_type=production").at("artifacts") == Json::array({all[1]}));
  CHECK(world.get(path + "?sha=" + sha_of('1')).at("artifacts") == Json::array({all[0]}));
  const Json first = world.get(path + "?limit=1");
  CHECK(first.at("artifacts") == Json::array({all[0]}));
  const Json second = world.get(path + "?limit=1&cursor=" + first.at("next_cursor").get<std::string>());
  CHECK(second.at("artifacts") == Json::array({all[1]}));
}

TEST_CASE("api: runs are found by pull request, commit and state, page by page") {
  ApiWorld world;
  world.start();
  world.one_run();
  world.push('2');
  world.deliver("synchronize");
  world.settle();
  const Json newest = world.get("/api/v1/runs?limit=1");
  REQUIRE(newest.at("runs").size() == 1);
  CHECK(newest.at("runs")[0].at("id") == 2);
  CHECK(newest.at("next_cursor") == "2");
  const Json rest = world.get("/api/v1/runs?limit=2&cursor=2");
  REQUIRE(rest.at("runs").size() == 1);
  CHECK(rest.at("runs")[0].at("id") == 1);
  CHECK(rest.at("next_cursor") == nullptr);
  CHECK(world.get("/api/v1/runs?state=waiting").at("runs")[0].at("id") == 2);
  CHECK(world.get("/api/v1/runs?pr=5&sha=" + sha_of('1')).at("runs")[0].at("id") == 1);
  CHECK(world.get("/api/v1/runs?pr=6").at("runs").empty());
}

TEST_CASE("api: a run's models are listed page by page and shown one by one") {
  ApiWorld world;
  world.start();
  world.one_run();
  const Json all = world.get("/api/v1/runs/1/models");
  REQUIRE(all.at("models").size() > 1);
  CHECK(all.at("models").size() == world.get("/api/v1/runs/1").at("models").size());
  const Json page = world.get("/api/v1/runs/1/models?limit=1&cursor=1");
  CHECK(page.at("models")[0] == all.at("models")[1]);
  const std::string id = all.at("models")[0].at("unique_id");
  const Json model = world.get("/api/v1/runs/1/models/" + id);
  for (const char* field : {"result", "rows", "keys", "schema", "columns", "match_score", "prod_relation"}) {
    CAPTURE(field);
    CHECK(model.contains(field));
  }
  CHECK(world.call("GET", "/api/v1/runs/1/models/model.shop.nothing").status == 404);
}

TEST_CASE("api: only a key that may accepts results, of models that there are and that differ") {
  ApiWorld world;
  world.start();
  world.one_run();
  const std::string path = "/api/v1/runs/1/accept";
  CHECK(world.call("POST", path, "", "upload-key").status == 403);
  CHECK(world.call("POST", path, R"({"model":"orders"})", "review-key").status == 422);
  const net::Response unknown = world.call("POST", path, R"({"models":["odrers"]})", "review-key");
  CHECK(unknown.status == 409);
  CHECK(unknown.body.find("no model") != std::string::npos);
  const net::Response equal = world.call("POST", path, R"({"models":["orders"]})", "review-key");
  CHECK(equal.status == 409);
  CHECK(equal.body.find("no difference") != std::string::npos);
}

TEST_CASE("api: a run that waits is cancelled, once") {
  ApiWorld world;
  world.start();
  REQUIRE(world.deliver("opened").status == 202);
  world.settle();
  const net::Response answer = world.call("POST", "/api/v1/runs/1/cancel");
  CAPTURE(answer.body);
  CHECK(answer.status == 202);
  world.settle();
  CHECK(world.get("/api/v1/runs/1").at("state") == "cancelled");
  CHECK(world.call("POST", "/api/v1/runs/1/cancel").status == 409);
  CHECK(world.call("POST", "/api/v1/runs/1/cancel", "", "review-key").status == 403);
}

TEST_CASE("api: a trigger starts a run of a pull request that no webhook told of") {
  ApiWorld world;
  world.start();
  const net::Response answer = world.call("POST", trigger_path, R"({"head_sha":")" + sha_of('1') + "\"}");
  CAPTURE(answer.body);
  REQUIRE(answer.status == 202);
  const Json run = Json::parse(answer.body);
  CHECK(run.at("id") == 1);
  CHECK(run.at("head_sha") == sha_of('1'));
  CHECK(run.at("pull_request") == 5);
  world.settle();
  CHECK(world.forge.checks.size() == 1);
  // Again it is the same run.
  CHECK(Json::parse(world.call("POST", trigger_path).body).at("id") == 1);
  world.settle();
  CHECK(world.forge.checks.size() == 1);
}

TEST_CASE("api: a trigger starts a run although the label that the rules want is not on") {
  ApiWorld world;
  world.rules().pull_request_label = "data-diff";
  world.start();
  REQUIRE(world.call("POST", trigger_path).status == 202);
  world.settle();
  CHECK(world.get("/api/v1/runs/1").at("state") == "waiting");
}

TEST_CASE("api: a trigger for another commit than the head, a closed or an unknown pull request is refused") {
  ApiWorld world;
  world.start();
  const net::Response other = world.call("POST", trigger_path, R"({"head_sha":")" + sha_of('f') + "\"}");
  CHECK(other.status == 409);
  CHECK(other.body.find("not the merge commit") != std::string::npos);
  world.forge.pull.is_open = false;
  CHECK(world.call("POST", trigger_path).status == 409);
  world.forge.failures["pull_request"] = {Error(ErrorClass::remote_final, "GitHub answered 404 Not Found")};
  CHECK(world.call("POST", trigger_path).status == 404);
  CHECK(world.get("/api/v1/runs").at("runs").empty());
}

TEST_CASE("api: submitted tables are compared in place of manifests") {
  ApiWorld world;
  world.start();
  CHECK(world.call("POST", tables_path, one_table).status == 409);
  REQUIRE(world.call("POST", trigger_path).status == 202);
  world.settle();
  CHECK(world.get("/api/v1/runs/1").at("state") == "waiting");
  const net::Response answer = world.call("POST", tables_path, one_table);
  CAPTURE(answer.body);
  REQUIRE(answer.status == 202);
  CHECK(Json::parse(answer.body) == Json{{"run", 1}, {"tables", 1}});
  world.settle();
  const Json run = world.get("/api/v1/runs/1");
  CHECK(run.at("state") == "done");
  REQUIRE(run.at("models").size() == 1);
  const Json& model = run.at("models")[0];
  CHECK(model.at("name") == "orders");
  CHECK(model.at("prod_relation") == "shop.orders");
  CHECK(model.at("pr_relation") == "pr_5.orders");
  CHECK(model.at("keys").at("columns") == Json{"order_id"});
  CHECK(model.at("keys").at("source") == "given");
  // Other tables for the same commit: it is compared again.
  const std::string other = R"({"tables":[{"prod":"shop.items","pr":"pr_5.items"}]})";
  CHECK(world.call("POST", tables_path, other).status == 202);
  world.settle();
  CHECK(world.get("/api/v1/runs/1").at("models")[0].at("name") == "items");
}

TEST_CASE("api: what is wrong with submitted tables is said with its place, and nothing of it becomes SQL") {
  ApiWorld world;
  world.start();
  world.call("POST", trigger_path);
  world.settle();
  struct Row {
    std::string body;
    const char* said;
  };
  const auto pair = [](const std::string& pr) {
    return R"({"tables":[{"prod":"shop.orders","pr":)" + Json(pr).dump() + "}]}";
  };
  const Row rows[] = {
      {"", "the body is empty"},
      {"{", "the body is not JSON"},
      {"[]", "expected a JSON object, found array"},
      {R"({"tables":[]})", "tables: is empty"},
      {R"({"tabels":[]})", "tables: is missing"},
      {R"({"tables":[{"prod":"a","pr":"b"}],"tabels":1})", "there is no field 'tabels'"},
      {R"({"tables":["a"]})", "tables[0]: expected a JSON object, found string"},
      {R"({"tables":[{"prod":"a"}]})", "tables[0].pr: is missing"},
      {R"({"tables":[{"prod":"a","pr":5}]})", "tables[0].pr: is number, not a text"},
      {R"({"tables":[{"prod":"a","pr":"b","keys":["c"]}]})", "there is no field 'keys'"},
      {R"({"tables":[{"prod":"a","pr":"b","key":["c","c"]}]})", "a column is named twice"},
      {R"({"tables":[{"prod":"a","pr":"b"},{"prod":"a","pr":"\"b\""}]})",
       "is the same table as in tables[0]"},
      {pair("orders; drop table orders"), "tables[0].pr"},
      {pair("(select 1)"), "tables[0].pr"},
      {pair("orders -- x"), "tables[0].pr"},
      {pair("orders where 1=1"), "tables[0].pr"},
      {pair("\"a\" \"b\""), "tables[0].pr"},
      {pair("read_csv('/etc/passwd')"), "tables[0].pr"},
      {pair("'/etc/passwd'"), "tables[0].pr"},
      {pair("a.b.c.d"), "tables[0].pr"},
      {pair("a..b"), "tables[0].pr"},
      {pair(std::string("a\0b", 3)), "tables[0].pr: holds a zero byte"},
      {pair(std::string(2'000, 'a')), "tables[0].pr: is longer than 1000 bytes"},
      {std::string(100'000, '['), "nested too deeply"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body.substr(0, 200));
    const net::Response answer = world.call("POST", tables_path, row.body);
    CAPTURE(answer.body);
    CHECK(answer.status == 422);
    CHECK(Json::parse(answer.body).at("detail").get<std::string>().find(row.said) != std::string::npos);
  }
  // Refused by its size, before it is read.
  CHECK(world.call("POST", tables_path, std::string(5U << 20U, ' ')).status == 413);
  CHECK(world.get("/api/v1/runs/1").at("state") == "waiting");
  CHECK(world.warehouse.started == 0);
}

TEST_CASE("api: a wrong parameter is said, not ignored") {
  ApiWorld world;
  world.start();
  const char* paths[] = {
      "/api/v1/runs?stat=done",
      "/api/v1/runs?state=doing",
      "/api/v1/runs?limit=0",
      "/api/v1/runs?limit=x",
      "/api/v1/runs?sha=abc",
      "/api/v1/runs?pr=-1",
      "/api/v1/runs?pr=1&pr=2",
      "/api/v1/runs?cursor=abc",
      "/api/v1/runs?limit=99999999999999999999",
      "/api/v1/projects?x=1",
      "/api/v1/projects/7/artifacts?run_type=x",
      "/api/v1/ci/7/runs?pr_sha=abc",
      "/api/v1/datadiffs?page=0",
      "/api/v1/datadiffs?order_by=result",
  };
  for (const char* path : paths) {
    CAPTURE(path);
    const net::Response answer = world.call("GET", path);
    CAPTURE(answer.body);
    CHECK(answer.status == 422);
  }
}

TEST_CASE("api: what belongs to another project looks as if it were not there") {
  ApiWorld world;
  world.start();
  world.one_run();
  struct Row {
    const char* method;
    std::string path;
    std::string body;
  };
  const Row rows[] = {
      {"GET", "/api/v1/projects/7", ""},
      {"GET", "/api/v1/projects/7/artifacts", ""},
      {"POST", trigger_path, ""},
      {"POST", tables_path, one_table},
      {"GET", "/api/v1/runs/1", ""},
      {"GET", "/api/v1/runs/1/models", ""},
      {"GET", "/api/v1/runs/1/models/model.shop.orders", ""},
      {"POST", "/api/v1/runs/1/confirm", ""},
      {"POST", "/api/v1/runs/1/cancel", ""},
      {"GET", "/api/v1/ci/7/runs", ""},
      {"POST", "/api/v1/ci/7/trigger", "{}"},
      {"POST", "/api/v1/ci/7/5", "[]"},
      {"POST", "/api/internal/ci/7/check_pks_in_dbt_manifest", "{}"},
      {"POST", "/api/v1/dbt/post_upload_check_artifacts/7", "a=b"},
      {"GET", "/api/v1/datadiffs/1", ""},
      {"GET", "/api/v1/datadiffs/1/summary", ""},
      {"GET", "/api/v1/datadiffs/1/summary_results", ""},
      {"POST", "/api/v1/datadiffs/1/cancel", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const net::Response theirs = world.call(row.method, row.path, row.body, "other-key");
    CHECK(theirs.status == 404);
    // The very answer that there would be for an id that nobody has.
    std::string nobodys = row.path;
    const std::size_t digit = nobodys.find_first_of("17", std::string("/api/v1").size());
    nobodys.replace(digit, 1, "999");
    CHECK(theirs.body == world.call(row.method, nobodys, row.body, "other-key").body);
    CHECK(world.send(row.method, row.path, row.body).status == 401);
  }
  CHECK(Json::parse(world.call("GET", "/api/v1/runs", "", "other-key").body).at("runs").empty());
  CHECK(Json::parse(world.call("GET", "/api/v1/datadiffs", "", "other-key").body).at("count") == 0);
}

TEST_CASE("compatible: a CI run is listed, triggered and given diffs under Datafold's names") {
  ApiWorld world;
  world.start();
  const std::string pr = R"({"pr_number":5,"base_branch":"main","base_sha":")" + sha_of('b') +
                         R"(","pr_branch":"change","pr_sha":")" + sha_of('1') + R"(","ci_config_id":7})";
  const std::string diffs = R"([{"prod":"shop.orders","pr":"pr_5.orders","pk":["order_id"],)"
                            R"("include_columns":[],"exclude_columns":["loaded_at"]}])";
  // Nothing waits for diffs yet: their client tells its user so.
  CHECK(Json::parse(world.call("POST", "/api/v1/ci/7/5", diffs).body).at("run_id") == nullptr);
  const net::Response triggered = world.call("POST", "/api/v1/ci/7/trigger", pr);
  CAPTURE(triggered.body);
  REQUIRE(triggered.status == 200);
  CHECK(Json::parse(triggered.body) == Json{{"ci_run_id", 1}, {"run_id", 1}});
  world.settle();
  CHECK(world.get("/api/v1/ci/7/runs?pr_num=5&limit=1&offset=0") == Json::array({{{"id", 1},
                                                                                  {"base_branch", "main"},
                                                                                  {"base_sha", sha_of('b')},
                                                                                  {"pr_branch", "change"},
                                                                                  {"pr_sha", sha_of('1')},
                                                                                  {"pr_num", "5"},
                                                                                  {"status", "waiting"},
                                                                                  {"source", "ci"}}}));
  CHECK(Json::parse(world.call("POST", "/api/v1/ci/7/5", diffs).body).at("run_id") == 1);
  world.settle();
  CHECK(world.get("/api/v1/ci/7/runs?pr_sha=" + sha_of('1'))[0].at("status") == "done");
  // `pk` may be absent, null or empty.
  for (const char* keyless : {R"([{"prod":"a","pr":"b"}])", R"([{"prod":"a","pr":"b","pk":null}])",
                              R"([{"prod":"a","pr":"b","pk":[]}])"}) {
    CHECK(world.call("POST", "/api/v1/ci/7/5", keyless).status == 200);
    world.settle();
  }
  CHECK(world.call("POST", "/api/v1/ci/7/trigger", R"({"pr_number":5,"pr_sha":"abc"})").status == 422);
}

TEST_CASE("compatible: uploaded artifacts can be asked for") {
  ApiWorld world;
  world.start();
  world.upload_production();
  const auto ask = [&](const std::string& type, const std::string& sha) {
    return world.send(
        "POST", "/api/v1/dbt/post_upload_check_artifacts/7",
        "commit_sha=" + sha + "&run_type=" + type + "&branch=main",
        {{"Authorization", "Key upload-key"}, {"Content-Type", "application/x-www-form-urlencoded"}});
  };
  CHECK(ask("production", sha_of('b')).body == "{\"status\":\"ok\"}\n");
  CHECK(ask("pull_request", sha_of('b')).body == "{\"status\":\"missing\"}\n");
  CHECK(ask("neither", sha_of('b')).status == 422);
}

TEST_CASE("compatible: a model diff is a data diff with a number of its own") {
  ApiWorld world;
  world.start();
  world.one_run();
  const Json page = world.get("/api/v1/datadiffs?page_size=2");
  CHECK(page.at("page") == 1);
  REQUIRE(page.at("results").size() == 2);
  CHECK(page.at("count").get<int>() ==
        static_cast<int>(world.get("/api/v1/runs/1/models").at("models").size()));
  const Json second = world.get("/api/v1/datadiffs?page=2&page_size=1").at("results")[0];
  CHECK(second == page.at("results")[1]);
  const std::string path = "/api/v1/datadiffs/" + std::to_string(second.at("id").get<int>());
  CHECK(world.get(path) == second);
  CHECK(second.at("ci_run_id") == 1);
  CHECK(second.at("ci_pr_num") == 5);
  CHECK(second.at("ci_pr_sha") == sha_of('1'));
  CHECK(world.get(path + "/summary").at("id") == second.at("id"));
  // The tables do not exist in this warehouse.
  CHECK(world.get(path + "/summary_results").at("status") == "failed");
  CHECK(Json::parse(world.call("POST", path + "/cancel").body).at("id") == second.at("id"));
}

}  // namespace diffgate::app
