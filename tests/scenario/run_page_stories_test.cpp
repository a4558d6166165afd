#include <vector>

#include "world.hpp"

// The page behind a check's link.

using namespace diffgate;
using namespace diffgate::test;

namespace {

struct Opened : World {
  explicit Opened(std::string rules = "") : World(std::move(rules)) {
    run(stage.upload_production());
    const stand_in::Hook hook = github().open(stage.shop_pull_request());
    number = hook.number;
    sha = head(number);
    send(hook);
  }

  void finish() {
    run(stage.upload_pull_request(sha));
    settle();
  }

  // The check's link without the server's own address.
  std::string link() {
    const std::string& url = github().check(sha, "diffgate")->details_url;
    return url.substr(url.find("/runs/"));
  }
  net::Response page(const std::string& path) { return run(stage.get(path)); }

  int number = 0;
  std::string sha;
};

}  // namespace

TEST_CASE("story: the check's link leads to the run: how far it is, then the whole report") {
  Opened world;
  const net::Response early = world.page(world.link());
  CHECK(early.status == 200);
  CHECK(contains(early.body, "waiting for artifacts"));
  CHECK(contains(early.body, "http-equiv=\"refresh\""));

  world.finish();
  const net::Response late = world.page(world.link());
  CHECK(late.status == 200);
  CHECK(contains(late.body, "11 diffs: 7 different"));
  CHECK_FALSE(contains(late.body, "http-equiv=\"refresh\""));
  CHECK_FALSE(contains(late.body, "<script"));
  CHECK_FALSE(contains(late.body, "Sample rows"));
  CHECK(
      contains(std::string(late.headers.get("content-security-policy").value_or("")), "default-src 'none'"));
  CHECK(late.headers.get("referrer-policy") == "no-referrer");
  CHECK(late.headers.get("cache-control") == "no-store");
  CHECK(late.headers.get("content-type") == "text/html; charset=utf-8");
  // The comment leads there too.
  CHECK(contains(world.github().comments(world.number).at(0).body,
                 "[full report](https://diffgate.example.com/runs/1"));

  // The link outlives the daemon.
  world.run(world.stage.stop_daemon());
  world.run(world.stage.start_daemon());
  CHECK(world.page(world.link()).body == late.body);
}

TEST_CASE("story: sample rows are on the page where the rules let them go to the forge") {
  Opened world("samples: comment\n");
  world.finish();
  CHECK(contains(world.page(world.link()).body, "Sample rows"));
}

TEST_CASE("story: without the link's token a run looks as if there were none") {
  Opened world;
  world.finish();
  const net::Response unknown = world.page("/runs/77?token=" + std::string(40, '0'));
  CHECK(unknown.status == 404);
  CHECK(contains(unknown.body, "There is no such run"));
  const std::string other = "/runs/2" + world.link().substr(world.link().find('?'));
  const std::vector<std::string> paths = {
      "/runs/1",  "/runs/1?token=",    other, "/runs/1?token=" + std::string(40, 'f'), "/runs/x?token=1",
      "/runs/-1", "/runs/%3Cscript%3E"};
  for (const std::string& path : paths) {
    CAPTURE(path);
    const net::Response refused = world.page(path);
    CHECK(refused.status == 404);
    CHECK(refused.body == unknown.body);
  }
}

TEST_CASE("story: a run that was not to be has a page that says why") {
  Opened world("pull_request_label: data-diff\n");
  const net::Response page = world.page(world.link());
  CHECK(page.status == 200);
  CHECK(contains(page.body, "State: skipped"));
  CHECK(contains(page.body, "data-diff"));
}
