// The daemon killed (SIGKILL) at one call to the forge after another. Whatever the moment, the next process
// finishes the work and nothing is on the pull request twice.

#include "mortal_daemon.hpp"

namespace diffgate::app {

using test::MortalDaemon;

TEST_CASE("daemon: killed at any call to the forge, it finishes the work and shows nothing twice") {
  MortalDaemon daemon;
  stand_in::GitHubStandIn& github = *daemon.github;
  const std::string base = github.branch("main");
  stand_in::NewPullRequest request;
  request.edits = {{"models/orders.sql", "select 2"}};
  const stand_in::Hook hook = github.open(request);
  const std::string head = github.pull_request(hook.number).head_sha;
  daemon.start(0);
  REQUIRE(daemon.is_up());
  REQUIRE(daemon.upload("production", base, "production_manifest.json.gz") == 201);
  REQUIRE(daemon.upload("pull_request", head, "pull_request_manifest.json.gz") == 201);

  // Every life gets a little further; each new one begins with a token and the pull request.
  daemon.die_at_call(1);
  REQUIRE(daemon.deliver(hook) == 202);
  const auto has_comment = [&] { return !github.comments(hook.number).empty(); };
  std::size_t lives = 1;
  for (std::size_t calls = 2; calls < 40; ++calls) {
    CAPTURE(calls);
    const bool has_ended = daemon.eventually([&] { return daemon.was_killed() || has_comment(); });
    if (!has_ended) MESSAGE(daemon.log());
    REQUIRE(has_ended);
    daemon.stop(SIGKILL);
    daemon.start(has_comment() ? 0 : calls);
    ++lives;
    if (has_comment()) break;
  }
  CHECK(lives > 5);
  REQUIRE(daemon.is_up());
  const bool is_done = daemon.eventually([&] {
    return daemon.is_at_rest() &&
           daemon.get("/metrics").body.find("diffgate_runs{state=\"done\"} 1") != std::string::npos;
  });
  if (!is_done) MESSAGE(daemon.log());
  REQUIRE(is_done);
  CHECK(daemon.stop(SIGTERM) == 0);

  CHECK(github.checks().size() == 1);
  for (const stand_in::StandInCheckRun& check : github.checks()) {
    CHECK(check.head_sha == head);
    CHECK(check.now().status == "completed");
    std::size_t completions = 0;
    for (const auto& look : check.looks) completions += look.status == "completed" ? 1 : 0;
    CHECK(completions >= 1);
  }
  CHECK(github.comments(hook.number).size() == 1);
  CHECK(github.wire().problems().empty());
}

}  // namespace diffgate::app
