#include <string>
#include <vector>

#include "github_setup.hpp"
#include "vcs/conditional_cache.hpp"

// What keeps us within GitHub's limits: conditional reads, and waiting together.

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;
using test::answer;

namespace {

std::string pull_json(int number) {
  return json{{"number", number},
              {"state", "open"},
              {"labels", json::array()},
              {"base", {{"ref", "main"}, {"sha", std::string(40, 'b')}, {"repo", {{"id", 186853002}}}}},
              {"head", {{"ref", "x"}, {"sha", std::string(40, 'd')}, {"repo", {{"id", 186853002}}}}}}
      .dump();
}

PullRequest read(GitHubSetup& setup, int number = 7) {
  return setup.loop.run(setup.forge->pull_request(github_repo(), PullNumber(number)));
}

Awaitable<void> read_into(Forge& forge, int number, int& done) {
  co_await forge.pull_request(github_repo(), PullNumber(number));
  ++done;
}

std::string reset_in(const test::ManualClock& clock, seconds wait) {
  return std::to_string(std::chrono::floor<seconds>((clock.now() + wait).time_since_epoch()).count());
}

}  // namespace

TEST_CASE("what has an ETag is asked for conditionally, and a 304 gives what was read before") {
  GitHubSetup setup;
  const std::string url = kRepoUrl + "/pulls/7";
  setup.http.once("GET", url, answer(200, pull_json(7), {{"ETag", "W/\"one\""}}));
  setup.http.once("GET", url, answer(304));
  setup.http.once("GET", url, answer(200, pull_json(7), {{"ETag", "W/\"two\""}}));
  setup.http.once("GET", url, answer(304));
  for (int i = 0; i < 4; ++i) CHECK(read(setup).number == PullNumber(7));
  const auto requests = setup.http.requests_of("GET", url);
  REQUIRE(requests.size() == 4);
  CHECK_FALSE(requests[0].headers.get("If-None-Match"));
  CHECK(requests[1].headers.get("If-None-Match") == "W/\"one\"");
  CHECK(requests[2].headers.get("If-None-Match") == "W/\"one\"");
  CHECK(requests[3].headers.get("If-None-Match") == "W/\"two\"");
}

TEST_CASE("an answer that comes again keeps its link to the next page") {
  GitHubSetup setup;
  const std::string first = kRepoUrl + "/pulls?state=open&per_page=100";
  const std::string second = kApi + "/repositories/186853002/pulls?page=2";
  setup.http.once(
      "GET", first,
      answer(200, "[" + pull_json(1) + "]", {{"ETag", "\"a\""}, {"Link", "<" + second + ">; rel=\"next\""}}));
  setup.http.once("GET", second, answer(200, "[" + pull_json(2) + "]", {{"ETag", "\"b\""}}));
  setup.http.once("GET", first, answer(304));
  setup.http.once("GET", second, answer(304));
  CHECK(setup.loop.run(setup.forge->open_pull_requests(github_repo())).size() == 2);
  CHECK(setup.loop.run(setup.forge->open_pull_requests(github_repo())).size() == 2);
}

