#include "vcs/json.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace diffgate;
using namespace diffgate::vcs;

namespace {

std::string problem_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("hostile documents are refused before they are parsed") {
  struct Row {
    std::string what;
    std::string text;
    std::string problem;
  };
  const std::vector<Row> rows = {
      {"100,000 levels of arrays", repeated("[", 100'000), "nested deeper than 200 levels"},
      {"100,000 levels of objects", repeated(R"({"a":)", 100'000), "nested deeper than 200 levels"},
      {"201 levels", repeated("[", 201) + repeated("]", 201), "nested deeper than 200 levels"},
      {"a million values", "[" + repeated("1,", 1'000'000) + "1]", "more than 1000000 values"},
      {"a million empty lists", "[" + repeated("[],", 500'000) + "1]", "more than 1000000 values"},
      {"truncated", R"({"action":"opened","pull_re)", "not valid JSON at byte"},
      {"nothing", "", "not valid JSON at byte"},
      {"a number beyond any type", R"({"a":1e400})", "out of range"},
      {"a broken escape", R"({"a":"\u12"})", "not valid JSON at byte"},
      {"broken UTF-8", "{\"a\":\"\xff\"}", "not valid JSON at byte"},
      {"two documents", "{} {}", "not valid JSON at byte"},
      {"a null byte", std::string("{}\0", 3), "not valid JSON at byte"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const std::string problem =
        problem_of([&row] { JsonDocument(row.text, ErrorClass::caller, "payload").root(); });
    CHECK(problem.starts_with("payload: "));
    CHECK(problem.find(row.problem) != std::string::npos);
  }
}

TEST_CASE("brackets within strings are no nesting, and 200 levels are allowed") {
  const std::string brackets = R"({"a":")" + std::string(10'000, '[') + R"(\"[{\\"})";
  CHECK(JsonDocument(brackets, ErrorClass::caller, "payload").root().text("a").size() == 10'000 + 4);
  const std::string deep = repeated("[", 200) + repeated("]", 200);
  CHECK(JsonDocument(deep, ErrorClass::caller, "payload").root().is_array());
}

TEST_CASE("a document of more bytes than allowed is refused") {
  const JsonLimits limits{.bytes = 4};
  CHECK(problem_of([&] { JsonDocument("[1,2]", ErrorClass::remote_final, "GET /app", limits).root(); }) ==
        "GET /app: the JSON is larger than 4 bytes");
}

TEST_CASE("a field of another type is named by its path") {
  const JsonDocument document(
      R"({"pull":{"title":7,"labels":[{"name":"a"},{"name":null}],"draft":"yes","id":1.5,"big":18446744073709551615,
          "sha":"ABC","head":[]},"list":3})",
      ErrorClass::caller, "payload");
  const JsonView root = document.root();
  const JsonView pull = root.object("pull");
  struct Row {
    std::function<void()> read;
    std::string problem;
  };
  const std::vector<Row> rows = {
      {[&] { pull.text("title"); }, "expected a text at pull.title, found number"},
      {[&] { pull.optional_text("title"); }, "expected a text at pull.title, found number"},
      {[&] { pull.text("body"); }, "expected a value at pull.body, found nothing"},
      {[&] { pull.elements("labels")[1].text("name"); },
       "expected a value at pull.labels[1].name, found null"},
      {[&] { pull.optional_boolean("draft"); }, "expected true or false at pull.draft, found string"},
      {[&] { pull.integer("id"); }, "expected an integer at pull.id, found number"},
      {[&] { pull.integer("big"); }, "expected an integer at pull.big, found number"},
      {[&] { pull.sha("sha"); }, "expected a full commit id at pull.sha, found another text"},
      {[&] { pull.object("head"); }, "expected an object at pull.head, found array"},
      {[&] { root.elements("list"); }, "expected a list at list, found number"},
      {[&] { root.elements(); }, "expected a list at the top level, found object"},
  };
  for (const Row& row : rows) CHECK(problem_of(row.read) == "payload: " + row.problem);
  CHECK(pull.optional_text("body") == std::nullopt);
  CHECK(pull.elements("nothing").empty());
}

TEST_CASE("a member is asked of something that is no object") {
  const JsonDocument document("[1]", ErrorClass::caller, "payload");
  CHECK(problem_of([&] { document.root().optional_text("a"); }) ==
        "payload: expected an object at the top level, found array");
}

TEST_CASE("a server's message is found if there is one") {
  CHECK(message_of(R"({"message":"Not Found"})", "message") == "Not Found");
  CHECK(message_of(R"({"message":{"base":["taken"]}})", "message") == R"({"base":["taken"]})");
  CHECK(message_of(R"({"error":"x"})", "message").empty());
  CHECK(message_of("<html>", "message").empty());
  CHECK(message_of(std::string(100'000, '['), "message").empty());
}
