#include "vcs/github_tokens.hpp"

#include <string>
#include <vector>

#include "github_setup.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using std::chrono::minutes;
using test::answer;

namespace {

struct Setup {
  Setup() { clock.skip_sleeps(); }

  // Answers with ghs_1, ghs_2, … that live an hour from the moment they are made.
  void mint() {
    http.always_by("POST", kTokenUrl, [this](const net::Request&) {
      ++minted;
      return answer(201, token_answer("ghs_" + std::to_string(minted), clock.now() + minutes(60)));
    });
  }
  std::string get(GitHubAccess access = GitHubAccess::read) {
    return loop.run(tokens.get(InstallationId(99), github_repo(), access)).expose();
  }

  int minted = 0;
  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  Rest rest{http, clock, kApi, std::chrono::seconds(15)};
  GitHubApp app{rest, clock, "1234", test::rsa_key(), {}};
  InstallationTokens tokens{loop.executor(), app, clock};
};

Awaitable<void> collect(InstallationTokens& tokens, std::vector<std::string>& results) {
  try {
    results.push_back((co_await tokens.get(InstallationId(99), github_repo(), GitHubAccess::read)).expose());
  } catch (const Error& error) {
    results.push_back(error.problem());
  }
}

Awaitable<std::vector<std::string>> three_at_once(InstallationTokens& tokens) {
  std::vector<std::string> results;
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  TaskGroup group(executor, [](const std::string&, const std::exception_ptr&) {});
  for (int i = 0; i < 3; ++i) group.spawn("get", collect(tokens, results));
  co_await group.wait(std::chrono::seconds(5));
  co_return results;
}

}  // namespace

TEST_CASE("a token is asked for one repository and for no more than its purpose needs") {
  CHECK(json::parse(token_request(github_repo(), GitHubAccess::read)) ==
        json{{"repository_ids", {186853002}},
             {"permissions", {{"contents", "read"}, {"pull_requests", "read"}}}});
  CHECK(json::parse(token_request(github_repo(), GitHubAccess::report)) ==
        json{{"repository_ids", {186853002}},
             {"permissions", {{"checks", "write"}, {"pull_requests", "write"}}}});
  Repo unnumbered = github_repo();
  unnumbered.id = RepoId(0);
  CHECK(json::parse(token_request(unnumbered, GitHubAccess::read))["repositories"] == json{"dbt"});
}

TEST_CASE("a token of any length is used until five minutes before its end") {
  Setup setup;
  setup.mint();
  CHECK(setup.get() == "ghs_1");
  setup.clock.advance(minutes(54));
  CHECK(setup.get() == "ghs_1");
  setup.clock.advance(minutes(1));
  CHECK(setup.get() == "ghs_2");
}

TEST_CASE("tokens of different purposes and repositories are kept apart") {
  Setup setup;
  setup.mint();
  CHECK(setup.get(GitHubAccess::read) == "ghs_1");
  CHECK(setup.get(GitHubAccess::report) == "ghs_2");
  Repo other = github_repo();
  other.id = RepoId(5);
  CHECK(setup.loop.run(setup.tokens.get(InstallationId(99), other, GitHubAccess::read)).expose() == "ghs_3");
  CHECK(setup.get(GitHubAccess::read) == "ghs_1");
}

TEST_CASE("callers that need the same token at once share one request") {
  Setup setup;
  setup.mint();
  CHECK(setup.loop.run(three_at_once(setup.tokens)) == std::vector<std::string>{"ghs_1", "ghs_1", "ghs_1"});
  CHECK(setup.minted == 1);
}

TEST_CASE("callers that wait for a token which can't be had share the failure, later ones try again") {
  Setup setup;
  setup.http.once("POST", kTokenUrl, answer(403, R"({"message":"This installation has been suspended"})"));
  const std::string refused = "GitHub answered 403: This installation has been suspended";
  CHECK(setup.loop.run(three_at_once(setup.tokens)) == std::vector<std::string>{refused, refused, refused});
  setup.mint();
  CHECK(setup.get() == "ghs_1");
}

TEST_CASE("a refused token is replaced, unless it was replaced already") {
  Setup setup;
  setup.mint();
  CHECK(setup.get() == "ghs_1");
  setup.tokens.forget(InstallationId(99), github_repo(), GitHubAccess::read, Secret("ghs_1"));
  CHECK(setup.get() == "ghs_2");
  setup.tokens.forget(InstallationId(99), github_repo(), GitHubAccess::read, Secret("ghs_1"));
  CHECK(setup.get() == "ghs_2");
}

TEST_CASE("why there is no token is said to the one who can act") {
  struct Row {
    net::Response response;
    ErrorClass error_class;
    std::string part;
  };
  const std::vector<Row> rows = {
      {answer(404, R"({"message":"Not Found"})"), ErrorClass::configuration, "install the App on acme/dbt"},
      {answer(422, R"({"message":"The permissions requested are not granted to this installation."})"),
       ErrorClass::configuration, "it needs contents: read, pull_requests: read"},
      {answer(403, R"({"message":"This installation has been suspended"})"), ErrorClass::configuration,
       "suspended"},
      {answer(401, R"({"message":"Bad credentials"})"), ErrorClass::configuration, "private key"},
      {answer(201, R"({"token":"ghs_secret","expires_at":"soon"})"), ErrorClass::remote_final, "expires_at"},
      {answer(201, "<html>"), ErrorClass::remote_transient, "not valid JSON"},
      {answer(200, "<html>down for maintenance</html>"), ErrorClass::remote_transient,
       "no answer to this call"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.response.body);
    Setup setup;
    setup.http.always("POST", kTokenUrl, row.response);
    const Error error = error_of([&setup] { setup.get(); });
    CHECK(error.error_class() == row.error_class);
    const std::string line = error.what();
    CHECK(line.find(row.part) != std::string::npos);
    CHECK(line.find("ghs_secret") == std::string::npos);
  }
}
