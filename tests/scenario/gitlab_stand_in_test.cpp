#include <doctest/doctest.h>

#include "app/stand_in/gitlab.hpp"
#include "manual_clock.hpp"
#include "net/crypto.hpp"
#include "net/error.hpp"
#include "run.hpp"
#include "vcs/delivery.hpp"
#include "vcs/events.hpp"
#include "vcs/forge.hpp"

using namespace diffgate;
using namespace diffgate::app::stand_in;
using namespace std::chrono_literals;

namespace {

const std::string signing_key = "whsec_" + net::to_base64(std::string(32, 'k'));

struct GitLabWorld {
  test::Loop loop;
  test::ManualClock clock;
  std::unique_ptr<net::HttpClient> http = net::create_http_client(loop.executor(), {});
  GitLabStandIn gitlab;
  std::unique_ptr<vcs::Forge> forge;
  vcs::Repo repo{"gitlab", vcs::RepoId(3301), vcs::InstallationId(0), "acme/shop"};

  explicit GitLabWorld(bool runs_pipelines = true, std::vector<std::string> external_checks = {})
      : gitlab(loop.executor(), options(runs_pipelines, std::move(external_checks)),
               {{"models/orders.sql", "select 1\n"}}) {
    clock.skip_sleeps();
    gitlab.start();
    vcs::GitLabOptions wanted;
    wanted.url = gitlab.wire().url();
    wanted.token = Secret("glpat-test");
    wanted.timeout = 300ms;
    wanted.write_gap = 0ms;
    wanted.external_status_checks = true;
    forge = vcs::create_gitlab_forge(loop.executor(), *http, clock, wanted);
  }
  ~GitLabWorld() { loop.run(gitlab.wire().stop()); }

  GitLabStandInOptions options(bool runs_pipelines, std::vector<std::string> external_checks) {
    GitLabStandInOptions made;
    made.token = Secret("glpat-test");
    made.webhook_token = Secret("hook token");
    made.signing_key = Secret(signing_key);
    made.runs_pipelines = runs_pipelines;
    made.external_checks = std::move(external_checks);
    made.now = [this] { return clock.now(); };
    return made;
  }

  vcs::Check check(int number, vcs::CheckState state, const std::string& title) {
    vcs::Check wanted;
    wanted.name = "diffgate";
    wanted.head_sha = vcs::Sha(gitlab.merge_request(number).head_sha);
    wanted.pull_request = vcs::PullNumber(number);
    wanted.state = state;
    wanted.title = title;
    wanted.details_url = "https://diffgate.example.com/runs/1";
    return wanted;
  }
};

}  // namespace

TEST_CASE("a merge request of the stand-in reads as it was opened") {
  GitLabWorld world;
  const int number =
      world.gitlab
          .open({.title = "A change",
                 .message = "Change orders",
                 .edits = {{"models/orders.sql", std::nullopt}, {"models/sales.sql", "select 1\n"}},
                 .labels = {"data"}})
          .number;
  const auto pull = world.loop.run(world.forge->pull_request(world.repo, vcs::PullNumber(number)));
  CHECK(pull.title == "A change");
  CHECK(pull.head_sha.value() == world.gitlab.merge_request(number).head_sha);
  CHECK(pull.base_sha.value() == world.gitlab.branch("main"));
  CHECK(pull.labels == std::vector<std::string>{"data"});
  const auto files = world.loop.run(world.forge->changed_files(world.repo, pull.number));
  REQUIRE(files.files.size() == 1);
  CHECK(files.files[0].path == "models/sales.sql");
  CHECK(files.files[0].previous_path == "models/orders.sql");
  CHECK(world.loop.run(world.forge->file_at(world.repo, "models/sales.sql", pull.head_sha)) == "select 1\n");
  CHECK_FALSE(world.loop.run(world.forge->file_at(world.repo, "models/none.sql", pull.head_sha)));
  CHECK(world.loop.run(world.forge->commit_message(world.repo, pull.head_sha)) == "Change orders");
  CHECK(world.loop.run(world.forge->merge_base(world.repo, pull.base_sha, pull.head_sha)) == pull.base_sha);
  CHECK(world.loop.run(world.forge->open_pull_requests(world.repo)).size() == 1);
}

