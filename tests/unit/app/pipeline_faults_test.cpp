// What a pull request's life on the forge looks like where something fails, stops or comes late.

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "daemon_world.hpp"

namespace diffgate::app {
namespace {

using test::DaemonWorld;
using test::FakeForge;
using test::sha_of;
using Strings = std::vector<std::string>;

Error transient() { return Error(ErrorClass::remote_transient, "503 from the forge"); }

std::string last_state(const DaemonWorld& world) { return FakeForge::state_of(world.forge.last_check()); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The store's file as another program sees it.
class DirectSql {
 public:
  explicit DirectSql(const std::string& path) {
    REQUIRE(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    sqlite3_busy_timeout(database_, 5'000);
  }
  ~DirectSql() { sqlite3_close(database_); }
  DirectSql(const DirectSql&) = delete;
  DirectSql& operator=(const DirectSql&) = delete;

  void execute(const std::string& sql) {
    REQUIRE(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }

 private:
  sqlite3* database_ = nullptr;
};

// Lets the loop go round.
Awaitable<void> pause() {
  SystemClock clock;
  co_await clock.sleep_for(std::chrono::milliseconds(2));
}

// A daemon whose pull request is being diffed in a warehouse that does not answer.
void start_hanging_diff(DaemonWorld& world) {
  world.warehouse.hangs = true;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.until([&] { return world.warehouse.started > 0; });
}

}  // namespace

TEST_CASE("pipeline: a final state that can't be written is written later, once") {
  DaemonWorld world;
  // A key that was revoked, or a permission that was taken back, may be mended as well.
  for (const Error& failure :
       {transient(), Error(ErrorClass::configuration, "401", "", "check the App's key")}) {
    world.forge.failures["complete_check"].push_back(failure);
  }
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.settle();
  CHECK(last_state(world) == "in_progress");
  world.clock.advance(std::chrono::seconds(5));
  world.until([&] { return world.forge.count("complete_check") == 2; });
  world.settle();
  SUBCASE("in the same process") { world.clock.advance(std::chrono::seconds(15)); }
  SUBCASE("after a restart") { world.restart(); }
  world.until([&] { return world.forge.count("upsert_comment") == 1; });
  world.settle();
  CHECK(world.forge.check_states() == Strings{"failure"});
  CHECK(world.forge.comments.at(0).edits == 0);
}

TEST_CASE("pipeline: a restart goes on where the run was, and nothing is there twice") {
  DaemonWorld world;
  SUBCASE("waiting for artifacts") {
    world.start();
    world.deliver("opened");
    world.settle();
    world.clock.advance(std::chrono::minutes(30));
    world.restart();
    world.settle();
    CHECK(world.forge.check_states() == Strings{"queued"});
    world.upload_production();
    world.upload_pull_request();
  }
  SUBCASE("in the middle of the diff") {
    start_hanging_diff(world);
    world.stop();
    CHECK(world.forge.check_states() == Strings{"in_progress"});
    world.warehouse.hangs = false;
    world.start();
  }
  SUBCASE("the check was created, but its reference was lost") {
    world.start();
    world.upload_production();
    world.upload_pull_request();
    // The forge takes the check and the connection breaks before the answer.
    world.forge.on_call = [&](const std::string& call) {
      if (call != "publish_check" || !world.forge.checks.empty()) return;
      vcs::Check lost;
      lost.external_id = "run-1";
      lost.head_sha = world.forge.pull.head_sha;
      world.forge.checks.push_back({lost, {"Queued"}});
      throw transient();
    };
    world.deliver("opened");
    world.settle();
    world.restart();
  }
  world.settle();
  world.clock.advance(std::chrono::seconds(10));
  world.settle();
  world.until([&] { return !world.forge.comments.empty(); });
  world.settle();
  CHECK(world.forge.check_states() == Strings{"failure"});
  CHECK(world.forge.comments.at(0).edits == 0);
}

TEST_CASE("pipeline: what happened while the daemon was down is found by looking at the open pull requests") {
  DaemonWorld world;
  world.start();
  world.upload_production();
  world.upload_pull_request();
  world.deliver("opened");
  world.settle();
  world.stop();
  world.push('2');  // its event is lost
  world.start(true);
  world.settle();
  REQUIRE(world.forge.checks.size() == 2);
  CHECK(world.forge.last_check().now.head_sha.value() == sha_of('2'));
  CHECK(last_state(world) == "queued");

  // Nothing new: the scan leaves it alone.
  const std::size_t reads = world.forge.count("changed_files");
  world.forge.pull.head_sha = vcs::Sha(sha_of('1'));
  world.restart(true);
  world.settle();
  CHECK(world.forge.count("changed_files") == reads);
}

TEST_CASE("pipeline: a delivery that can't be understood costs itself alone") {
  DaemonWorld world;
  world.start();
  CHECK(world.deliver_body(R"({"action":"opened","number":1e400,"pull_request":{}})").status == 202);
  CHECK(world.deliver_body(R"({"action":"opened","number":{},"pull_request":7})").status == 202);
  CHECK(world.deliver_body("[]").status == 202);
  world.deliver("opened");
  world.settle();
  CHECK(world.forge.checks.size() == 1);
  CHECK(contains(world.send("GET", "/metrics", "").body, "diffgate_deliveries_waiting 0"));
}

TEST_CASE("pipeline: a store that fails for a while is waited out") {
  DaemonWorld world;
  world.start();
  DirectSql sql(world.config.data_dir + "/diffgate.sqlite");
  sql.execute(
      "CREATE TRIGGER broken BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  world.deliver_body("[]");
  world.deliver("opened");
  world.until([&] { return world.clock.sleeping() > 0; });
  sql.execute("DROP TRIGGER broken");
  world.deliver("labeled", "data");
  while (!contains(world.send("GET", "/metrics", "").body, "diffgate_deliveries_waiting 0")) {
    world.clock.advance(std::chrono::seconds(5));
    world.loop.run(pause(), std::chrono::seconds(5));
  }
  world.settle();
  CHECK(world.forge.checks.size() == 1);
}

TEST_CASE("pipeline: an event that the API does not show yet is waited for") {
  DaemonWorld world;
  world.rules().pull_request_label = "data";
  world.start();
  world.forge.pull.labels = {"data"};
  world.forge.pull.updated_at += std::chrono::seconds(1);
  world.deliver("labeled", "data");
  // The API is behind: it tells of the time before the label.
  world.forge.pull.labels = {};
  world.forge.pull.updated_at -= std::chrono::seconds(1);
  world.until([&] { return world.clock.sleeping() == 2; });
  world.forge.pull.labels = {"data"};
  world.forge.pull.updated_at += std::chrono::seconds(1);
  world.clock.advance(std::chrono::seconds(1));
  world.settle();
  CHECK(last_state(world) == "queued");
  CHECK(contains(world.forge.last_check().now.title, "Waiting for"));
}

TEST_CASE("pipeline: a head that the API never comes to show fails closed, with the reason") {
  DaemonWorld world;
  world.start();
  const vcs::Sha shown = world.forge.pull.head_sha;
  world.push('2');
  world.deliver("synchronize");
  world.forge.pull.head_sha = shown;  // the API stays behind
  world.forge.pull.updated_at -= std::chrono::seconds(1);
  for (int i = 0; i < 5'000 && world.forge.checks.empty(); ++i) {
    world.clock.advance(std::chrono::seconds(1));
    world.loop.run(pause());
  }
  world.settle();
  CHECK(last_state(world) == "failure");
  CHECK(world.forge.last_check().now.head_sha.value() == sha_of('2'));
  CHECK(contains(world.forge.last_check().now.title, "does not show yet what its event told"));
  CHECK(world.forge.comments.empty());
}

TEST_CASE("pipeline: a repository that was renamed keeps its project") {
  DaemonWorld world;
  world.start();
  world.deliver("opened");
  world.settle();
  world.stop();
  // The event still carries the new name of id 99; the configuration has the old one.
  world.config.projects.front().repository = "acme/old-name";
  world.start();
  world.push('2');
  world.deliver("synchronize");
  world.settle();
  CHECK(world.forge.checks.size() == 2);
}

}  // namespace diffgate::app
