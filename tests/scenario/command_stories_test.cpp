// What people ask for in comments, on both forges.

#include "team.hpp"

using namespace diffgate;
using namespace diffgate::test;

namespace {

constexpr const char* kGate =
    "reuse_results: false\ngates:\n  - {select: orders, when: \"rows_removed > 0\", severity: fail}\n";

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "command story: an accepted difference turns the check green, stays so, and is seen no more once it "
    "differs") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team(kGate, gitlab);
    team.open();
    team.build();
    CHECK(team.state() == "failure");

    const std::int64_t asked =
        team.say("ada", "They were test orders.\n\n/diffgate accept orders test orders");
    CHECK(team.reactions_to(asked) == Strings{"eyes"});
    CHECK(team.state() == "success");
    CHECK(contains(team.comment(), "Accepted: `orders`"));
    CHECK(contains(team.comment(), "(accepted by ada: test orders)"));

    team.push();
    team.build();
    CHECK(team.state() == "success");
    CHECK(contains(team.comment(), "(accepted by ada: test orders)"));
    CHECK_FALSE(contains(team.comment(), "Accepted: `orders`"));  // the answer had its day

    team.sql("delete from pr_42.orders where order_id = (select max(order_id) from pr_42.orders)");
    team.push("one order less");
    team.build();
    CHECK(team.state() == "failure");
    CHECK(contains(team.comment(), "it is another one now"));
  }
}

TEST_CASE("command story: accepting takes no misspelt model for a reason") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team(kGate, gitlab);
    team.open();
    team.build();
    team.say("ada", "/diffgate accept ordres");
    CHECK(team.state() == "failure");
    CHECK(contains(team.comment(), "There is no model `ordres` in this run; did you mean"));
    team.say("ada", "/diffgate accept looks good to me");
    CHECK(team.state() == "success");
    CHECK(contains(team.comment(), "(accepted by ada: looks good to me)"));
  }
}

TEST_CASE("command story: a run that is asked for goes although the label is missing, and again on demand") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("pull_request_label: data-diff\n", gitlab);
    team.open();
    CHECK(contains(team.title(), "data-diff"));
    team.say("ada", "/diffgate run");
    CHECK(team.state() == "pending");
    team.build();
    CHECK(team.state() == "success");
    CHECK(team.run_json(1).at("attempt") == 2);
    team.say("ada", "/diffgate run");
    CHECK(team.state() == "success");
    CHECK(team.run_json(1).at("attempt") == 3);
    team.push();
    CHECK(contains(team.title(), "data-diff"));  // the wish was for that commit
  }
}

TEST_CASE("command story: downstream models are added under Slim Diff, one by one or all") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("slim_diff: true\n", gitlab);
    team.open();
    team.build();
    CHECK(team.model_json(1, "daily_revenue").at("result") == "skipped");
    CHECK(team.model_json(1, "country_summary").at("result") == "skipped");
    team.say("ada", "/diffgate run daily_revenue");
    CHECK(team.model_json(1, "daily_revenue").at("result") != "skipped");
    CHECK(team.model_json(1, "country_summary").at("result") == "skipped");
    team.say("ada", "/diffgate downstream");
    CHECK(team.model_json(1, "country_summary").at("result") != "skipped");

    team.push();
    team.build();
    CHECK(team.model_json(2, "country_summary").at("result") != "skipped");
  }
}

TEST_CASE("command story: a cancelled run stays so until somebody asks for it") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("", gitlab);
    team.open();
    team.say("ada", "/diffgate cancel");
    CHECK(team.state() == "cancelled");
    CHECK(contains(team.title(), "stopped by ada"));
    team.label("anything");
    CHECK(team.state() == "cancelled");
    team.say("ada", "/diffgate cancel");
    CHECK(contains(team.comment(), "No run is under way."));
    team.say("ada", "/diffgate run");
    team.build();
    CHECK(team.state() == "success");
  }
}

TEST_CASE("command story: a column that has another name is compared with the one that took its place") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("", gitlab);
    team.sql("alter table pr_42.orders rename column status to order_status");
    team.open();
    team.build();
    CHECK(team.model_json(1, "orders").at("schema").at("removed") == nlohmann::json::array({"status"}));
    team.say("ada", "/diffgate remap status order_status ord*");
    nlohmann::json schema = team.model_json(1, "orders").at("schema");
    CHECK(schema.at("removed").empty());
    CHECK(schema.at("renamed") == nlohmann::json::array({{{"prod", "status"}, {"pr", "order_status"}}}));
  }
}

TEST_CASE("command story: renames come from commit messages too, and comments win") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("", gitlab);
    team.sql("alter table pr_42.orders rename column status to order_status");
    stand_in::NewPullRequest request = team.stage.shop_pull_request();
    request.message = "Count refunds\n\nX-Datafold: renamed status state";
    team.open(std::move(request));
    team.push("Call it what it is\n\ndiffgate: rename state order_status");
    team.build();
    CHECK(team.model_json(2, "orders").at("schema").at("renamed").size() == 1);
    team.say("ada", "/diffgate remap status status");
    CHECK(team.model_json(2, "orders").at("schema").at("renamed").empty());
  }
}

TEST_CASE("command story: who may not write is not obeyed, and neither are bots and edits") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team(kGate, gitlab);
    team.may_only_read("eve");
    team.open();
    team.build();
    const std::int64_t asked = team.say("eve", "/diffgate accept orders");
    CHECK(team.reactions_to(asked) == Strings{"confused"});
    CHECK(team.state() == "failure");
    CHECK_FALSE(contains(team.comment(), "eve asked"));
    const std::int64_t talk = team.say("ada", "`/diffgate accept` would do, but I am not sure");
    CHECK(team.reactions_to(talk).empty());
    if (gitlab) {
      team.say("project_3301_bot_5a", "/diffgate accept");
      team.say("diffgate-bot", "/diffgate accept");
      team.send(team.gitlab().edit_comment(talk, "/diffgate accept"));
    }
    CHECK(team.state() == "failure");
  }
}

TEST_CASE(
    "command story: help and what is no command are answered in the one comment, before there is a report "
    "too") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("", gitlab);
    team.open();
    team.say("ada", "/diffgate help");
    CHECK(contains(team.comment(), "| `/diffgate cancel` | stops the run |"));
    team.say("ada", "/diffgate dance");
    CHECK(contains(team.comment(), "This is no command of diffgate's."));
    team.build();
    CHECK(contains(team.comment(), "| 🟠 `orders` | 400 → 388 |"));
    CHECK(contains(team.comment(), "/diffgate dance"));
    CHECK(team.comments().size() == 1);
  }
}

TEST_CASE("command story: a delivery that comes twice is carried out once") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("", gitlab);
    team.open();
    team.build();
    if (!gitlab) continue;
    stand_in::Hook hook = team.gitlab().comment(team.number(), "ada", "/diffgate run");
    team.send(hook);
    hook.headers.set("idempotency-key", "another");  // the same note by a second hook
    hook.headers.set("x-gitlab-event-uuid", "another");
    team.send(hook);
    CHECK(team.run_json(1).at("attempt") == 2);
  }
}

TEST_CASE("command story: a comment that somebody deleted is there again with the next answer") {
  for (const bool gitlab : {false, true}) {
    CAPTURE(gitlab);
    Team team("", gitlab);
    team.open();
    team.build();
    team.delete_comment(team.comments().at(0).id);
    CHECK(team.comments().empty());
    team.say("ada", "/diffgate help");
    CHECK(contains(team.comment(), "| 🟠 `orders` | 400 → 388 |"));
    CHECK(contains(team.comment(), "/diffgate help"));
  }
}