TEST_CASE("every GitLab webhook of the stand-in is genuine and parses as what was done") {
  GitLabWorld world;
  const Hook opened = world.gitlab.open({});
  const int number = opened.number;
  world.gitlab.commit("next", "A second base", {{"x", "y"}});
  struct Step {
    Hook hook;
    vcs::PullRequestAction action;
  };
  const std::vector<Step> steps = {
      {opened, vcs::PullRequestAction::opened},
      {world.gitlab.push(number, "more", {{"a", "b"}}), vcs::PullRequestAction::synchronize},
      {world.gitlab.label(number, "data"), vcs::PullRequestAction::labeled},
      {world.gitlab.unlabel(number, "data"), vcs::PullRequestAction::unlabeled},
      {world.gitlab.retarget(number, "next"), vcs::PullRequestAction::edited},
      {world.gitlab.set_draft(number, true), vcs::PullRequestAction::converted_to_draft},
      {world.gitlab.set_draft(number, false), vcs::PullRequestAction::ready_for_review},
      {world.gitlab.close(number), vcs::PullRequestAction::closed},
      {world.gitlab.reopen(number), vcs::PullRequestAction::reopened},
  };
  vcs::GitLabSecrets secrets;
  secrets.signing_keys = {Secret(signing_key)};
  secrets.require_signature = true;
  for (const Step& step : steps) {
    CAPTURE(step.hook.body.substr(0, 200));
    const auto verified =
        vcs::verify_gitlab_delivery(secrets, step.hook.headers, step.hook.body, world.clock.now());
    REQUIRE(std::holds_alternative<vcs::Delivery>(verified));
    const auto event = vcs::parse_gitlab_event("gitlab", step.hook.body);
    REQUIRE(std::holds_alternative<vcs::PullRequestEvent>(event));
    CHECK(std::get<vcs::PullRequestEvent>(event).action == step.action);
  }
}

TEST_CASE("a commit status lives in the merge request's own pipeline and repeats no state") {
  GitLabWorld world;
  const int number = world.gitlab.open({.edits = {{"a", "b"}}}).number;
  std::optional<vcs::CheckRef> ref;
  for (const auto& [state, title] :
       std::vector<std::pair<vcs::CheckState, std::string>>{{vcs::CheckState::queued, "Queued"},
                                                            {vcs::CheckState::in_progress, "1 of 9 models"},
                                                            {vcs::CheckState::in_progress, "2 of 9 models"},
                                                            {vcs::CheckState::completed, "9 diffs"}}) {
    ref = world.loop.run(world.forge->publish_check(world.repo, ref, world.check(number, state, title)));
  }
  REQUIRE(world.gitlab.statuses().size() == 1);
  CHECK(world.gitlab.statuses()[0].now().state == "success");
  CHECK(world.gitlab.statuses()[0].now().description == "9 diffs");
  REQUIRE(world.gitlab.pipelines().size() == 1);
  CHECK(world.gitlab.statuses()[0].pipeline == world.gitlab.pipelines()[0].id);
}

TEST_CASE("without pipelines of the project's own one external pipeline holds the status") {
  GitLabWorld world(false);
  const int number = world.gitlab.open({.edits = {{"a", "b"}}}).number;
  auto ref = world.loop.run(world.forge->publish_check(
      world.repo, std::nullopt, world.check(number, vcs::CheckState::queued, "Queued")));
  world.loop.run(
      world.forge->publish_check(world.repo, ref, world.check(number, vcs::CheckState::completed, "Done")));
  CHECK(world.gitlab.pipelines().size() == 1);
  CHECK(world.gitlab.statuses().size() == 1);
}

TEST_CASE("external status checks of our name are answered, once for each state, and no others") {
  GitLabWorld world(true, {"licences", "diffgate"});
  const int number = world.gitlab.open({.edits = {{"a", "b"}}}).number;
  std::optional<vcs::CheckRef> ref;
  vcs::Check failed = world.check(number, vcs::CheckState::completed, "A gate fails");
  failed.conclusion = vcs::Conclusion::failure;
  for (const vcs::Check& check : {world.check(number, vcs::CheckState::queued, "Queued"),
                                  world.check(number, vcs::CheckState::in_progress, "Comparing"), failed}) {
    ref = world.loop.run(world.forge->publish_check(world.repo, ref, check));
  }
  CHECK(world.gitlab.status_check_responses() ==
        std::map<std::int64_t, std::vector<std::string>>{{72, {"failed"}}});
  world.loop.run(
      world.forge->publish_check(world.repo, {}, world.check(number, vcs::CheckState::completed, "Fine")));
  CHECK(world.gitlab.status_check_responses().at(72).back() == "passed");
}

