#include "vcs/github_app.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "github_setup.hpp"
#include "net/crypto.hpp"
#include "net/retry.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

// The claims of the token that a request carries.
json claims_of(const net::Request& request) {
  const std::string header(request.headers.get("Authorization").value_or(""));
  REQUIRE(header.starts_with("Bearer "));
  const std::size_t first = header.find('.');
  std::string part = header.substr(first + 1, header.rfind('.') - first - 1);
  std::replace(part.begin(), part.end(), '-', '+');
  std::replace(part.begin(), part.end(), '_', '/');
  const std::optional<std::string> text = net::from_base64(part);
  REQUIRE(text);
  return json::parse(*text);
}

struct Setup {
  Setup() { clock.skip_sleeps(); }

  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  std::vector<std::string> warnings;
  Rest rest{http, clock, kApi, std::chrono::seconds(15)};
  GitHubApp app{rest, clock, "1234", test::rsa_key(),
                [this](const std::string& line) { warnings.push_back(line); }};
};

constexpr const char* kTooFar =
    R"({"message":"'Expiration time' claim ('exp') is too far in the future","documentation_url":""})";

}  // namespace

TEST_CASE("the App's claims reach a minute back and at most nine minutes beyond that") {
  const json claims = json::parse(app_claims("1234", UtcTime(std::chrono::seconds(1'000'000))));
  CHECK(claims == json{{"iat", 999'940}, {"exp", 1'000'480}, {"iss", "1234"}});
}

TEST_CASE("a client id as the issuer is quoted as JSON") {
  CHECK(json::parse(app_claims("Iv1.\"x", UtcTime()))["iss"] == "Iv1.\"x");
}

TEST_CASE("the App's calls carry the signed token, the API version and the media type") {
  Setup setup;
  setup.http.once("GET", kApi + "/app", answer(200, R"({"id":1234,"slug":"acme-diffgate"})"));
  const AppIdentity identity = setup.loop.run(setup.app.identity());
  CHECK(identity.id == 1234);
  CHECK(identity.bot_login == "acme-diffgate[bot]");
  const net::Request& request = setup.http.requests().at(0);
  CHECK(request.headers.get("X-GitHub-Api-Version") == "2022-11-28");
  CHECK(request.headers.get("Accept") == "application/vnd.github+json, application/json;q=0.9");
  CHECK(claims_of(request)["iss"] == "1234");
  // Asked once.
  setup.loop.run(setup.app.identity());
  CHECK(setup.http.requests().size() == 1);
}

TEST_CASE("a token of the App is used for some minutes and then signed anew") {
  Setup setup;
  setup.http.always("GET", kApi + "/x", answer(200, "{}"));
  setup.loop.run(setup.app.send({.path = "/x"}));
  setup.clock.advance(std::chrono::minutes(3));
  setup.loop.run(setup.app.send({.path = "/x"}));
  setup.clock.advance(std::chrono::minutes(2));
  setup.loop.run(setup.app.send({.path = "/x"}));
  const auto& requests = setup.http.requests();
  CHECK(claims_of(requests.at(1)) == claims_of(requests.at(0)));
  CHECK(claims_of(requests.at(2))["iat"].get<int>() == claims_of(requests.at(0))["iat"].get<int>() + 300);
}

TEST_CASE("a clock that differs from GitHub's is noticed once, corrected and told") {
  Setup setup;
  // The machine's clock is at 2026-05-04T01:14:52Z, half an hour ahead of GitHub's.
  setup.http.once("GET", kApi + "/x", answer(401, kTooFar, {{"Date", "Mon, 04 May 2026 00:44:52 GMT"}}));
  setup.http.always("GET", kApi + "/x", answer(200, "{}"));
  CHECK(setup.loop.run(setup.app.send({.path = "/x"})).status == 200);
  const auto& requests = setup.http.requests();
  REQUIRE(requests.size() == 2);
  CHECK(claims_of(requests.at(1))["iat"].get<int>() == claims_of(requests.at(0))["iat"].get<int>() - 1800);
  REQUIRE(setup.warnings.size() == 1);
  CHECK(setup.warnings[0] == "this machine's clock differs from GitHub's by 1800 s: set it by NTP");
  // Remembered.
  setup.clock.advance(std::chrono::minutes(10));
  CHECK(setup.loop.run(setup.app.send({.path = "/x"})).status == 200);
  CHECK(claims_of(requests.at(2))["iat"].get<int>() == claims_of(requests.at(0))["iat"].get<int>() - 1200);
}

TEST_CASE("a token that GitHub refuses again is not signed a third time") {
  Setup setup;
  setup.http.always("GET", kApi + "/x", answer(401, kTooFar, {{"Date", "Mon, 04 May 2026 00:44:52 GMT"}}));
  CHECK(setup.loop.run(setup.app.send({.path = "/x"})).status == 401);
  CHECK(setup.http.requests().size() == 2);
}

TEST_CASE("a token that grew old while its request waited for a limit says nothing about the clock") {
  Setup setup;
  const std::string reset = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(setup.clock.now().time_since_epoch()).count() + 600);
  setup.http.once("GET", kApi + "/x",
                  answer(403, R"({"message":"API rate limit exceeded"})",
                         {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}}));
  setup.http.once("GET", kApi + "/x",
                  answer(401, R"({"message":"'Expiration time' claim ('exp') must be in the future"})",
                         {{"Date", "Mon, 04 May 2026 00:44:52 GMT"}}));
  setup.http.always("GET", kApi + "/x", answer(200, "{}"));
  CHECK(setup.loop.run(setup.app.send({.path = "/x"})).status == 200);
  const auto& requests = setup.http.requests();
  REQUIRE(requests.size() == 3);
  CHECK(claims_of(requests.at(2))["iat"].get<int>() >= claims_of(requests.at(0))["iat"].get<int>() + 600);
  CHECK(setup.warnings.empty());
}

TEST_CASE("an App over its limit for long does not ask again before the limit is over") {
  Setup setup;
  const std::string reset = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(setup.clock.now().time_since_epoch()).count() + 3'000);
  setup.http.always("GET", kApi + "/x",
                    answer(403, R"({"message":"API rate limit exceeded"})",
                           {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}}));
  CHECK(setup.loop.run(setup.app.send({.path = "/x"})).status == 403);
  CHECK_THROWS_AS(setup.loop.run(setup.app.send({.path = "/x"})), net::RateLimited);
  CHECK(setup.http.requests().size() == 1);
}

