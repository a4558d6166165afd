#include <algorithm>
#include <string>
#include <vector>

#include "github_setup.hpp"
#include "net/crypto.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

json pull_json(int number) {
  return {{"number", number},
          {"title", "New revenue logic"},
          {"html_url", "https://github.com/acme/dbt/pull/7"},
          {"user", {{"login", "ada"}}},
          {"state", "open"},
          {"draft", true},
          {"labels", {{{"name", "data-diff"}}}},
          {"updated_at", "2026-05-04T01:14:52Z"},
          {"base", {{"ref", "main"}, {"sha", sha_of('b').value()}, {"repo", {{"id", 186853002}}}}},
          {"head", {{"ref", "revenue"}, {"sha", sha_of('d').value()}, {"repo", nullptr}}}};
}

// `count` files named from `first` on.
std::string files_json(int first, int count) {
  json files = json::array();
  for (int i = first; i < first + count; ++i) {
    files.push_back({{"filename", "models/m" + std::to_string(i) + ".sql"}, {"status", "modified"}});
  }
  return files.dump();
}

net::Headers next(const std::string& url) { return {{"Link", "<" + url + ">; rel=\"next\""}}; }

const std::string kFilesUrl = kRepoUrl + "/pulls/7/files?per_page=100";

std::string page_url(int page) {
  return kApi + "/repositories/186853002/pulls/7/files?per_page=100&page=" + std::to_string(page);
}

ChangedFiles changed_files(GitHubSetup& setup) {
  return setup.loop.run(setup.forge->changed_files(github_repo(), PullNumber(7)));
}

}  // namespace

TEST_CASE("a pull request is read with a token of its repository") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7).dump()));
  const PullRequest pull = setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7)));
  CHECK(pull.number == PullNumber(7));
  CHECK(pull.author == "ada");
  CHECK(pull.is_draft);
  CHECK(pull.is_fork);
  CHECK(pull.base_sha == sha_of('b'));
  CHECK(pull.head_sha == sha_of('d'));
  CHECK(pull.labels == std::vector<std::string>{"data-diff"});

  const net::Request& request = setup.http.requests().at(1);
  CHECK(request.headers.get("Authorization") == "Bearer ghs_1");
  CHECK(request.headers.get("Accept") == "application/vnd.github+json, application/json;q=0.9");
  CHECK(request.headers.get("X-GitHub-Api-Version") == "2022-11-28");
  CHECK(request.body.empty());
}

TEST_CASE("a repository without a known installation has it looked up") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/installation", answer(200, R"({"id":99})"));
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7).dump()));
  Repo repo = github_repo();
  repo.installation = InstallationId(0);
  CHECK(setup.loop.run(setup.forge->pull_request(repo, PullNumber(7))).number == PullNumber(7));
}

TEST_CASE("an installation that was replaced since it was looked up is looked up again") {
  GitHubSetup setup;
  Repo repo = github_repo();
  repo.installation = InstallationId(0);
  setup.http.once("GET", kRepoUrl + "/installation", answer(200, R"({"id":98})"));
  setup.http.once("POST", kApi + "/app/installations/98/access_tokens",
                  answer(404, R"({"message":"Not Found"})"));
  setup.http.once("GET", kRepoUrl + "/installation", answer(200, R"({"id":99})"));
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7).dump()));
  CHECK(setup.loop.run(setup.forge->pull_request(repo, PullNumber(7))).number == PullNumber(7));
}

TEST_CASE("an installation that an event named and that was replaced since is looked up") {
  GitHubSetup setup;
  Repo repo = github_repo();
  repo.installation = InstallationId(98);
  setup.http.once("POST", kApi + "/app/installations/98/access_tokens",
                  answer(404, R"({"message":"Not Found"})"));
  setup.http.once("GET", kRepoUrl + "/installation", answer(200, R"({"id":99})"));
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7).dump()));
  CHECK(setup.loop.run(setup.forge->pull_request(repo, PullNumber(7))).number == PullNumber(7));
}