TEST_CASE("where the licence has no external status checks nobody asks twice in an hour") {
  GitLabWorld world;
  const int number = world.gitlab.open({.edits = {{"a", "b"}}}).number;
  const auto ref = world.loop.run(
      world.forge->publish_check(world.repo, {}, world.check(number, vcs::CheckState::queued, "Queued")));
  world.loop.run(
      world.forge->publish_check(world.repo, ref, world.check(number, vcs::CheckState::completed, "Done")));
  CHECK(world.gitlab.wire().count("GET", "*/status_checks") == 1);
}

TEST_CASE("a note gets one award emoji, and one that is gone is no error") {
  GitLabWorld world;
  const int number = world.gitlab.open({.edits = {{"a", "b"}}}).number;
  const std::int64_t note = world.gitlab.comment_as(number, "ada", "/diffgate run");
  const auto react = [&](const std::string& id, vcs::Receipt receipt) {
    world.loop.run(world.forge->react(world.repo, vcs::PullNumber(number), id, receipt));
  };
  react(std::to_string(note), vcs::Receipt::accepted);
  react(std::to_string(note), vcs::Receipt::accepted);
  react("999999", vcs::Receipt::refused);
  react("../../evil", vcs::Receipt::refused);
  CHECK(world.gitlab.emoji_of(note) == std::vector<std::string>{"eyes"});
  CHECK(world.loop.run(world.forge->is_own_user("diffgate-bot")));
  CHECK_FALSE(world.loop.run(world.forge->is_own_user("ada")));
}

TEST_CASE("the merge request's own commits come oldest first") {
  GitLabWorld world;
  NewPullRequest request;
  request.message = "first";
  request.edits = {{"a", "b"}};
  const int number = world.gitlab.open(request).number;
  world.gitlab.push(number, "second", {{"a", "c"}});
  const vcs::PullRequest pull =
      world.loop.run(world.forge->pull_request(world.repo, vcs::PullNumber(number)));
  CHECK(world.loop.run(world.forge->commit_messages(world.repo, pull)) ==
        std::vector<std::string>{"first", "second"});
}

TEST_CASE("the note is edited in place, and one planted by another is left alone") {
  GitLabWorld world;
  const int number = world.gitlab.open({.edits = {{"a", "b"}}}).number;
  const std::string marker = "<!-- diffgate 1 -->";
  world.gitlab.comment_as(number, "mallory", marker + "\nplanted");
  world.loop.run(
      world.forge->upsert_comment(world.repo, vcs::PullNumber(number), std::nullopt, marker, "one"));
  world.loop.run(
      world.forge->upsert_comment(world.repo, vcs::PullNumber(number), std::nullopt, marker, "two"));
  REQUIRE(world.gitlab.comments(number).size() == 2);
  CHECK(world.gitlab.comments(number)[1].body.find("two") != std::string::npos);
  CHECK(world.gitlab.comments(number)[1].edits == 1);
}

TEST_CASE("write access is a developer's or more") {
  GitLabWorld world;
  world.gitlab.set_access_level("dev", 30);
  world.gitlab.set_access_level("guest", 10);
  CHECK(world.loop.run(world.forge->can_write(world.repo, "dev")));
  CHECK_FALSE(world.loop.run(world.forge->can_write(world.repo, "guest")));
  CHECK_FALSE(world.loop.run(world.forge->can_write(world.repo, "stranger")));
}

TEST_CASE("a wrong GitLab token is named as the reason") {
  GitLabWorld world;
  vcs::GitLabOptions wrong;
  wrong.url = world.gitlab.wire().url();
  wrong.token = Secret("glpat-other");
  wrong.timeout = 300ms;
  auto forge = vcs::create_gitlab_forge(world.loop.executor(), *world.http, world.clock, wrong);
  CHECK_THROWS_AS(world.loop.run(forge->pull_request(world.repo, vcs::PullNumber(42))), Error);
}