TEST_CASE("the cache forgets the least recently used, and never takes what is too large or not a success") {
  ConditionalCache cache(16'000);
  const auto entry = [](std::size_t bytes) {
    return answer(200, std::string(bytes, 'x'), {{"ETag", "\"e\""}});
  };
  for (int i = 0; i < 20; ++i) {
    cache.keep(std::to_string(i), entry(900));
    CHECK(cache.find("0") != nullptr);  // used again and again
  }
  CHECK(cache.bytes() <= 16'000);
  CHECK(cache.find("1") == nullptr);
  CHECK(cache.find("19") != nullptr);
  cache.keep("large", entry(2'000));
  CHECK(cache.find("large") == nullptr);
  cache.keep("0", answer(404, "", {{"ETag", "\"e\""}}));
  CHECK(cache.find("0") == nullptr);
  cache.keep("without", answer(200, "body"));
  CHECK(cache.find("without") == nullptr);
}

TEST_CASE("once the last request of the hour is spent nobody asks before the reset") {
  GitHubSetup setup;
  setup.http.once(
      "GET", kRepoUrl + "/pulls/7",
      answer(200, pull_json(7),
             {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset_in(setup.clock, seconds(300))}}));
  setup.http.once("GET", kRepoUrl + "/pulls/8", answer(200, pull_json(8)));
  read(setup, 7);
  const UtcTime before = setup.clock.now();
  read(setup, 8);
  CHECK(setup.clock.now() - before >= seconds(300));
}

TEST_CASE("a reset that is far away is told at once rather than waited for") {
  GitHubSetup setup;
  setup.http.once(
      "GET", kRepoUrl + "/pulls/7",
      answer(200, pull_json(7),
             {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset_in(setup.clock, minutes(50))}}));
  read(setup, 7);
  const Error error = error_of([&] { read(setup, 8); });
  CHECK(error.error_class() == ErrorClass::remote_transient);
  CHECK(std::string(error.what()).find("the rate limit is used up until 2026-") != std::string::npos);
  CHECK(setup.http.requests_of("GET", kRepoUrl + "/pulls/8").empty());
}

TEST_CASE("while one call sits out a secondary limit the others of the installation wait with it") {
  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  http.always("POST", kTokenUrl, answer(201, token_answer("ghs_1", clock.now() + std::chrono::hours(1))));
  http.once("GET", kRepoUrl + "/pulls/7",
            answer(403, R"({"message":"You have exceeded a secondary rate limit."})"));
  http.always("GET", kRepoUrl + "/pulls/7", answer(200, pull_json(7)));
  http.always("GET", kRepoUrl + "/pulls/8", answer(200, pull_json(8)));
  const auto forge = create_github_forge(loop.executor(), http, clock, github_options());
  int done = 0;
  {
    TaskGroup group(loop.executor(), [](const std::string&, const std::exception_ptr&) {});
    group.spawn("first", read_into(*forge, 7, done));
    loop.run(clock.until_sleeping(1));
    group.spawn("second", read_into(*forge, 8, done));
    loop.run(clock.until_sleeping(2));
    CHECK(http.requests_of("GET", kRepoUrl + "/pulls/8").empty());
    clock.advance(minutes(1));
    loop.run(clock.until_sleeping(0));
    clock.advance(seconds(5));
    loop.run(group.wait(seconds(10)));
  }
  CHECK(done == 2);
}

TEST_CASE("the tip of a branch, and whose head a commit is") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/git/ref/heads%2Frelease%2F2.0",
                  answer(200, json{{"object", {{"sha", std::string(40, 'c')}}}}.dump()));
  setup.http.once("GET", kRepoUrl + "/git/ref/heads%2Fgone", answer(404, R"({"message":"Not Found"})"));
  CHECK(setup.loop.run(setup.forge->branch_tip(github_repo(), "release/2.0")) == sha_of('c'));
  CHECK_FALSE(setup.loop.run(setup.forge->branch_tip(github_repo(), "gone")));

  json merged = json::parse(pull_json(1));
  merged["state"] = "closed";
  json deeper = json::parse(pull_json(2));
  deeper["head"]["sha"] = std::string(40, 'e');
  json elsewhere = json::parse(pull_json(3));
  elsewhere["base"]["repo"]["id"] = 5;
  json of_a_fork = json::parse(pull_json(4));
  of_a_fork["head"]["repo"]["id"] = 5;
  setup.http.once("GET", kRepoUrl + "/commits/" + sha_of('d').value() + "/pulls?per_page=100",
                  answer(200, json{merged, deeper, elsewhere, of_a_fork}.dump()));
  CHECK(setup.loop.run(setup.forge->pull_requests_of(github_repo(), sha_of('d'))) ==
        std::vector{PullNumber(4)});
}

TEST_CASE("a fork's commit that GitHub links to no pull request is found among the open ones") {
  GitHubSetup setup;
  setup.http.once("GET", kRepoUrl + "/commits/" + sha_of('d').value() + "/pulls?per_page=100",
                  answer(200, "[]"));
  setup.http.once("GET", kRepoUrl + "/pulls?state=open&per_page=100", answer(200, "[" + pull_json(9) + "]"));
  CHECK(setup.loop.run(setup.forge->pull_requests_of(github_repo(), sha_of('d'))) ==
        std::vector{PullNumber(9)});
}
