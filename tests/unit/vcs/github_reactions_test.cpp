// What a command by comment asks of GitHub beside the comment itself.

#include <string>
#include <vector>

#include "github_setup.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

TEST_CASE("a person's comment gets a reaction, once, and one that is gone is no error") {
  GitHubSetup setup;
  const std::string url = kRepoUrl + "/issues/comments/31/reactions";
  const auto react = [&](const std::string& id, Receipt receipt) {
    setup.loop.run(setup.forge->react(github_repo(), PullNumber(7), id, receipt));
  };
  setup.http.once("POST", url, answer(201, R"({"id":1,"content":"eyes"})"));
  react("31", Receipt::accepted);
  CHECK(json::parse(setup.http.requests().back().body) == json{{"content", "eyes"}});
  setup.http.once("POST", url, answer(200, R"({"id":1,"content":"confused"})"));
  react("31", Receipt::refused);
  CHECK(json::parse(setup.http.requests().back().body) == json{{"content", "confused"}});
  setup.http.once("POST", url, answer(404, R"({"message":"Not Found"})"));
  react("31", Receipt::accepted);
  const std::size_t before = setup.calls().size();
  react("31/../32", Receipt::accepted);
  CHECK(setup.calls().size() == before);
}

TEST_CASE("a reaction that is not permitted names the permission") {
  GitHubSetup setup;
  setup.http.once("POST", kRepoUrl + "/issues/comments/31/reactions",
                  answer(403, R"({"message":"Resource not accessible by integration"})"));
  const Error error = error_of(
      [&] { setup.loop.run(setup.forge->react(github_repo(), PullNumber(7), "31", Receipt::accepted)); });
  CHECK(error.error_class() == ErrorClass::configuration);
  CHECK(error.hint().find("pull_requests: write") != std::string::npos);
}

TEST_CASE("a pull request's commits are read over all pages and told along first parents") {
  GitHubSetup setup;
  const auto commit = [](char sha, char parent, const std::string& message) -> json {
    return {{"sha", std::string(40, sha)},
            {"commit", {{"message", message}}},
            {"parents", {{{"sha", std::string(40, parent)}}}}};
  };
  const std::string first = kRepoUrl + "/pulls/7/commits?per_page=100";
  const std::string second = kRepoUrl + "/pulls/7/commits?per_page=100&page=2";
  setup.http.once("GET", first,
                  answer(200, json::array({commit('1', '0', "first"), commit('5', '9', "elsewhere")}).dump(),
                         {{"Link", "<" + second + ">; rel=\"next\""}}));
  setup.http.once("GET", second, answer(200, json::array({commit('2', '1', "second")}).dump()));
  PullRequest pull;
  pull.number = PullNumber(7);
  pull.head_sha = sha_of('2');
  CHECK(setup.loop.run(setup.forge->commit_messages(github_repo(), pull)) ==
        std::vector<std::string>{"first", "second"});
}

TEST_CASE("the App's own user is known by its slug") {
  GitHubSetup setup;
  CHECK(setup.loop.run(setup.forge->is_own_user("acme-diffgate[bot]")));
  CHECK_FALSE(setup.loop.run(setup.forge->is_own_user("ada")));
}
