#include <string>
#include <vector>

#include "github_setup.hpp"
#include "vcs/comment_body.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

const std::string kMarker = "<!-- diffgate:186853002:7:summary -->";
const std::string kCommentsUrl = kRepoUrl + "/issues/7/comments";
const std::string kListUrl = kCommentsUrl + "?per_page=100";

std::string comment_url(int id) { return kRepoUrl + "/issues/comments/" + std::to_string(id); }

json user_comment(int id, const std::string& body) {
  return {{"id", id},
          {"body", body},
          {"user", {{"login", "mallory"}, {"type", "User"}}},
          {"performed_via_github_app", nullptr}};
}

json bot_comment(int id, const std::string& body) {
  return {{"id", id}, {"body", body}, {"user", {{"login", "acme-diffgate[bot]"}, {"type", "Bot"}}}};
}

std::string upsert(GitHubSetup& setup, const std::optional<CommentRef>& known,
                   const std::string& markdown = "Fine.") {
  return setup.loop.run(setup.forge->upsert_comment(github_repo(), PullNumber(7), known, kMarker, markdown))
      .value();
}

std::string body_of(const net::Request& request) { return json::parse(request.body)["body"]; }

Awaitable<std::string> upsert_task(Forge& forge) {
  co_return (co_await forge.upsert_comment(github_repo(), PullNumber(7), std::nullopt, kMarker, "Fine."))
      .value();
}

Awaitable<void> store(Awaitable<std::string> task, std::vector<std::string>& results) {
  results.push_back(co_await std::move(task));
}

Awaitable<std::vector<std::string>> two_at_once(Forge& forge) {
  std::vector<std::string> results;
  TaskGroup group(co_await asio::this_coro::executor, [](const std::string&, const std::exception_ptr&) {});
  group.spawn("first", store(upsert_task(forge), results));
  group.spawn("second", store(upsert_task(forge), results));
  co_await group.wait(std::chrono::seconds(5));
  co_return results;
}

}  // namespace

TEST_CASE("the first comment is created with its marker at the top") {
  GitHubSetup setup;
  setup.http.once("GET", kListUrl, answer(200, "[]"));
  setup.http.once("POST", kCommentsUrl, answer(201, R"({"id":31})"));
  CHECK(upsert(setup, std::nullopt) == "31");
  CHECK(body_of(setup.http.requests().back()) == kMarker + "\nFine.");
  CHECK(setup.http.requests().back().headers.get("Content-Type") == "application/json");
}

TEST_CASE("a marker that the text brings along is not written twice") {
  GitHubSetup setup;
  setup.http.once("PATCH", comment_url(31), answer(200, R"({"id":31})"));
  upsert(setup, CommentRef("31"), kMarker + "\nFine.");
  CHECK(body_of(setup.http.requests().back()) == kMarker + "\nFine.");
}

TEST_CASE("a known comment is edited without looking for it") {
  GitHubSetup setup;
  setup.http.once("PATCH", comment_url(31), answer(200, R"({"id":31})"));
  CHECK(upsert(setup, CommentRef("31")) == "31");
  CHECK(setup.calls() == std::vector<std::string>{"PATCH " + comment_url(31)});
}

TEST_CASE("a comment that a person deleted is created again") {
  GitHubSetup setup;
  setup.http.once("PATCH", comment_url(31), answer(404, R"({"message":"Not Found"})"));
  setup.http.once("GET", kListUrl, answer(200, "[]"));
  setup.http.once("POST", kCommentsUrl, answer(201, R"({"id":32})"));
  CHECK(upsert(setup, CommentRef("31")) == "32");
}

TEST_CASE("the bot's own comment is found again on a later page") {
  GitHubSetup setup;
  const std::string second = kApi + "/repositories/186853002/issues/7/comments?per_page=100&page=2";
  setup.http.once("GET", kListUrl,
                  answer(200, json::array({user_comment(1, "hello")}).dump(),
                         {{"Link", "<" + second + ">; rel=\"next\""}}));
  setup.http.once(
      "GET", second,
      answer(200, json::array({bot_comment(30, "other"), bot_comment(31, kMarker + "\nOld.")}).dump()));
  setup.http.once("PATCH", comment_url(31), answer(200, R"({"id":31})"));
  CHECK(upsert(setup, std::nullopt) == "31");
}

