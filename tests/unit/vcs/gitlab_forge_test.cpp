#include <string>
#include <vector>

#include "gitlab_setup.hpp"
#include "vcs/gitlab_diffs.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

PullRequest pull_request(GitLabSetup& setup) {
  return setup.loop.run(setup.forge->pull_request(gitlab_repo(), PullNumber(7)));
}

ChangedFiles changed_files(GitLabSetup& setup) {
  return setup.loop.run(setup.forge->changed_files(gitlab_repo(), PullNumber(7)));
}

const std::string kDiffs = kMergeRequest + "/diffs?per_page=100";

}  // namespace

TEST_CASE("a merge request is read with the bot's token below the instance's root") {
  GitLabSetup setup;
  setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
  const PullRequest pull = pull_request(setup);
  CHECK(pull.number == PullNumber(7));
  CHECK(pull.title == "New revenue logic");
  CHECK(pull.author == "ada");
  CHECK(pull.is_open);
  CHECK_FALSE(pull.is_draft);
  CHECK_FALSE(pull.is_fork);
  CHECK(pull.base_branch == "main");
  CHECK(pull.base_sha == Sha(gitlab_sha('b')));
  CHECK(pull.head_branch == "revenue");
  CHECK(pull.head_sha == Sha(gitlab_sha('d')));
  CHECK(pull.head_repo == RepoId(14));
  CHECK(pull.labels == std::vector<std::string>{"data-diff"});
  CHECK(iso8601(pull.updated_at) == "2026-05-04T01:14:52Z");
  const net::Request& request = setup.http.requests().at(0);
  CHECK(request.headers.get("PRIVATE-TOKEN") == "glpat-hush");
  CHECK(request.headers.get("Accept") == "application/json");
  CHECK_FALSE(request.headers.get("Authorization"));
}

TEST_CASE("a project without a known number is called by its path") {
  GitLabSetup setup;
  Repo repo = gitlab_repo();
  repo.id = RepoId(0);
  setup.http.once("GET", kGitLab + "/projects/acme%2Fdata%2Fdbt/merge_requests/7",
                  answer(200, merge_request_json().dump()));
  CHECK(setup.loop.run(setup.forge->pull_request(repo, PullNumber(7))).number == PullNumber(7));
}

TEST_CASE("a merge request without a diff yet takes the tip of its target branch") {
  GitLabSetup setup;
  json fresh = merge_request_json();
  fresh["diff_refs"] = nullptr;
  fresh["target_branch"] = "release/1";
  fresh["source_project_id"] = nullptr;
  fresh.erase("draft");
  fresh["work_in_progress"] = true;
  setup.http.once("GET", kMergeRequest, answer(200, fresh.dump()));
  setup.http.once("GET", kProject + "/repository/branches/release%2F1",
                  answer(200, json{{"commit", {{"id", gitlab_sha('c')}}}}.dump()));
  const PullRequest pull = pull_request(setup);
  CHECK(pull.base_sha == Sha(gitlab_sha('c')));
  CHECK(pull.is_fork);
  CHECK(pull.head_repo == RepoId(0));
  CHECK(pull.is_draft);
}

TEST_CASE("merged and closed merge requests are not open") {
  for (const std::string state : {"closed", "merged", "locked"}) {
    GitLabSetup setup;
    json payload = merge_request_json();
    payload["state"] = state;
    setup.http.once("GET", kMergeRequest, answer(200, payload.dump()));
    CHECK_FALSE(pull_request(setup).is_open);
  }
}

TEST_CASE("changed files are read over all pages, with both names of a rename") {
  GitLabSetup setup;
  json merge_request = merge_request_json();
  merge_request["changes_count"] = "3";
  setup.http.once("GET", kMergeRequest, answer(200, merge_request.dump()));
  const std::string second = kMergeRequest + "/diffs?page=2&per_page=100";
  const std::string first_page =
      R"([{"old_path":"a.sql","new_path":"b.sql","renamed_file":true,"deleted_file":false},
                                     {"old_path":"c.sql","new_path":"c.sql","renamed_file":false,"deleted_file":true}])";
  setup.http.once("GET", kDiffs, answer(200, first_page, {{"Link", "<" + second + ">; rel=\"next\""}}));
  setup.http.once("GET", second, answer(200, R"([{"old_path":"d.sql","new_path":"d.sql","new_file":true}])"));
  const ChangedFiles changed = changed_files(setup);
  CHECK(changed.is_complete);
  REQUIRE(changed.files.size() == 3);
  CHECK(changed.files[0].path == "b.sql");
  CHECK(changed.files[0].previous_path == "a.sql");
  CHECK(changed.files[1].is_removed);
  CHECK(changed.files[1].previous_path.empty());
  CHECK(changed.files[2].path == "d.sql");
}

