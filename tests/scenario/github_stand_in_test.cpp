#include <doctest/doctest.h>

#include <fmt/format.h>

#include "app/stand_in/github.hpp"
#include "app/stand_in/rsa.hpp"
#include "manual_clock.hpp"
#include "net/error.hpp"
#include "run.hpp"
#include "vcs/delivery.hpp"
#include "vcs/events.hpp"
#include "vcs/forge.hpp"

// The stand-in and the real client check each other: a misunderstanding of one shows as a refusal of the
// other.

using namespace diffgate;
using namespace diffgate::app::stand_in;
using namespace std::chrono_literals;

namespace {

const RsaKey& app_key() {
  static const RsaKey key = generate_rsa_key();
  return key;
}

struct GitHubWorld {
  test::Loop loop;
  test::ManualClock clock;
  std::unique_ptr<net::HttpClient> http = net::create_http_client(loop.executor(), {});
  GitHubStandIn github{loop.executor(),
                       options(),
                       {{"models/orders.sql", "select 1\n"}, {".diffgate.yml", "slim_diff: true\n"}}};
  std::unique_ptr<vcs::Forge> forge;
  vcs::Repo repo{"github", vcs::RepoId(7001), vcs::InstallationId(31), "acme/shop"};

  explicit GitHubWorld(Secret private_key = app_key().private_pem) {
    clock.skip_sleeps();
    github.start();
    vcs::GitHubOptions wanted;
    wanted.api_url = github.wire().url();
    wanted.app_id = "4242";
    wanted.private_key_pem = std::move(private_key);
    wanted.timeout = 300ms;
    wanted.write_gap = 0ms;
    forge = vcs::create_github_forge(loop.executor(), *http, clock, wanted);
  }
  ~GitHubWorld() { loop.run(github.wire().stop()); }

  GitHubStandInOptions options() {
    GitHubStandInOptions made;
    made.app_public_key = app_key().public_pem;
    made.webhook_secret = Secret("It's a Secret to Everybody");
    made.now = [this] { return clock.now(); };
    return made;
  }

  vcs::Check check(const std::string& sha, vcs::CheckState state, const std::string& title) {
    vcs::Check wanted;
    wanted.name = "diffgate";
    wanted.head_sha = vcs::Sha(sha);
    wanted.state = state;
    wanted.title = title;
    wanted.summary = "summary";
    wanted.details_url = "https://diffgate.example.com/runs/1";
    wanted.external_id = "1";
    return wanted;
  }
};

}  // namespace

TEST_CASE("a pull request of the stand-in reads as it was opened") {
  GitHubWorld world;
  const Hook hook =
      world.github.open({.title = "A change",
                         .author = "ada",
                         .message = "Change orders",
                         .edits = {{"models/orders.sql", "select 2\n"}, {"README.md", "hello\n"}},
                         .labels = {"data"}});
  const auto pull = world.loop.run(world.forge->pull_request(world.repo, vcs::PullNumber(hook.number)));
  CHECK(pull.title == "A change");
  CHECK(pull.author == "ada");
  CHECK(pull.base_branch == "main");
  CHECK(pull.head_sha.value() == world.github.pull_request(hook.number).head_sha);
  CHECK(pull.base_sha.value() == world.github.branch("main"));
  CHECK(pull.labels == std::vector<std::string>{"data"});
  CHECK_FALSE(pull.is_fork);

  const auto files = world.loop.run(world.forge->changed_files(world.repo, pull.number));
  REQUIRE(files.files.size() == 2);
  CHECK(files.is_complete);
  CHECK(files.files[0].path == "README.md");
  CHECK(world.loop.run(world.forge->file_at(world.repo, ".diffgate.yml", pull.base_sha)) ==
        "slim_diff: true\n");
  CHECK(world.loop.run(world.forge->file_at(world.repo, "models/orders.sql", pull.head_sha)) == "select 2\n");
  CHECK_FALSE(world.loop.run(world.forge->file_at(world.repo, "none.yml", pull.head_sha)));
  CHECK(world.loop.run(world.forge->commit_message(world.repo, pull.head_sha)) == "Change orders");
  CHECK(world.loop.run(world.forge->merge_base(world.repo, pull.base_sha, pull.head_sha)) == pull.base_sha);
  CHECK(world.loop.run(world.forge->open_pull_requests(world.repo)).size() == 1);
}

TEST_CASE("every webhook of the stand-in is genuine and parses as what was done") {
  GitHubWorld world;
  const int number = world.github.open({}).number;
  world.github.commit("next", "A second base", {{"x", "y"}});
  struct Step {
    Hook hook;
    vcs::PullRequestAction action;
  };
  const std::vector<Step> steps = {
      {world.github.push(number, "more", {{"a", "b"}}), vcs::PullRequestAction::synchronize},
      {world.github.label(number, "data"), vcs::PullRequestAction::labeled},
      {world.github.unlabel(number, "data"), vcs::PullRequestAction::unlabeled},
      {world.github.retarget(number, "next"), vcs::PullRequestAction::edited},
      {world.github.convert_to_draft(number), vcs::PullRequestAction::converted_to_draft},
      {world.github.ready_for_review(number), vcs::PullRequestAction::ready_for_review},
      {world.github.close(number), vcs::PullRequestAction::closed},
      {world.github.reopen(number), vcs::PullRequestAction::reopened},
  };
  for (const Step& step : steps) {
    CAPTURE(step.hook.body.substr(0, 200));
    const auto verified = vcs::verify_github_delivery({Secret("It's a Secret to Everybody")},
                                                      step.hook.headers, step.hook.body);
    REQUIRE(std::holds_alternative<vcs::Delivery>(verified));
    const auto event = vcs::parse_github_event("github", step.hook.event, step.hook.body);
    REQUIRE(std::holds_alternative<vcs::PullRequestEvent>(event));
    CHECK(std::get<vcs::PullRequestEvent>(event).action == step.action);
  }
}

