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