TEST_CASE("a token that GitHub refuses is renewed once") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(401, R"({"message":"Bad credentials"})"));
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7).dump()));
  CHECK(setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7))).number == PullNumber(7));
  CHECK(setup.http.requests_of("POST", kTokenUrl).size() == 2);
  setup.http.always("GET", kRepoUrl + "/pulls/7", answer(401, R"({"message":"Bad credentials"})"));
  const Error error =
      error_of([&] { setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7))); });
  CHECK(error.error_class() == ErrorClass::configuration);
}

TEST_CASE("a missing permission is named, by GitHub or else by the call") {
  const std::string refused = R"({"message":"Resource not accessible by integration"})";
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/pulls/7",
                  answer(403, refused, {{"X-Accepted-GitHub-Permissions", "pull_requests=read"}}));
  const Error told =
      error_of([&] { setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7))); });
  CHECK(told.error_class() == ErrorClass::configuration);
  CHECK(std::string(told.what()) ==
        "GET /repos/acme/dbt/pulls/7: GitHub answered 403: Resource not accessible by integration (give the "
        "App the "
        "permission 'pull_requests=read' and accept it for the installation)");
  setup.http.once("GET", kRepoUrl + "/git/commits/" + sha_of('d').value(), answer(403, refused));
  const Error known =
      error_of([&] { setup.loop.run(setup.forge->commit_message(github_repo(), sha_of('d'))); });
  CHECK(known.hint() == "give the App the permission 'contents: read' and accept it for the installation");
}

TEST_CASE("a limit that was hit is waited out") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/pulls/7",
                  answer(403, R"({"message":"secondary rate limit"})", {{"Retry-After", "90"}}));
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7).dump()));
  CHECK(setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7))).number == PullNumber(7));
  REQUIRE(setup.clock.slept().size() == 1);
  CHECK(setup.clock.slept()[0] >= std::chrono::seconds(90));
}

TEST_CASE("a server that keeps failing is a transient failure") {
  GitHubSetup setup;
  setup.http.always("GET", kRepoUrl + "/pulls/7", answer(502, "<html>Unicorn</html>"));
  const Error error =
      error_of([&] { setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7))); });
  CHECK(error.error_class() == ErrorClass::remote_transient);
  CHECK(setup.calls().size() > 1);
}

TEST_CASE("changed files are read over all pages, with both names of a rename") {
  GitHubSetup setup;
  const std::string first = R"([{"filename":"a.sql","status":"added"},{"filename":"b.sql","status":"removed"},
                               {"filename":"d.sql","previous_filename":"c.sql","status":"renamed"}])";
  setup.http.once("GET", kFilesUrl, answer(200, first, next(page_url(2))));
  setup.http.once("GET", page_url(2), answer(200, files_json(0, 2)));
  const ChangedFiles changed = changed_files(setup);
  CHECK(changed.is_complete);
  REQUIRE(changed.files.size() == 5);
  CHECK(changed.files[0].path == "a.sql");
  CHECK(changed.files[0].previous_path.empty());
  CHECK_FALSE(changed.files[0].is_removed);
  CHECK(changed.files[1].is_removed);
  CHECK(changed.files[2].path == "d.sql");
  CHECK(changed.files[2].previous_path == "c.sql");
  CHECK(changed.files[4].path == "models/m1.sql");
}

