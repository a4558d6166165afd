#include <string>
#include <vector>

#include "gitlab_setup.hpp"
#include "vcs/gitlab_status.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

const std::string kPipelines = kMergeRequest + "/pipelines?per_page=100";
const std::string kStatus = kProject + "/statuses/" + gitlab_sha('d');

Check check_in(CheckState state, Conclusion conclusion = Conclusion::success) {
  Check check;
  check.name = "diffgate";
  check.head_sha = Sha(gitlab_sha('d'));
  check.pull_request = PullNumber(7);
  check.state = state;
  check.conclusion = conclusion;
  check.title = "12 diffs: 3 different";
  check.details_url = "https://diffgate.acme.test/runs/42";
  return check;
}

json pipeline(int id, const std::string& source, char sha = 'd', int project = 14) {
  return {{"id", id}, {"project_id", project}, {"sha", gitlab_sha(sha)}, {"source", source}};
}

CheckRef publish(GitLabSetup& setup, const std::optional<CheckRef>& known, const Check& check) {
  return setup.loop.run(setup.forge->publish_check(gitlab_repo(), known, check));
}

json body_of(const net::Request& request) { return json::parse(request.body); }

}  // namespace

TEST_CASE("the first status goes to the merge request's pipeline of that commit") {
  GitLabSetup setup;
  setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
  setup.http.once(
      "GET", kPipelines,
      answer(200, json::array({pipeline(61, "merge_request_event"), pipeline(60, "push")}).dump()));
  setup.http.once("POST", kStatus, answer(201, R"({"id":1,"status":"pending"})"));
  const CheckRef ref = publish(setup, std::nullopt, check_in(CheckState::queued));
  CHECK(commit_status_of(ref) == CommitStatus{Sha(gitlab_sha('d')), "pending", 14, 61});
  const net::Request& request = setup.http.requests().back();
  CHECK(body_of(request) == json{{"state", "pending"},
                                 {"name", "diffgate"},
                                 {"description", "12 diffs: 3 different"},
                                 {"target_url", "https://diffgate.acme.test/runs/42"},
                                 {"pipeline_id", 61}});
  CHECK(request.headers.get("PRIVATE-TOKEN") == "glpat-hush");
  CHECK(request.headers.get("Content-Type") == "application/json");
}

TEST_CASE("later states stay in the same pipeline and ask for nothing more") {
  GitLabSetup setup;
  setup.http.always("POST", kStatus, answer(201, R"({"id":1})"));
  const CheckRef pending = ref_of(CommitStatus{Sha(gitlab_sha('d')), "pending", 14, 61});
  const CheckRef running = publish(setup, pending, check_in(CheckState::in_progress));
  const CheckRef done = publish(setup, running, check_in(CheckState::completed, Conclusion::failure));
  CHECK(commit_status_of(done) == CommitStatus{Sha(gitlab_sha('d')), "failed", 14, 61});
  const auto& requests = setup.http.requests();
  REQUIRE(requests.size() == 2);
  CHECK(body_of(requests[0])["state"] == "running");
  CHECK(body_of(requests[1])["state"] == "failed");
  CHECK(body_of(requests[1])["pipeline_id"] == 61);
}

TEST_CASE("a state that the status has already is not sent") {
  GitLabSetup setup;
  const CheckRef running = ref_of(CommitStatus{Sha(gitlab_sha('d')), "running", 14, 61});
  CHECK(publish(setup, running, check_in(CheckState::in_progress)) == running);
  CHECK(setup.http.requests().empty());
}

TEST_CASE("GitLab's refusal of an equal transition is success, another refusal is not") {
  GitLabSetup setup;
  const CheckRef pending = ref_of(CommitStatus{Sha(gitlab_sha('d')), "pending", 14, 61});
  const std::string equal = R"({"message":"Cannot transition status via :run from :running"})";
  setup.http.once("POST", kStatus, answer(400, equal));
  CHECK(commit_status_of(publish(setup, pending, check_in(CheckState::in_progress)))->state == "running");
  setup.http.once("POST", kStatus, answer(400, R"({"message":"400 Bad request - name is too long"})"));
  CHECK(gitlab_error_of([&] { publish(setup, pending, check_in(CheckState::in_progress)); }).error_class() ==
        ErrorClass::remote_final);
}

TEST_CASE("a pipeline that GitLab starts just after the push is waited for") {
  GitLabSetup setup;
  setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
  setup.http.once("GET", kPipelines, answer(200, "[]"));
  setup.http.once("GET", kPipelines, answer(200, json::array({pipeline(61, "merge_request_event")}).dump()));
  setup.http.once("POST", kStatus, answer(201, "{}"));
  CHECK(commit_status_of(publish(setup, std::nullopt, check_in(CheckState::queued)))->pipeline == 61);
  CHECK(setup.clock.slept() == std::vector<std::chrono::milliseconds>{std::chrono::seconds(2)});
}