TEST_CASE("a diff that is not made yet is waited for, within bounds") {
  json fresh = merge_request_json();
  fresh["diff_refs"] = nullptr;
  fresh["changes_count"] = nullptr;
  const std::string diff = R"([{"old_path":"d.sql","new_path":"d.sql"}])";
  {
    GitLabSetup setup;
    setup.http.once("GET", kMergeRequest, answer(200, fresh.dump()));
    setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
    setup.http.once("GET", kDiffs, answer(200, diff));
    CHECK(changed_files(setup).is_complete);
    CHECK(setup.clock.slept() == std::vector<std::chrono::milliseconds>{std::chrono::seconds(1)});
  }
  {
    GitLabSetup setup;
    setup.http.always("GET", kMergeRequest, answer(200, fresh.dump()));
    setup.http.once("GET", kDiffs, answer(200, "[]"));
    CHECK_FALSE(changed_files(setup).is_complete);
    CHECK(setup.clock.slept().size() == 3);
  }
}

TEST_CASE("a diff that answers 404 at first is asked for again, within bounds") {
  const net::Response absent = answer(404, R"({"message":"404 Not found"})");
  {
    GitLabSetup setup;
    setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
    setup.http.once("GET", kDiffs, absent);
    setup.http.once("GET", kDiffs, absent);
    setup.http.once("GET", kDiffs, answer(200, R"([{"old_path":"d.sql","new_path":"d.sql"}])"));
    CHECK(changed_files(setup).files.size() == 1);
    CHECK(setup.clock.slept() ==
          std::vector<std::chrono::milliseconds>{std::chrono::seconds(1), std::chrono::seconds(2)});
  }
  {
    GitLabSetup setup;
    setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
    setup.http.always("GET", kDiffs, absent);
    CHECK(gitlab_error_of([&setup] { changed_files(setup); }).error_class() == ErrorClass::remote_final);
    CHECK(setup.clock.slept().size() == 3);
  }
}

TEST_CASE("a branch's tip is asked for by its name, and a branch that is gone has none") {
  const std::string url = kProject + "/repository/branches/release%2F1";
  const auto tip = [](GitLabSetup& setup) {
    return setup.loop.run(setup.forge->branch_tip(gitlab_repo(), "release/1"));
  };
  {
    GitLabSetup setup;
    setup.http.once("GET", url, answer(200, json{{"commit", {{"id", gitlab_sha('c')}}}}.dump()));
    CHECK(tip(setup) == Sha(gitlab_sha('c')));
  }
  {
    GitLabSetup setup;
    setup.http.once("GET", url, answer(404, R"({"message":"404 Branch Not Found"})"));
    CHECK_FALSE(tip(setup));
  }
  {
    GitLabSetup setup;
    setup.http.once("GET", url, answer(403, R"({"message":"403 Forbidden"})"));
    CHECK(gitlab_error_of([&] { tip(setup); }).error_class() == ErrorClass::configuration);
  }
}

TEST_CASE("a commit's merge requests are those whose head it is, not all that hold it") {
  const std::string url =
      kProject + "/repository/commits/" + gitlab_sha('d') + "/merge_requests?state=opened&per_page=100";
  const auto numbers = [](GitLabSetup& setup) {
    return setup.loop.run(setup.forge->pull_requests_of(gitlab_repo(), Sha(gitlab_sha('d'))));
  };
  {
    GitLabSetup setup;
    const json listed = {{{"iid", 7}, {"sha", gitlab_sha('d')}}, {{"iid", 8}, {"sha", gitlab_sha('e')}}};
    setup.http.once("GET", url, answer(200, listed.dump()));
    CHECK(numbers(setup) == std::vector{PullNumber(7)});
  }
  {
    GitLabSetup setup;
    setup.http.once("GET", url, answer(404, R"({"message":"404 Commit Not Found"})"));
    CHECK(numbers(setup).empty());
  }
}

