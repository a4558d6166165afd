#include <string>
#include <vector>

#include "github_setup.hpp"
#include "vcs/github_check_body.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

const std::string kChecksUrl = kRepoUrl + "/check-runs";
const std::string kNow = "2026-05-04T01:14:52Z";

Check queued() {
  Check check;
  check.name = "diffgate / shop";
  check.head_sha = sha_of('d');
  check.pull_request = PullNumber(7);
  check.title = "Queued";
  check.summary = "Waiting for artifacts.";
  check.details_url = "https://diffgate.acme.test/runs/42";
  return check;
}

Check completed(Conclusion conclusion = Conclusion::success) {
  Check check = queued();
  check.state = CheckState::completed;
  check.conclusion = conclusion;
  return check;
}

std::vector<Annotation> annotations(int count) {
  std::vector<Annotation> list;
  for (int i = 1; i <= count; ++i) {
    list.push_back({"models/m.sql", i, Annotation::Level::warning, "", "finding " + std::to_string(i)});
  }
  return list;
}

json body_of(const net::Request& request) { return json::parse(request.body); }

CheckRef publish(GitHubSetup& setup, const std::optional<CheckRef>& known, const Check& check) {
  return setup.loop.run(setup.forge->publish_check(github_repo(), known, check));
}

std::string list_url(const std::string& sha) {
  return kRepoUrl + "/commits/" + sha + "/check-runs?check_name=diffgate%20%2F%20shop&per_page=100";
}

}  // namespace

TEST_CASE("a check is created queued, with all that GitHub wants and no more") {
  GitHubSetup setup;
  setup.http.once("POST", kChecksUrl, answer(201, R"({"id":4})"));
  const CheckRef ref = publish(setup, std::nullopt, queued());
  CHECK(check_run_of(ref) == CheckRun{4, sha_of('d'), false, 0});
  const net::Request& request = setup.http.requests().at(1);
  CHECK(body_of(request) == json{{"name", "diffgate / shop"},
                                 {"head_sha", sha_of('d').value()},
                                 {"status", "queued"},
                                 {"details_url", "https://diffgate.acme.test/runs/42"},
                                 {"output", {{"title", "Queued"}, {"summary", "Waiting for artifacts."}}}});
  CHECK(request.headers.get("Authorization") == "Bearer ghs_1");
  CHECK(request.headers.get("Content-Type") == "application/json");
  const json token = body_of(setup.http.requests_of("POST", kTokenUrl).at(0));
  CHECK(token["permissions"] == json{{"checks", "write"}, {"pull_requests", "write"}});
}