TEST_CASE("without a pipeline the branch is named, and the pipeline that GitLab chose is kept") {
  for (const net::Response& none : {answer(200, "[]"), answer(403, "{}"), answer(404, "{}")}) {
    CAPTURE(none.status);
    GitLabSetup setup;
    setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
    setup.http.always("GET", kPipelines, none);
    setup.http.once("POST", kStatus, answer(201, R"({"id":1,"pipeline_id":70})"));
    setup.http.once("POST", kStatus, answer(201, R"({"id":1,"pipeline_id":70})"));
    const CheckRef pending = publish(setup, std::nullopt, check_in(CheckState::queued));
    CHECK(body_of(setup.http.requests().back())["ref"] == "revenue");
    CHECK_FALSE(body_of(setup.http.requests().back()).contains("pipeline_id"));
    publish(setup, pending, check_in(CheckState::in_progress));
    CHECK(body_of(setup.http.requests().back())["pipeline_id"] == 70);
    CHECK_FALSE(body_of(setup.http.requests().back()).contains("ref"));
  }
}

TEST_CASE("a fork's status goes to the project that has the commit") {
  GitLabSetup setup;
  json fork = merge_request_json();
  fork["source_project_id"] = 15;
  setup.http.once("GET", kMergeRequest, answer(200, fork.dump()));
  setup.http.once(
      "GET", kPipelines,
      answer(
          200,
          json::array({pipeline(61, "merge_request_event", 'd', 14), pipeline(50, "push", 'd', 15)}).dump()));
  setup.http.once("POST", kGitLab + "/projects/15/statuses/" + gitlab_sha('d'), answer(201, "{}"));
  CHECK(commit_status_of(publish(setup, std::nullopt, check_in(CheckState::queued))) ==
        CommitStatus{Sha(gitlab_sha('d')), "pending", 15, 50});
}

TEST_CASE("a fork that may not be written to, or is gone, is said so") {
  GitLabSetup setup;
  json fork = merge_request_json();
  fork["source_project_id"] = 15;
  setup.http.once("GET", kMergeRequest, answer(200, fork.dump()));
  setup.http.always("GET", kPipelines, answer(200, "[]"));
  setup.http.once("POST", kGitLab + "/projects/15/statuses/" + gitlab_sha('d'),
                  answer(403, R"({"message":"403 Forbidden"})"));
  const Error refused = gitlab_error_of([&] { publish(setup, std::nullopt, check_in(CheckState::queued)); });
  CHECK(refused.error_class() == ErrorClass::configuration);
  CHECK(refused.hint() == "the token's user needs the role Developer and the scope 'api'");
  fork["source_project_id"] = nullptr;
  setup.http.once("GET", kMergeRequest, answer(200, fork.dump()));
  CHECK(gitlab_error_of([&] { publish(setup, std::nullopt, check_in(CheckState::queued)); }).error_class() ==
        ErrorClass::remote_final);
}

TEST_CASE("a new head commit starts anew") {
  GitLabSetup setup;
  setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
  setup.http.once("GET", kPipelines, answer(200, json::array({pipeline(61, "push")}).dump()));
  setup.http.once("POST", kStatus, answer(201, "{}"));
  const CheckRef old = ref_of(CommitStatus{Sha(gitlab_sha('a')), "pending", 14, 50});
  CHECK(commit_status_of(publish(setup, old, check_in(CheckState::queued)))->pipeline == 61);
}

TEST_CASE("each state and conclusion has a state of GitLab's that blocks when it should") {
  struct Row {
    Check check;
    std::string state;
  };
  const CheckState done = CheckState::completed;
  const std::vector<Row> rows = {
      {check_in(CheckState::queued), "pending"},
      {check_in(CheckState::in_progress), "running"},
      {check_in(done, Conclusion::success), "success"},
      {check_in(done, Conclusion::neutral), "success"},
      {check_in(done, Conclusion::skipped), "success"},
      {check_in(done, Conclusion::failure), "failed"},
      {check_in(done, Conclusion::timed_out), "failed"},
      {check_in(done, Conclusion::action_required), "failed"},
      {check_in(done, Conclusion::cancelled), "canceled"},
  };
  for (const Row& row : rows) CHECK(gitlab_state_of(row.check) == row.state);
}

TEST_CASE("the pipeline of another commit or project is never taken") {
  const Sha head(gitlab_sha('d'));
  const Sha other(gitlab_sha('a'));
  CHECK(pipeline_for({}, head, 14) == 0);
  CHECK(pipeline_for({{1, 14, other, "push"}, {2, 15, head, "push"}}, head, 14) == 0);
  CHECK(pipeline_for({{1, 0, head, "push"}}, head, 14) == 1);
  CHECK(pipeline_for({{3, 14, head, "push"}, {9, 14, head, "push"}, {5, 14, head, "push"}}, head, 14) == 9);
  CHECK(pipeline_for({{3, 14, head, "merge_request_event"}, {9, 14, head, "push"}}, head, 14) == 3);
}

TEST_CASE("texts beyond GitLab's limits are cut, and a URL that long is left out") {
  Check check = check_in(CheckState::queued);
  check.title = std::string(300, 't');
  check.details_url = "https://diffgate.acme.test/" + std::string(300, 'x');
  const json body = json::parse(status_body(check, 61, "revenue"));
  CHECK(body["description"] == std::string(254, 't') + "…");
  CHECK_FALSE(body.contains("target_url"));
}

TEST_CASE("a reference that is none is not taken for a status") {
  for (const std::string text : {"", "61", "a:b:c:d", "a:b:14", "a:b:14:61:x"}) {
    CAPTURE(text);
    CHECK_FALSE(commit_status_of(CheckRef(text)));
  }
}