TEST_CASE("more files than a page holds are read to the end") {
  GitHubWorld world;
  TreeEdits many;
  for (int i = 0; i < 250; ++i) many[fmt::format("models/m{}.sql", i)] = fmt::format("select {}\n", i);
  const int number = world.github.open({.edits = many}).number;
  const auto files = world.loop.run(world.forge->changed_files(world.repo, vcs::PullNumber(number)));
  CHECK(files.files.size() == 250);
  CHECK(world.github.wire().count("GET", "*/files") == 3);
}

TEST_CASE("a check run goes from queued to completed and is not reopened") {
  GitHubWorld world;
  const int number = world.github.open({.edits = {{"a", "b"}}}).number;
  const std::string sha = world.github.pull_request(number).head_sha;
  auto ref = world.loop.run(world.forge->publish_check(world.repo, std::nullopt,
                                                       world.check(sha, vcs::CheckState::queued, "Queued")));
  ref = world.loop.run(world.forge->publish_check(
      world.repo, ref, world.check(sha, vcs::CheckState::in_progress, "3 of 9 models")));
  ref = world.loop.run(
      world.forge->publish_check(world.repo, ref, world.check(sha, vcs::CheckState::completed, "9 diffs")));
  REQUIRE(world.github.checks().size() == 1);
  const StandInCheckRun first = world.github.checks()[0];
  CHECK(first.now().status == "completed");
  CHECK(first.now().conclusion == "success");
  CHECK(first.now().title == "9 diffs");
  world.loop.run(
      world.forge->publish_check(world.repo, ref, world.check(sha, vcs::CheckState::in_progress, "Again")));
  CHECK(world.github.checks().size() == 2);
  CHECK(world.github.checks()[0].now().status == "completed");
}

TEST_CASE("the comment is edited in place, and made anew when a person deleted it") {
  GitHubWorld world;
  const int number = world.github.open({.edits = {{"a", "b"}}}).number;
  const std::string marker = "<!-- diffgate 1 -->";
  world.github.comment_as(number, "mallory", marker + "\nplanted");
  auto ref = world.loop.run(
      world.forge->upsert_comment(world.repo, vcs::PullNumber(number), std::nullopt, marker, "one"));
  ref = world.loop.run(
      world.forge->upsert_comment(world.repo, vcs::PullNumber(number), std::nullopt, marker, "two"));
  REQUIRE(world.github.comments(number).size() == 2);
  CHECK(world.github.comments(number)[1].body.find("two") != std::string::npos);
  CHECK(world.github.comments(number)[0].body.find("planted") != std::string::npos);
  world.github.delete_comment(world.github.comments(number)[1].id);
  world.loop.run(world.forge->upsert_comment(world.repo, vcs::PullNumber(number), ref, marker, "three"));
  CHECK(world.github.comments(number).size() == 2);
}

TEST_CASE("an App token signed with another key is refused") {
  GitHubWorld world(generate_rsa_key().private_pem);
  const int number = world.github.open({}).number;
  CHECK_THROWS_AS(world.loop.run(world.forge->pull_request(world.repo, vcs::PullNumber(number))), Error);
  CHECK(world.github.wire().calls().back().status == 401);
}

TEST_CASE("scripted faults are met with patience") {
  GitHubWorld world;
  const int number = world.github.open({}).number;
  const vcs::PullNumber pull(number);
  Fault fault;
  fault.path = "*/pulls/*";
  fault.times = 2;
  SUBCASE("500 twice") { fault.response.status = 500; }
  SUBCASE("403 with Retry-After") {
    fault.response.status = 403;
    fault.response.headers.set("retry-after", "30");
    fault.response.body = R"({"message":"You have exceeded a secondary rate limit."})";
  }
  SUBCASE("no answer") { fault.kind = Fault::Kind::hang; }
  world.github.wire().add(fault);
  CHECK(world.loop.run(world.forge->pull_request(world.repo, pull)).number == pull);
  CHECK(world.github.wire().count("GET", "*/pulls/*") == 3);
}

TEST_CASE("a lost token is minted again") {
  GitHubWorld world;
  const int number = world.github.open({}).number;
  world.loop.run(world.forge->pull_request(world.repo, vcs::PullNumber(number)));
  world.github.expire_tokens();
  CHECK(world.loop.run(world.forge->pull_request(world.repo, vcs::PullNumber(number))).number.value() ==
        number);
}