TEST_CASE("a list of files is complete when it has as many as GitLab counts") {
  struct Row {
    std::size_t listed;
    std::string count;
    bool is_complete;
  };
  const std::vector<Row> rows = {{3, "3", true},        {2, "3", false},    {1'000, "1000+", false},
                                 {1'000, "1000", true}, {0, "0", true},     {5, "", true},
                                 {999, "", true},       {1'000, "", false}, {3, "three", false},
                                 {3, "3 ", false},      {5'000, "+", false}};
  for (const Row& row : rows) {
    CAPTURE(row.listed);
    CAPTURE(row.count);
    CHECK(is_complete_list(row.listed, row.count) == row.is_complete);
  }
}

TEST_CASE("a file at a commit comes as it is, and its absence is told from failures") {
  const std::string url =
      kProject + "/repository/files/dbt%2Fmy%20project%2F.diffgate.yml/raw?ref=" + gitlab_sha('b');
  const auto file = [&url](const net::Response& response) {
    GitLabSetup setup;
    setup.http.always("GET", url, response);
    return setup.loop.run(
        setup.forge->file_at(gitlab_repo(), "dbt/my project/.diffgate.yml", Sha(gitlab_sha('b'))));
  };
  CHECK(file(answer(200, "a: 1\n")) == "a: 1\n");
  CHECK(file(answer(404, R"({"message":"404 File Not Found"})")) == std::nullopt);
  const auto class_of = [&file](const net::Response& response) {
    return gitlab_error_of([&] { file(response); }).error_class();
  };
  CHECK(class_of(answer(404, R"({"message":"404 Commit Not Found"})")) == ErrorClass::remote_transient);
  CHECK(class_of(answer(404, R"({"message":"404 Project Not Found"})")) == ErrorClass::configuration);
  CHECK(class_of(answer(429, "Retry later")) == ErrorClass::remote_transient);
  CHECK(class_of(answer(500)) == ErrorClass::remote_transient);
  CHECK(class_of(answer(401, R"({"message":"401 Unauthorized"})")) == ErrorClass::configuration);
  CHECK(class_of(answer(403, R"({"error":"insufficient_scope"})")) == ErrorClass::configuration);
}

TEST_CASE("a limit that was hit on GitLab is waited out") {
  GitLabSetup setup;
  setup.http.once("GET", kMergeRequest, answer(429, "Retry later", {{"Retry-After", "30"}}));
  setup.http.once("GET", kMergeRequest, answer(200, merge_request_json().dump()));
  CHECK(pull_request(setup).number == PullNumber(7));
  REQUIRE(setup.clock.slept().size() == 1);
  CHECK(setup.clock.slept()[0] >= std::chrono::seconds(30));
}

TEST_CASE("a commit's message and the merge base of two commits are read") {
  GitLabSetup setup;
  setup.http.once("GET", kProject + "/repository/commits/" + gitlab_sha('d'),
                  answer(200, R"({"message":"Fix"})"));
  CHECK(setup.loop.run(setup.forge->commit_message(gitlab_repo(), Sha(gitlab_sha('d')))) == "Fix");
  const std::string url =
      kProject + "/repository/merge_base?refs%5B%5D=" + gitlab_sha('b') + "&refs%5B%5D=" + gitlab_sha('d');
  const auto merge_base = [&](const net::Response& response) {
    setup.http.once("GET", url, response);
    return setup.loop.run(setup.forge->merge_base(gitlab_repo(), Sha(gitlab_sha('b')), Sha(gitlab_sha('d'))));
  };
  CHECK(merge_base(answer(200, json{{"id", gitlab_sha('a')}}.dump())) == Sha(gitlab_sha('a')));
  CHECK(merge_base(answer(404, R"({"message":"404 Merge Base Not Found"})")) == std::nullopt);
  CHECK_THROWS_AS(merge_base(answer(404, R"({"message":"404 Project Not Found"})")), Error);
  CHECK_THROWS_AS(merge_base(answer(400, R"({"message":"400 Bad request - Could not find ref: d"})")), Error);
}

TEST_CASE("open merge requests are read over all pages") {
  GitLabSetup setup;
  json listed = merge_request_json();
  listed.erase("diff_refs");
  listed.erase("changes_count");
  const std::string second = kProject + "/merge_requests?page=2&per_page=100&state=opened";
  setup.http.once("GET", kProject + "/merge_requests?state=opened&per_page=100",
                  answer(200, json::array({listed}).dump(), {{"Link", "<" + second + ">; rel=\"next\""}}));
  setup.http.once("GET", second, answer(200, json::array({listed}).dump()));
  const auto pulls = setup.loop.run(setup.forge->open_pull_requests(gitlab_repo()));
  REQUIRE(pulls.size() == 2);
  CHECK(pulls[0].base_sha == Sha());
}

TEST_CASE("who may write is asked of the project's members, inherited ones included") {
  struct Row {
    net::Response user;
    net::Response member;
    bool may_write;
  };
  const net::Response known = answer(200, R"([{"id":5,"username":"ada"}])");
  const std::vector<Row> rows = {
      {known, answer(200, R"({"access_level":40})"), true},
      {known, answer(200, R"({"access_level":30})"), true},
      {known, answer(200, R"({"access_level":20})"), false},
      {known, answer(404, R"({"message":"404 Not found"})"), false},
      {answer(200, "[]"), answer(500), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.member.body);
    GitLabSetup setup;
    setup.http.once("GET", kGitLab + "/users?username=ada%26x", row.user);
    setup.http.once("GET", kProject + "/members/all/5", row.member);
    CHECK(setup.loop.run(setup.forge->can_write(gitlab_repo(), "ada&x")) == row.may_write);
  }
}