TEST_CASE("a refusal for another reason, or without a date, says nothing about the clock") {
  const std::vector<net::Response> refusals = {
      answer(401, R"({"message":"A JSON web token could not be decoded"})",
             {{"Date", "Mon, 04 May 2026 00:44:52 GMT"}}),
      answer(401, kTooFar),
      answer(401, kTooFar, {{"Date", "yesterday"}}),
      answer(403, kTooFar, {{"Date", "Mon, 04 May 2026 00:44:52 GMT"}}),
  };
  for (const net::Response& refusal : refusals) {
    Setup setup;
    setup.http.always("GET", kApi + "/app", refusal);
    const Error error = error_of([&setup] { setup.loop.run(setup.app.identity()); });
    CHECK(error.error_class() == ErrorClass::configuration);
    CHECK(setup.http.requests().size() == 1);
    CHECK(setup.warnings.empty());
  }
}

TEST_CASE("the installation of a repository is looked up once") {
  Setup setup;
  setup.http.once("GET", kRepoUrl + "/installation", answer(200, R"({"id":99})"));
  CHECK(setup.loop.run(setup.app.installation_of(github_repo())) == InstallationId(99));
  CHECK(setup.loop.run(setup.app.installation_of(github_repo())) == InstallationId(99));
  setup.app.forget_installation(github_repo());
  setup.http.once("GET", kRepoUrl + "/installation", answer(200, R"({"id":100})"));
  CHECK(setup.loop.run(setup.app.installation_of(github_repo())) == InstallationId(100));
}

TEST_CASE("an App that is not installed is theirs to install") {
  Setup setup;
  setup.http.once("GET", kRepoUrl + "/installation", answer(404, R"({"message":"Not Found"})"));
  const Error error = error_of([&setup] { setup.loop.run(setup.app.installation_of(github_repo())); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(std::string(error.what()) ==
        "GET /repos/acme/dbt/installation: the GitHub App is not installed on acme/dbt (install it on the "
        "repository)");
}