TEST_CASE("a check goes on in place until it is completed") {
  GitHubSetup setup;
  setup.http.once("POST", kChecksUrl, answer(201, R"({"id":4})"));
  setup.http.always("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  const CheckRef created = publish(setup, std::nullopt, queued());
  Check running = queued();
  running.state = CheckState::in_progress;
  const CheckRef started = publish(setup, created, running);
  const CheckRef ended = publish(setup, started, completed(Conclusion::failure));
  CHECK(check_run_of(ended) == CheckRun{4, sha_of('d'), true, 0});
  const auto updates = setup.http.requests_of("PATCH", kChecksUrl + "/4");
  REQUIRE(updates.size() == 2);
  CHECK(body_of(updates[0])["status"] == "in_progress");
  CHECK_FALSE(body_of(updates[0]).contains("conclusion"));
  CHECK_FALSE(body_of(updates[0]).contains("head_sha"));
  CHECK(body_of(updates[1])["status"] == "completed");
  CHECK(body_of(updates[1])["conclusion"] == "failure");
  CHECK(body_of(updates[1]).contains("completed_at"));
}

TEST_CASE("a completed check is never reopened: a new one is made") {
  GitHubSetup setup;
  setup.http.once("POST", kChecksUrl, answer(201, R"({"id":5})"));
  const CheckRef done = ref_of(CheckRun{4, sha_of('d'), true, 0});
  CHECK(check_run_of(publish(setup, done, queued())) == CheckRun{5, sha_of('d'), false, 0});
}

TEST_CASE("a completed check may be told in other words") {
  GitHubSetup setup;
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  const CheckRef done = ref_of(CheckRun{4, sha_of('d'), true, 0});
  CHECK(check_run_of(publish(setup, done, completed())) == CheckRun{4, sha_of('d'), true, 0});
}

TEST_CASE("a new head commit, or a reference that is none, has a check of its own") {
  const std::vector<std::string> references = {ref_of(CheckRun{4, sha_of('a'), false, 0}).value(), "4", "",
                                               "x:y:z:0", "4:sha:open:-1"};
  for (const std::string& known : references) {
    CAPTURE(known);
    GitHubSetup setup;
    setup.http.once("POST", kChecksUrl, answer(201, R"({"id":5})"));
    CHECK(check_run_of(publish(setup, CheckRef(known), queued()))->id == 5);
  }
}

TEST_CASE("every conclusion has GitHub's name") {
  const std::vector<std::pair<Conclusion, std::string>> rows = {
      {Conclusion::success, "success"},
      {Conclusion::failure, "failure"},
      {Conclusion::neutral, "neutral"},
      {Conclusion::skipped, "skipped"},
      {Conclusion::cancelled, "cancelled"},
      {Conclusion::timed_out, "timed_out"},
      {Conclusion::action_required, "action_required"}};
  for (const auto& [conclusion, name] : rows) {
    CHECK(json::parse(create_check_body(completed(conclusion), UtcTime()))["conclusion"] == name);
  }
}

TEST_CASE("the open check of a crashed daemon is taken over") {
  Check check = queued();
  check.external_id = "run-42";
  const json runs = {
      {"check_runs",
       {{{"id", 1}, {"status", "completed"}, {"external_id", "run-42"}, {"app", {{"id", 1234}}}},
        {{"id", 2}, {"status", "queued"}, {"external_id", "run-42"}, {"app", {{"id", 666}}}},
        {{"id", 3}, {"status", "queued"}, {"external_id", "run-41"}, {"app", {{"id", 1234}}}},
        {{"id", 4}, {"status", "queued"}, {"external_id", "run-42"}, {"app", {{"id", 1234}}}}}}};
  GitHubSetup setup;
  setup.http.once("GET", list_url(sha_of('d').value()), answer(200, runs.dump()));
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  CHECK(check_run_of(publish(setup, std::nullopt, check))->id == 4);
  // Without such a run, as without any answer to that question, a new one is made.
  for (const net::Response& none : {answer(200, R"({"check_runs":[]})"), answer(404)}) {
    GitHubSetup fresh;
    fresh.http.once("GET", list_url(sha_of('d').value()), none);
    fresh.http.once("POST", kChecksUrl, answer(201, R"({"id":5})"));
    CHECK(check_run_of(publish(fresh, std::nullopt, check))->id == 5);
    CHECK(body_of(fresh.http.requests_of("POST", kChecksUrl).at(0))["external_id"] == "run-42");
  }
}

TEST_CASE("annotations go fifty at a time, after the state, and none twice") {
  GitHubSetup setup;
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  Check check = completed();
  check.annotations = annotations(120);
  const CheckRef done = publish(setup, ref_of(CheckRun{4, sha_of('d'), false, 0}), check);
  CHECK(check_run_of(done) == CheckRun{4, sha_of('d'), true, 120});
  const auto updates = setup.http.requests_of("PATCH", kChecksUrl + "/4");
  REQUIRE(updates.size() == 3);
  CHECK(body_of(updates[0])["conclusion"] == "success");
  CHECK(body_of(updates[0])["output"]["annotations"].size() == 50);
  CHECK(body_of(updates[1])["output"]["annotations"].size() == 50);
  CHECK(body_of(updates[1])["output"]["annotations"][0]["message"] == "finding 51");
  CHECK(body_of(updates[2])["output"]["annotations"].size() == 20);
  CHECK(body_of(updates[2])["output"]["summary"] == "Waiting for artifacts.");
  // They are there now: a further update appends nothing.
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  publish(setup, done, check);
  CHECK_FALSE(body_of(setup.http.requests().back())["output"].contains("annotations"));
}

TEST_CASE("an annotation is written as GitHub wants it, and one that it would refuse is left out") {
  Check check = completed();
  check.annotations = {{"models/a.sql", 0, Annotation::Level::failure, std::string(300, 't'), "null keys"},
                       {"", 1, Annotation::Level::notice, "", "nowhere"},
                       {"models/a.sql", 1, Annotation::Level::notice, "", ""},
                       {"models/b.sql", 12, Annotation::Level::notice, "", "note"}};
  GitHubSetup setup;
  setup.http.once("POST", kChecksUrl, answer(201, R"({"id":4})"));
  publish(setup, std::nullopt, check);
  const json sent = body_of(setup.http.requests().back())["output"]["annotations"];
  REQUIRE(sent.size() == 2);
  CHECK(sent[0]["start_line"] == 1);
  CHECK(sent[0]["end_line"] == 1);
  CHECK(sent[0]["annotation_level"] == "failure");
  CHECK(sent[0]["title"] == std::string(254, 't') + "…");
  CHECK(sent[1] == json{{"path", "models/b.sql"},
                        {"start_line", 12},
                        {"end_line", 12},
                        {"annotation_level", "notice"},
                        {"message", "note"}});
}

TEST_CASE("annotations that GitHub refuses do not keep the check from ending") {
  GitHubSetup setup;
  setup.http.once("PATCH", kChecksUrl + "/4", answer(422, R"({"message":"Invalid request."})"));
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  Check check = completed();
  check.annotations = annotations(60);
  const CheckRef done = publish(setup, ref_of(CheckRun{4, sha_of('d'), false, 0}), check);
  CHECK(check_run_of(done) == CheckRun{4, sha_of('d'), true, 60});
  CHECK_FALSE(body_of(setup.http.requests().back())["output"].contains("annotations"));
}

TEST_CASE("texts beyond GitHub's limits lose whole lines") {
  Check check = completed();
  check.title = std::string(400, 't');
  for (int i = 0; i < 6'000; ++i) check.summary += "| größe | 12 |\n";
  check.text = check.summary;
  const json output = json::parse(create_check_body(check, UtcTime()))["output"];
  for (const std::string key : {"summary", "text"}) {
    const std::string text = output[key];
    CHECK(text.size() <= 65'535);
    CHECK(text.size() > 65'000);
    CHECK(text.ends_with("| größe | 12 |\n\n… cut here: it is longer than GitHub shows.\n"));
  }
  CHECK(output["title"] == std::string(254, 't') + "…");
}

TEST_CASE("what a check does not say is left out, and broken UTF-8 does not stop it") {
  Check bare;
  bare.name = "diffgate";
  bare.head_sha = sha_of('d');
  CHECK(json::parse(create_check_body(bare, UtcTime())) ==
        json{{"name", "diffgate"}, {"head_sha", sha_of('d').value()}, {"status", "queued"}});
  bare.summary = "caf\xe9";
  const json output = json::parse(create_check_body(bare, UtcTime()))["output"];
  CHECK(output == json{{"title", "diffgate"}, {"summary", "caf\xef\xbf\xbd"}});
}

TEST_CASE("writes of one installation are a second apart") {
  GitHubSetup setup;
  setup.http.once("POST", kChecksUrl, answer(201, R"({"id":4})"));
  setup.http.always("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  CheckRef ref = publish(setup, std::nullopt, queued());
  CHECK(setup.clock.slept().empty());
  ref = publish(setup, ref, queued());
  ref = publish(setup, ref, queued());
  CHECK(setup.clock.slept() == std::vector<std::chrono::milliseconds>(2, std::chrono::seconds(1)));
}

TEST_CASE("a check that may not be written names the permission") {
  GitHubSetup setup;
  setup.http.once("POST", kChecksUrl, answer(403, R"({"message":"Resource not accessible by integration"})"));
  const Error error = error_of([&] { publish(setup, std::nullopt, queued()); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(error.hint() == "give the App the permission 'checks: write' and accept it for the installation");
}

TEST_CASE("a completed check offers its buttons, within GitHub's limits") {
  GitHubSetup setup;
  setup.http.always("POST", kChecksUrl, answer(201, R"({"id":4})"));
  Check check = completed();
  check.buttons = {{CheckAction::rerun, "Run again", "Measure every model anew"},
                   {CheckAction::accept, std::string(30, 'a'), std::string(50, 'b')},
                   {CheckAction::downstream, "Diff downstream", "Compare all models downstream as well"},
                   {CheckAction::rerun, "one too many", ""}};
  publish(setup, std::nullopt, check);
  const json body = body_of(setup.http.requests().back());
  REQUIRE(body["actions"].size() == 3);
  CHECK(body["actions"][0] ==
        json{{"identifier", "rerun"}, {"label", "Run again"}, {"description", "Measure every model anew"}});
  CHECK(body["actions"][1]["label"] == std::string(19, 'a') + "…");
  CHECK(body["actions"][1]["description"] == std::string(39, 'b') + "…");

  check.state = CheckState::in_progress;
  check.head_sha = sha_of('e');
  publish(setup, std::nullopt, check);
  CHECK_FALSE(body_of(setup.http.requests().back()).contains("actions"));
}

TEST_CASE("a completed check that was made before a crash is not made twice") {
  GitHubSetup setup;
  Check check = completed();
  check.external_id = "merge-group-1";
  setup.http.once("GET", list_url(sha_of('d').value()),
                  answer(200, R"({"check_runs":[{"id":4,"status":"completed","external_id":"merge-group-1",)"
                              R"("app":{"id":1234}}]})"));
  setup.http.once("PATCH", kChecksUrl + "/4", answer(200, R"({"id":4})"));
  CHECK(check_run_of(publish(setup, std::nullopt, check))->id == 4);
}
