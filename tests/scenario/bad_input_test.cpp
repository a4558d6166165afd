#include <algorithm>

#include "app/demo/shop.hpp"
#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

bool is_alive(World& world) { return world.run(world.stage.get("/healthz")).status == 200; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("bad input: a genuine delivery with a body that makes no sense is taken and stops nothing") {
  World world;
  const std::string deep(100'000, '[');
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), deep, "{\"a\":" + deep,
        std::string(R"({"action":"opened","pull_request":{"number":"seven"},"repository":{}})")}) {
    CAPTURE(body.substr(0, 80));
    CHECK(world.run(world.stage.send(world.github().sign("pull_request", body))) == 202);
  }
  world.settle();
  CHECK(is_alive(world));
  world.send(world.github().open(world.stage.shop_pull_request()));
  CHECK(world.github().checks().size() == 1);
}

TEST_CASE("bad input: a delivery of another content type or of 26 MB is refused") {
  World world;
  stand_in::Hook form = world.github().ping();
  form.headers.set("content-type", "application/x-www-form-urlencoded");
  CHECK(world.run(world.stage.send(form)) == 415);
  const stand_in::Hook large = world.github().sign("push", std::string(26U << 20U, ' '));
  CHECK(world.run(world.stage.send(large)) == 413);
  CHECK(is_alive(world));
}

TEST_CASE("bad input: an upload that is no manifest is refused with one line that says why") {
  World world;
  const std::string sha(40, 'a');
  struct Case {
    std::string body;
    std::string_view reason;
  };
  const std::vector<Case> cases = {
      {"not JSON", "manifest.json"},
      {"{}", "manifest.json"},
      {std::string(100'000, '['), "manifest.json"},
      {replaced(app::journey::production_manifest(), "manifest/v12.json", "manifest/v99.json"), "99"},
      {app::journey::production_manifest().substr(0, 100'000), "manifest.json"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.body.substr(0, 60));
    const net::Response response =
        world.run(world.stage.upload("production", sha, "manifest.json", each.body));
    CHECK(response.status / 100 == 4);
    CHECK(contains(response.body, each.reason));
    CHECK(std::count(response.body.begin(), response.body.end(), '\n') <= 1);
  }
  CHECK(is_alive(world));
}

TEST_CASE("bad input: two manifests of different projects end the check with the reason") {
  World world;
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  const std::string other = replaced(app::journey::pull_request_manifest(), "\"project_name\": \"shop\"",
                                     "\"project_name\": \"bakery\"");
  CHECK(world.run(world.stage.upload("pull_request", sha, "manifest.json", other)).status / 100 == 2);
  world.settle();
  CHECK(world.look(sha).status == "completed");
  CHECK(contains(world.look(sha).summary + world.look(sha).title, "bakery"));
}

TEST_CASE("bad input: a table that is not in the warehouse is one model's error and no other's") {
  World world;
  journey::run_duckdb_script(std::string(DIFFGATE_BINARY_DIR) + "/diffgate-duckdb",
                             world.stage.folder() + "/shop.duckdb", "drop table pr_42.payments;");
  world.run(world.stage.upload_production());
  const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
  const std::string sha = world.head(opened.number);
  world.send(opened);
  world.run(world.stage.upload_pull_request(sha));
  world.settle();
  CHECK(world.look(sha).status == "completed");
  REQUIRE(world.github().comments(opened.number).size() == 1);
  const std::string comment = world.github().comments(opened.number)[0].body;
  CAPTURE(comment);
  CHECK(contains(comment, "payments"));
  CHECK(contains(comment, "payments could not be compared"));
  CHECK(contains(comment, "does not exist"));
  CHECK(contains(comment, "| 🟠 `orders` | 400 → 388 |"));
}

TEST_CASE("bad input: a rules file with a tab, a key twice, or that is no mapping is shown with its line") {
  struct Case {
    std::string_view yaml;
    std::string_view at;
  };
  for (const Case& each : {Case{"slim_diff: true\n\tenabled: true\n", ".diffgate.yml:2"},
                           Case{"slim_diff: true\nslim_diff: false\n", ".diffgate.yml:2"},
                           Case{"- slim_diff\n", ".diffgate.yml:1"}}) {
    CAPTURE(each.yaml);
    World world{std::string(each.yaml)};
    const stand_in::Hook opened = world.github().open(world.stage.shop_pull_request());
    world.send(opened);
    CHECK(world.look(world.head(opened.number)).conclusion == "failure");
    CHECK(contains(world.look(world.head(opened.number)).summary, each.at));
  }
}