TEST_CASE("a list of 3,000 files is incomplete, and no page beyond it is asked for") {
  GitHubSetup setup;
  setup.http.once("GET", kFilesUrl, answer(200, files_json(0, 100), next(page_url(2))));
  for (int page = 2; page <= 30; ++page) {
    setup.http.once("GET", page_url(page),
                    answer(200, files_json(page * 100, 100), next(page_url(page + 1))));
  }
  const ChangedFiles changed = changed_files(setup);
  CHECK(changed.files.size() == 3'000);
  CHECK_FALSE(changed.is_complete);
}

TEST_CASE("exactly 3,000 files without a further page may not be all") {
  GitHubSetup setup;
  setup.http.once("GET", kFilesUrl, answer(200, files_json(0, 3'000)));
  CHECK_FALSE(changed_files(setup).is_complete);
}

TEST_CASE("files that are not there yet are waited for") {
  GitHubSetup setup;
  setup.http.once("GET", kFilesUrl, answer(404, R"({"message":"Not Found"})"));
  setup.http.once("GET", kFilesUrl, answer(404, R"({"message":"Not Found"})"));
  setup.http.once("GET", kFilesUrl, answer(200, files_json(0, 1)));
  CHECK(changed_files(setup).files.size() == 1);
  CHECK(setup.clock.slept() ==
        std::vector<std::chrono::milliseconds>{std::chrono::seconds(1), std::chrono::seconds(2)});
}

TEST_CASE("files that never come are an error, not an empty list") {
  GitHubSetup setup;
  setup.http.always("GET", kFilesUrl, answer(404, R"({"message":"Not Found"})"));
  CHECK(error_of([&] { changed_files(setup); }).error_class() == ErrorClass::remote_final);
  CHECK(setup.calls().size() == 4);
}

TEST_CASE("a diff that GitHub gives up on makes the list incomplete") {
  GitHubSetup setup;
  setup.http.always(
      "GET", kFilesUrl,
      answer(500, R"({"message":"Server Error","errors":[{"code":"not_available","field":"diff"}]})"));
  const ChangedFiles changed = changed_files(setup);
  CHECK(changed.files.empty());
  CHECK_FALSE(changed.is_complete);
}

TEST_CASE("a page on another host is not read") {
  GitHubSetup setup;
  setup.http.once("GET", kFilesUrl,
                  answer(200, files_json(0, 1), next("https://evil.test/pulls/7/files?page=2")));
  CHECK(error_of([&] { changed_files(setup); }).error_class() == ErrorClass::remote_final);
  CHECK(setup.calls().size() == 1);
}

TEST_CASE("a file at a commit comes as it is") {
  const std::string url =
      kRepoUrl + "/contents/dbt%2Fmy%20project%2F.diffgate.yml?ref=" + sha_of('b').value();
  const std::string path = "dbt/my project/.diffgate.yml";
  GitHubSetup setup;
  setup.http.once(
      "GET", url,
      answer(200, "a: 1\n", {{"Content-Type", "application/vnd.github.raw+json; charset=utf-8"}}));
  CHECK(setup.loop.run(setup.forge->file_at(github_repo(), path, sha_of('b'))) == "a: 1\n");
  CHECK(setup.http.requests().at(1).headers.get("Accept") ==
        "application/vnd.github.raw+json, application/json;q=0.9");
}

TEST_CASE("a server that knows no raw media type answers with the encoded file") {
  const std::string url = kRepoUrl + "/contents/a?ref=" + sha_of('b').value();
  const net::Headers type = {{"Content-Type", "application/json; charset=utf-8"}};
  const auto file = [&url, &type](const std::string& body) {
    GitHubSetup setup;
    setup.http.once("GET", url, answer(200, body, type));
    return setup.loop.run(setup.forge->file_at(github_repo(), "a", sha_of('b')));
  };
  CHECK(file(R"({"encoding":"base64","content":"aGVs\nbG8=\n"})") == "hello");
  CHECK(error_of([&] { file(R"([{"name":"b"}])"); }).problem() == "it is a folder, not a file");
  CHECK(error_of([&] { file(R"({"encoding":"none","content":""})"); }).error_class() ==
        ErrorClass::remote_final);
}

TEST_CASE("no file is told from a commit that is not visible yet and from a failure") {
  const std::string url = kRepoUrl + "/contents/a?ref=" + sha_of('b').value();
  const auto file = [&url](const net::Response& response) {
    GitHubSetup setup;
    setup.http.always("GET", url, response);
    return setup.loop.run(setup.forge->file_at(github_repo(), "a", sha_of('b')));
  };
  CHECK(file(answer(404, R"({"message":"Not Found"})")) == std::nullopt);
  CHECK(error_of([&] {
          file(answer(404, R"({"message":"No commit found for the ref abc"})"));
        }).error_class() == ErrorClass::remote_transient);
  CHECK(error_of([&] { file(answer(503)); }).error_class() == ErrorClass::remote_transient);
  CHECK(error_of([&] { file(answer(403, "{}")); }).error_class() == ErrorClass::configuration);
}

TEST_CASE("a commit's message and the merge base are read without their diffs") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/git/commits/" + sha_of('d').value(),
                  answer(200, R"({"message":"Fix\n\nskip"})"));
  CHECK(setup.loop.run(setup.forge->commit_message(github_repo(), sha_of('d'))) == "Fix\n\nskip");
  const std::string compare =
      kRepoUrl + "/compare/" + sha_of('b').value() + "..." + sha_of('d').value() + "?per_page=1&page=2";
  setup.http.once("GET", compare,
                  answer(200, json{{"merge_base_commit", {{"sha", sha_of('a').value()}}}}.dump()));
  CHECK(setup.loop.run(setup.forge->merge_base(github_repo(), sha_of('b'), sha_of('d'))) == sha_of('a'));
  setup.http.once("GET", compare, answer(404, R"({"message":"No common ancestor between b and d."})"));
  CHECK(setup.loop.run(setup.forge->merge_base(github_repo(), sha_of('b'), sha_of('d'))) == std::nullopt);
  setup.http.once("GET", compare, answer(404, R"({"message":"Not Found"})"));
  CHECK_THROWS_AS(setup.loop.run(setup.forge->merge_base(github_repo(), sha_of('b'), sha_of('d'))), Error);
}

TEST_CASE("open pull requests are read over all pages") {
  GitHubSetup setup;
  const std::string second = kApi + "/repositories/186853002/pulls?state=open&per_page=100&page=2";
  setup.http.once("GET", kRepoUrl + "/pulls?state=open&per_page=100",
                  answer(200, json::array({pull_json(1)}).dump(), next(second)));
  setup.http.once("GET", second, answer(200, json::array({pull_json(2), pull_json(3)}).dump()));
  const auto pulls = setup.loop.run(setup.forge->open_pull_requests(github_repo()));
  REQUIRE(pulls.size() == 3);
  CHECK(pulls[2].number == PullNumber(3));
}

TEST_CASE("who may write is asked of GitHub") {
  const std::vector<std::pair<net::Response, bool>> rows = {
      {answer(200, R"({"permission":"admin"})"), true},
      {answer(200, R"({"permission":"write"})"), true},
      {answer(200, R"({"permission":"read"})"), false},
      {answer(200, R"({"permission":"none"})"), false},
      {answer(404, R"({"message":"Not Found"})"), false}};
  for (const auto& [response, may_write] : rows) {
    CAPTURE(response.body);
    GitHubSetup setup;
    setup.http.once("GET", kRepoUrl + "/collaborators/a%2F..%2Fb/permission", response);
    CHECK(setup.loop.run(setup.forge->can_write(github_repo(), "a/../b")) == may_write);
  }
}

TEST_CASE("a repository that was renamed is found where it is now, and its token goes with it") {
  GitHubSetup setup;
  const std::string moved = kApi + "/repositories/186853002/pulls/7";
  setup.http.once("GET", kRepoUrl + "/pulls/7", answer(301, "", {{"Location", moved}}));
  setup.http.once("GET", moved, answer(200, pull_json(7).dump()));
  CHECK(setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(7))).number == PullNumber(7));
}
