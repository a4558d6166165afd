// What a program does to a run by the API: accept its differences, stop it.

#include <nlohmann/json.hpp>

#include "world.hpp"

using namespace diffgate;
using namespace diffgate::test;
using nlohmann::json;

namespace {

constexpr const char* kGate = "gates:\n  - {select: orders, when: \"rows_removed > 0\", severity: fail}\n";

// A pull request of the shop, and a program that has a key of its own to it.
class ApiTeam : public World {
 public:
  ApiTeam()
      : World(kGate, false, [](config::ServerConfig& config, World&) {
          config::ApiKey key;
          key.name = "release manager";
          key.key = Secret("accept-key");
          key.scopes = {config::Scope::read, config::Scope::run, config::Scope::accept};
          config.projects[0].api_keys = {key};
        }) {
    run(stage.upload_production());
    const stand_in::Hook opened = github().open(stage.shop_pull_request());
    number_ = opened.number;
    send(opened);
  }

  void build() {
    run(stage.upload_pull_request(sha()));
    settle();
  }
  std::string sha() { return head(number_); }
  std::string state() { return check_of(sha()); }
  std::string comment() { return github().comments(number_).at(0).body; }
  void push() { send(github().push(number_, "a second thought", {{"models/more.sql", "select 1"}})); }

  net::Response post(const std::string& path, const std::string& body = {}) {
    net::Request request;
    request.method = "POST";
    request.url = stage.daemon_url() + path;
    request.headers = {{"Authorization", "Key accept-key"}, {"Content-Type", "application/json"}};
    request.body = body;
    net::Response answer = run(stage.http().send(std::move(request)));
    settle();
    return answer;
  }

 private:
  int number_ = 0;
};

}  // namespace

TEST_CASE(
    "API story: a difference that a program accepts turns the check green, and stays so at the next push") {
  ApiTeam team;
  team.build();
  REQUIRE(team.state() == "completed failure");
  const net::Response accepted =
      team.post("/api/v1/runs/1/accept", R"({"models": ["orders"], "reason": "test orders"})");
  CHECK(accepted.status == 202);
  CHECK(contains(json::parse(accepted.body).at("message").get<std::string>(), "Accepted: `orders`"));
  CHECK(team.state() == "completed success");
  CHECK(contains(team.comment(), "(accepted by the API key 'release manager': test orders)"));
  team.push();
  team.build();
  CHECK(team.state() == "completed success");
  CHECK(contains(team.comment(), "(accepted by the API key 'release manager': test orders)"));
}

TEST_CASE("API story: without a body all differences are accepted, and then none is left") {
  ApiTeam team;
  team.build();
  CHECK(team.post("/api/v1/runs/1/accept").status == 202);
  CHECK(team.state() == "completed success");
  CHECK(team.post("/api/v1/runs/1/accept", R"({"models": ["no_such_model"]})").status == 409);
}

TEST_CASE("API story: a program stops a run, and who did is on the check") {
  ApiTeam team;
  const net::Response stopped = team.post("/api/v1/runs/1/cancel");
  CHECK(stopped.status == 202);
  CHECK(team.state() == "completed cancelled");
  CHECK(contains(team.look(team.sha()).summary + team.look(team.sha()).title,
                 "stopped by the API key 'release manager'"));
  CHECK(team.post("/api/v1/runs/1/cancel").status == 409);
}
