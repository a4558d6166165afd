// What people ask for, by a button or a comment, survives a daemon that is killed (SIGKILL) at one call to
// the forge after another, and is carried out once.

#include "mortal_daemon.hpp"

namespace diffgate::app {
namespace {

using test::MortalDaemon;

// A pull request whose run has ended, and a second one with the same head commit.
struct TwoPullRequests {
  TwoPullRequests() {
    const std::string base = github.branch("main");
    stand_in::NewPullRequest request;
    request.edits = {{"models/orders.sql", "select 2"}};
    const stand_in::Hook opened = github.open(request);
    first = opened.number;
    head = github.pull_request(first).head_sha;
    const stand_in::Hook beside = github.open_beside(first, "the-same-again");
    second = beside.number;
    daemon.start(0);
    REQUIRE(daemon.is_up());
    REQUIRE(daemon.upload("production", base, "production_manifest.json.gz") == 201);
    REQUIRE(daemon.upload("pull_request", head, "pull_request_manifest.json.gz") == 201);
    REQUIRE(daemon.deliver(opened) == 202);
    REQUIRE(daemon.deliver(beside) == 202);
    REQUIRE(daemon.eventually([&] {
      return !github.comments(first).empty() && !github.comments(second).empty() && daemon.is_at_rest();
    }));
    REQUIRE(github.checks().size() == 2);
  }

  // Delivers, and has the daemon die at the first call, then at the second, and so on until nothing is left
  // to do. How often it died.
  std::size_t deliver_and_die(const stand_in::Hook& hook) {
    daemon.die_at_call(1);
    REQUIRE(daemon.deliver(hook) == 202);
    std::size_t deaths = 0;
    for (std::size_t calls = 2; calls < 60; ++calls) {
      CAPTURE(calls);
      const bool has_ended =
          daemon.eventually([&] { return daemon.was_killed() || (deaths > 0 && daemon.is_at_rest()); });
      if (!has_ended) MESSAGE(daemon.log());
      REQUIRE(has_ended);
      if (!daemon.was_killed()) break;
      ++deaths;
      daemon.stop(SIGKILL);
      daemon.start(calls);
    }
    daemon.die_at_call(0);
    REQUIRE(daemon.eventually([&] { return daemon.is_at_rest(); }));
    return deaths;
  }

  MortalDaemon daemon;
  stand_in::GitHubStandIn& github = *daemon.github;
  int first = 0;
  int second = 0;
  std::string head;
};

}  // namespace

TEST_CASE(
    "daemon: a button of a commit with two pull requests is carried out for both, whenever it is killed") {
  TwoPullRequests world;
  CHECK(world.deliver_and_die(world.github.press(world.head, "rerun", "ada")) > 5);
  std::map<std::string, int> checks;  // by run and attempt
  for (const stand_in::StandInCheckRun& check : world.github.checks()) {
    CHECK(check.now().status == "completed");
    ++checks[check.external_id];
  }
  const std::map<std::string, int> wanted = {{"run-1", 1}, {"run-1-2", 1}, {"run-2", 1}, {"run-2-2", 1}};
  CHECK(checks == wanted);
  CHECK(world.github.comments(world.first).size() == 1);
  CHECK(world.github.comments(world.second).size() == 1);
}

TEST_CASE("daemon: a command in a comment is carried out and answered, whenever it is killed") {
  TwoPullRequests world;
  CHECK(world.deliver_and_die(world.github.comment(world.first, "ada", "/diffgate run")) > 5);
  CHECK(world.github.checks().size() == 3);
  for (const stand_in::StandInCheckRun& check : world.github.checks())
    CHECK(check.now().status == "completed");
  const auto comments = world.github.comments(world.first);
  REQUIRE(comments.size() == 2);  // the person's and ours
  const bool is_answered = comments[0].body.find("ada asked `/diffgate run`") != std::string::npos ||
                           comments[1].body.find("ada asked `/diffgate run`") != std::string::npos;
  CHECK(is_answered);
}

}  // namespace diffgate::app
