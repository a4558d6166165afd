#include <string>
#include <vector>

#include "github_setup.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

const std::string kLog = kApi + "/app/hook/deliveries";

json line(int id, const std::string& guid, int status, const std::string& event, const std::string& action,
          const std::string& at) {
  return {{"id", id},       {"guid", guid},     {"delivered_at", at},       {"status_code", status},
          {"event", event}, {"action", action}, {"redelivery", id % 2 == 0}};
}

std::vector<MissedDelivery> missed(GitHubSetup& setup, const std::string& since) {
  return setup.loop.run(setup.forge->missed_deliveries(*parse_iso8601(since)));
}

void script_payload(GitHubSetup& setup, int id) {
  setup.http.once(
      "GET", kLog + "/" + std::to_string(id),
      answer(200, json{{"request", {{"headers", json::object()}, {"payload", {{"n", id}}}}}}.dump()));
}

}  // namespace

TEST_CASE("what no attempt delivered is read from the log, oldest first, with its payload") {
  GitHubSetup setup;
  const std::string next = kLog + "?per_page=100&cursor=v1_17";
  setup.http.once("GET", kLog + "?per_page=100",
                  answer(200,
                         json{line(9, "d", 504, "pull_request", "opened", "2026-05-04T01:00:09Z"),
                              line(8, "c", 200, "pull_request", "closed", "2026-05-04T01:00:08Z"),
                              line(7, "b", 502, "check_run", "requested_action", "2026-05-04T01:00:07Z")}
                             .dump(),
                         {{"Link", "<" + next + ">; rel=\"next\""}}));
  setup.http.once("GET", next,
                  answer(200, json{line(6, "c", 502, "pull_request", "closed", "2026-05-04T01:00:06Z"),
                                   line(5, "b", 502, "check_run", "requested_action", "2026-05-04T01:00:05Z"),
                                   line(4, "a", 502, "push", "", "2026-05-03T23:00:00Z")}
                                  .dump()));
  script_payload(setup, 5);
  script_payload(setup, 9);
  const std::vector<MissedDelivery> found = missed(setup, "2026-05-04T00:00:00Z");
  REQUIRE(found.size() == 2);
  CHECK(found[0].id == DeliveryId("b"));
  CHECK(found[0].event == "check_run");
  CHECK(found[0].body == R"({"n":5})");
  CHECK(found[1].id == DeliveryId("d"));
}

TEST_CASE("of what was missed only that is fetched which asks for something") {
  GitHubSetup setup;
  json log = json::array();
  int id = 100;
  for (const auto& [event, action] : std::vector<std::pair<std::string, std::string>>{
           {"check_run", "completed"}, {"check_suite", "requested"}, {"star", "created"}, {"status", ""}}) {
    log.push_back(line(id, "g" + std::to_string(id), 500, event, action, "2026-05-04T01:00:00Z"));
    --id;
  }
  log.push_back(line(id, "last", 0, "installation", "suspend", "2026-05-04T01:00:00Z"));
  setup.http.once("GET", kLog + "?per_page=100", answer(200, log.dump()));
  setup.http.once("GET", kLog + "/" + std::to_string(id), answer(404, R"({"message":"Not Found"})"));
  CHECK(missed(setup, "2026-05-04T00:00:00Z").empty());
}

TEST_CASE("a log that can't be read is an error, and a page on another host is not followed") {
  GitHubSetup setup;
  setup.http.once("GET", kLog + "?per_page=100", answer(403, R"({"message":"Resource not accessible"})"));
  CHECK(error_of([&] { missed(setup, "2026-05-04T00:00:00Z"); }).error_class() == ErrorClass::configuration);
  setup.http.once("GET", kLog + "?per_page=100",
                  answer(200, "[]", {{"Link", "<https://evil.example/x>; rel=\"next\""}}));
  CHECK(error_of([&] { missed(setup, "2026-05-04T00:00:00Z"); }).error_class() == ErrorClass::remote_final);
}