TEST_CASE("a marker that somebody else planted is not ours") {
  json via_app = user_comment(4, kMarker);
  via_app["performed_via_github_app"] = {{"id", 1234}};
  json other_bot = bot_comment(5, kMarker);
  other_bot["user"]["login"] = "other[bot]";
  other_bot["performed_via_github_app"] = {{"id", 666}};
  json ghost = user_comment(6, kMarker);
  ghost["user"] = nullptr;
  json impostor = user_comment(7, kMarker);
  impostor["user"]["login"] = "acme-diffgate[bot]";
  const json comments =
      json::array({user_comment(3, kMarker + "\nMine!"), via_app, other_bot, ghost, impostor,
                   bot_comment(8, "> " + kMarker), bot_comment(9, "quoted: " + kMarker)});
  GitHubSetup setup;
  setup.http.once("GET", kListUrl, answer(200, comments.dump()));
  setup.http.once("POST", kCommentsUrl, answer(201, R"({"id":31})"));
  CHECK(upsert(setup, std::nullopt) == "31");
}

TEST_CASE("the bot is also known by the App's number, should it have been renamed") {
  json renamed = bot_comment(31, kMarker);
  renamed["user"]["login"] = "old-name[bot]";
  renamed["performed_via_github_app"] = {{"id", 1234}};
  GitHubSetup setup;
  setup.http.once("GET", kListUrl, answer(200, json::array({renamed}).dump()));
  setup.http.once("PATCH", comment_url(31), answer(200, R"({"id":31})"));
  CHECK(upsert(setup, std::nullopt) == "31");
}

TEST_CASE("two that finish together make one comment") {
  GitHubSetup setup;
  json comments = json::array();
  setup.http.always_by("GET", kListUrl,
                       [&comments](const net::Request&) { return answer(200, comments.dump()); });
  setup.http.always_by("POST", kCommentsUrl, [&comments](const net::Request& request) {
    comments.push_back(bot_comment(31 + static_cast<int>(comments.size()), body_of(request)));
    return answer(201, comments.back().dump());
  });
  setup.http.always("PATCH", comment_url(31), answer(200, R"({"id":31})"));
  CHECK(setup.loop.run(two_at_once(*setup.forge)) == std::vector<std::string>{"31", "31"});
  CHECK(comments.size() == 1);
}

TEST_CASE("a reference that is no number never reaches a path") {
  for (const std::string known : {"", "../../issues/1", "31/x", "-1"}) {
    CAPTURE(known);
    GitHubSetup setup;
    setup.http.once("GET", kListUrl, answer(200, "[]"));
    setup.http.once("POST", kCommentsUrl, answer(201, R"({"id":31})"));
    CHECK(upsert(setup, CommentRef(known)) == "31");
  }
}

TEST_CASE("a comment beyond the limit is cut by whole lines") {
  std::string rows;
  while (rows.size() < 100'000) rows += "| größe | `a|b` |\n";
  GitHubSetup setup;
  setup.http.once("PATCH", comment_url(31), answer(200, R"({"id":31})"));
  upsert(setup, CommentRef("31"), rows);
  const std::string sent = body_of(setup.http.requests().back());
  CHECK(sent.size() <= 65'536);
  CHECK(sent.starts_with(kMarker + "\n| größe"));
  CHECK(sent.ends_with("| größe | `a|b` |\n\n… cut here: it is longer than a comment may be.\n"));
}

TEST_CASE("an edit that fails otherwise does not make a second comment") {
  GitHubSetup setup;
  setup.http.always("PATCH", comment_url(31), answer(502));
  CHECK(error_of([&] { upsert(setup, CommentRef("31")); }).error_class() == ErrorClass::remote_transient);
  CHECK(setup.http.requests_of("POST", kCommentsUrl).empty());
}

TEST_CASE("an empty marker is carried by nothing") { CHECK_FALSE(carries_marker("text", "")); }
