#include <string>
#include <vector>

#include "gitlab_setup.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using nlohmann::json;
using test::answer;

namespace {

const std::string kMarker = "<!-- diffgate:14:7:summary -->";
const std::string kNotes = kMergeRequest + "/notes";
const std::string kList = kNotes + "?sort=asc&order_by=created_at&per_page=100";

json note(int id, int author, const std::string& body, bool is_system = false) {
  return {{"id", id}, {"body", body}, {"author", {{"id", author}}}, {"system", is_system}};
}

std::string upsert(GitLabSetup& setup, const std::optional<CommentRef>& known,
                   const std::string& markdown = "Fine.") {
  return setup.loop.run(setup.forge->upsert_comment(gitlab_repo(), PullNumber(7), known, kMarker, markdown))
      .value();
}

// With the bot as user 42.
struct NotesSetup : GitLabSetup {
  NotesSetup() { http.once("GET", kGitLab + "/user", answer(200, R"({"id":42,"username":"diffgate"})")); }
};

}  // namespace

TEST_CASE("the first note is created with its marker at the top") {
  NotesSetup setup;
  setup.http.once("GET", kList, answer(200, "[]"));
  setup.http.once("POST", kNotes, answer(201, R"({"id":31})"));
  CHECK(upsert(setup, std::nullopt) == "31");
  CHECK(json::parse(setup.http.requests().back().body) == json{{"body", kMarker + "\nFine."}});
}

TEST_CASE("a known note is edited, and the bot's own number is asked for once") {
  NotesSetup setup;
  setup.http.always("PUT", kNotes + "/31", answer(200, R"({"id":31})"));
  CHECK(upsert(setup, CommentRef("31")) == "31");
  CHECK(upsert(setup, CommentRef("31")) == "31");
  CHECK(setup.http.requests_of("GET", kGitLab + "/user").size() == 1);
}

TEST_CASE("a note that a person deleted is created again") {
  NotesSetup setup;
  setup.http.once("PUT", kNotes + "/31", answer(404, R"({"message":"404 Not found"})"));
  setup.http.once("GET", kList, answer(200, "[]"));
  setup.http.once("POST", kNotes, answer(201, R"({"id":32})"));
  CHECK(upsert(setup, CommentRef("31")) == "32");
}

TEST_CASE("only the bot's own note with the marker at its top is edited") {
  NotesSetup setup;
  const std::string second = kNotes + "?page=2";
  const json first_page = json::array(
      {note(1, 7, kMarker + "\nplanted"), note(2, 42, "> " + kMarker), note(3, 42, kMarker, true)});
  setup.http.once("GET", kList, answer(200, first_page.dump(), {{"Link", "<" + second + ">; rel=\"next\""}}));
  setup.http.once("GET", second, answer(200, json::array({note(4, 42, kMarker + "\nold")}).dump()));
  setup.http.once("PUT", kNotes + "/4", answer(200, R"({"id":4})"));
  CHECK(upsert(setup, std::nullopt) == "4");
}

TEST_CASE("a marker that only others planted leads to a note of the bot's own") {
  NotesSetup setup;
  setup.http.once("GET", kList, answer(200, json::array({note(1, 7, kMarker)}).dump()));
  setup.http.once("POST", kNotes, answer(201, R"({"id":31})"));
  CHECK(upsert(setup, std::nullopt) == "31");
}

TEST_CASE("a note beyond GitLab's limit is cut by whole lines") {
  std::string rows;
  while (rows.size() < 1'100'000) rows += "| größe | 12 |\n";
  NotesSetup setup;
  setup.http.once("PUT", kNotes + "/31", answer(200, R"({"id":31})"));
  upsert(setup, CommentRef("31"), rows);
  const std::string sent = json::parse(setup.http.requests().back().body)["body"];
  CHECK(sent.size() <= 1'000'000);
  CHECK(sent.ends_with("| größe | 12 |\n\n… cut here: it is longer than a comment may be.\n"));
}

TEST_CASE("a person's note gets an award emoji, and what GitLab says when it is there already is no error") {
  GitLabSetup setup;
  const std::string award = kNotes + "/31/award_emoji";
  setup.http.once("POST", award, answer(201, R"({"id":1,"name":"eyes"})"));
  const auto react = [&](const std::string& id, Receipt receipt) {
    setup.loop.run(setup.forge->react(gitlab_repo(), PullNumber(7), id, receipt));
  };
  react("31", Receipt::accepted);
  CHECK(json::parse(setup.http.requests().back().body) == json{{"name", "eyes"}});
  setup.http.once("POST", award,
                  answer(404, R"({"message":"404 Award Emoji Name has already been taken Not Found"})"));
  react("31", Receipt::refused);
  CHECK(json::parse(setup.http.requests().back().body) == json{{"name", "confused"}});
  const std::size_t before = setup.http.requests().size();
  react("31/../32", Receipt::accepted);
  CHECK(setup.http.requests().size() == before);
}

TEST_CASE("commit messages are those of the merge request's own commits, oldest first") {
  GitLabSetup setup;
  PullRequest pull;
  pull.base_sha = Sha(gitlab_sha('b'));
  pull.head_sha = Sha(gitlab_sha('d'));
  setup.http.once("GET",
                  kProject + "/repository/commits?ref_name=" + gitlab_sha('b') + ".." + gitlab_sha('d') +
                      "&first_parent=true&per_page=100",
                  answer(200, R"([{"id":"2","message":"second"},{"id":"1","message":"first"}])"));
  CHECK(setup.loop.run(setup.forge->commit_messages(gitlab_repo(), pull)) ==
        std::vector<std::string>{"first", "second"});
}

TEST_CASE("the bot knows its own name") {
  NotesSetup setup;
  CHECK(setup.loop.run(setup.forge->is_own_user("diffgate")));
  CHECK_FALSE(setup.loop.run(setup.forge->is_own_user("ada")));
}
