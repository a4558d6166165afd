// GitLab in trouble: what is late, lost or refused delays a run and changes nothing else.

#include "team.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

stand_in::Fault answer(const std::string& method, const std::string& path, int status, std::size_t times) {
  stand_in::Fault fault;
  fault.method = method;
  fault.path = path;
  fault.times = times;
  fault.response.status = status;
  fault.response.body = R"({"message":"out of order"})";
  return fault;
}

stand_in::Fault lost(const std::string& path) {
  stand_in::Fault fault = answer("POST", path, 502, 1);
  fault.kind = stand_in::Fault::Kind::answer_after_work;
  return fault;
}

stand_in::Fault limited(const std::string& method, const std::string& path, const std::string& retry_after) {
  stand_in::Fault fault = answer(method, path, 429, 2);
  fault.response.body = "Retry later";
  if (!retry_after.empty()) fault.response.headers.set("retry-after", retry_after);
  return fault;
}

}  // namespace

TEST_CASE("GitLab fault story: each fault that passes delays the run and no more") {
  struct Row {
    const char* what;
    stand_in::Fault fault;
  };
  const Row rows[] = {
      {"reading fails with 500 for a while", answer("GET", "*/merge_requests/*", 500, 8)},
      {"the status can't be set for a while", answer("POST", "*/statuses/*", 502, 3)},
      {"the status is set but the answer is lost", lost("*/statuses/*")},
      {"the note is made but the answer is lost", lost("*/notes")},
      {"a limit with the time to wait", limited("POST", "*/statuses/*", "30")},
      {"a limit without it", limited("GET", "*/diffs", "")},
      {"the pipelines can't be listed", answer("GET", "*/pipelines", 403, 100)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Team team("", true);
    team.stage.wire().add(row.fault);
    const stand_in::Hook opened = team.gitlab().open(team.stage.shop_pull_request());
    const std::string sha = team.gitlab().merge_request(opened.number).head_sha;
    REQUIRE(team.run(team.stage.send(opened)) == 202);
    team.run(team.stage.upload_pull_request(sha));
    team.pass_time_until([&] {
      const auto* status = team.gitlab().status(sha, "diffgate");
      return status != nullptr && status->now().state == "success" &&
             !team.gitlab().comments(opened.number).empty();
    });
    team.settle();
    CHECK(team.gitlab().comments(opened.number).size() == 1);
    for (const auto& status : team.gitlab().statuses()) CHECK(status.now().state == "success");
  }
}

TEST_CASE("GitLab fault story: a label and a push that the API does not show yet are waited for") {
  Team team("pull_request_label: data-diff\n", true);
  team.open();
  team.clock.advance(std::chrono::seconds(60));
  team.gitlab().lag(team.number(), 3);
  REQUIRE(team.run(team.stage.send(team.gitlab().label(team.number(), "data-diff"))) == 202);
  team.pass_time_until([&] { return team.state() == "pending"; });

  const std::string first = team.head_sha();
  team.clock.advance(std::chrono::seconds(60));
  team.gitlab().lag(team.number(), 3);
  REQUIRE(team.run(team.stage.send(
              team.gitlab().push(team.number(), "more", {{"models/more.sql", "select 1\n"}}))) == 202);
  team.pass_time_until([&] { return team.state() == "pending"; });
  team.settle();
  CHECK(team.gitlab().status(first, "diffgate")->now().state == "canceled");
}

TEST_CASE("GitLab fault story: a token that was revoked is named in the log, and a new one goes on") {
  Team team("", true);
  team.stage.wire().add(answer("", "*", 401, 1'000));
  const stand_in::Hook opened = team.gitlab().open(team.stage.shop_pull_request());
  REQUIRE(team.run(team.stage.send(opened)) == 202);
  team.settle();
  CHECK(team.gitlab().statuses().empty());
  team.stage.wire().clear_faults();
  team.send(team.gitlab().push(opened.number, "again", {{"models/again.sql", "select 1\n"}}));
  const std::string sha = team.gitlab().merge_request(opened.number).head_sha;
  CHECK(team.gitlab().status(sha, "diffgate")->now().state == "pending");
}

TEST_CASE("GitLab fault story: after a restart in the middle there is one note and no open status") {
  Team team("", true);
  team.open();
  team.run(team.stage.upload_pull_request(team.head_sha()));
  team.run(team.stage.wire().until(
      "the diff", [&] { return team.state() == "running"; }, std::chrono::seconds(30)));
  team.run(team.stage.stop_daemon());
  team.run(team.stage.start_daemon());
  team.settle();
  CHECK(team.state() == "success");
  CHECK(team.comments().size() == 1);
  for (const auto& status : team.gitlab().statuses()) CHECK(status.now().state == "success");
}

TEST_CASE("GitLab fault story: what happened while the daemon was down is found at the start") {
  Team team("", true);
  team.open();
  const std::string first = team.head_sha();
  team.run(team.stage.stop_daemon());
  team.gitlab().push(team.number(), "unseen", {{"models/more.sql", "select 1\n"}});  // its hook found nobody
  team.run(team.stage.start_daemon());
  team.settle();
  CHECK(team.gitlab().status(first, "diffgate")->now().state == "canceled");
  CHECK(team.state() == "pending");
}

TEST_CASE(
    "GitLab fault story: a merge request that was opened while the daemon was down is found at the start") {
  Team team("", true);
  team.open();
  team.build();
  team.run(team.stage.stop_daemon());
  stand_in::NewPullRequest request;
  request.head_branch = "missed";
  request.edits = {{"models/missed.sql", "select 1\n"}};
  const int missed = team.gitlab().open(request).number;
  const std::size_t before =
      team.stage.wire().count("GET", "*/merge_requests/" + std::to_string(team.number()));
  team.run(team.stage.start_daemon());
  team.settle();
  const auto* status = team.gitlab().status(team.gitlab().merge_request(missed).head_sha, "diffgate");
  REQUIRE(status != nullptr);
  CHECK(status->now().state == "pending");
  // The other one is known to the end, and left alone.
  CHECK(team.stage.wire().count("GET", "*/merge_requests/" + std::to_string(team.number())) == before);
}

TEST_CASE("GitLab fault story: a deleted note is made again, and one with a planted marker is left alone") {
  Team team("", true);
  team.open();
  team.gitlab().comment_as(team.number(), "mallory", "<!-- diffgate project=1 -->\nAll is well.");
  team.build();
  REQUIRE(team.comments().size() == 1);
  team.delete_comment(team.comments()[0].id);
  team.push();
  team.build();
  CHECK(contains(team.comment(), team.head_sha().substr(0, 7)));
  for (const auto& note : team.gitlab().comments(team.number())) {
    if (note.author == "mallory") CHECK(note.edits == 0);
  }
}
