#include "vcs/rest.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "fake_http.hpp"
#include "manual_clock.hpp"
#include "run.hpp"

using namespace diffgate;
using namespace diffgate::vcs;
using test::answer;

namespace {

struct Setup {
  Setup() { clock.skip_sleeps(); }
  net::Response send(ApiCall call) {
    return loop.run(rest.send(std::move(call), {{"Authorization", "Bearer hush"}}));
  }

  test::Loop loop;
  test::ManualClock clock;
  test::FakeHttp http;
  Rest rest{http, clock, "https://ghe.acme.test/api/v3/", std::chrono::seconds(7)};
};

}  // namespace

TEST_CASE("a call goes to the API's root with its body, type and time limit") {
  Setup setup;
  setup.http.once("POST", "https://ghe.acme.test/api/v3/repos/a/b", answer(201, "{}"));
  CHECK(setup.send({.method = "POST", .path = "/repos/a/b", .body = R"({"a":1})"}).status == 201);
  const net::Request& request = setup.http.requests().at(0);
  CHECK(request.body == R"({"a":1})");
  CHECK(request.headers.get("Content-Type") == "application/json");
  CHECK(request.headers.get("Authorization") == "Bearer hush");
  CHECK(request.timeout == std::chrono::seconds(7));
}

TEST_CASE("a renamed repository is followed with the same method and body") {
  for (const int status : {301, 302, 307, 308}) {
    for (const std::string location :
         {"https://ghe.acme.test/api/v3/repositories/1/x", "/api/v3/repositories/1/x"}) {
      CAPTURE(status);
      CAPTURE(location);
      Setup setup;
      setup.http.once("PATCH", "https://ghe.acme.test/api/v3/repos/old/x",
                      answer(status, "", {{"Location", location}}));
      setup.http.once("PATCH", "https://ghe.acme.test/api/v3/repositories/1/x", answer(200, "done"));
      CHECK(setup.send({.method = "PATCH", .path = "/repos/old/x", .body = "{}"}).body == "done");
      CHECK(setup.http.requests().at(1).body == "{}");
    }
  }
}

TEST_CASE("authorization never follows a redirect or a page to another host") {
  for (const std::string elsewhere :
       {"https://evil.test/api/v3/repos/a/b", "http://ghe.acme.test/api/v3/repos/a/b",
        "https://ghe.acme.test:8443/api/v3", "//evil.test/x", "https://ghe.acme.test@evil.test/", ""}) {
    CAPTURE(elsewhere);
    Setup setup;
    setup.http.once("GET", "https://ghe.acme.test/api/v3/repos/a/b",
                    answer(301, "", {{"Location", elsewhere}}));
    try {
      setup.send({.path = "/repos/a/b"});
      FAIL("followed");
    } catch (const Error& error) {
      CHECK(error.error_class() == ErrorClass::remote_final);
      CHECK(error.where() == "GET /repos/a/b");
    }
    CHECK(setup.http.requests().size() == 1);
    if (elsewhere.empty()) continue;
    const net::Response page = answer(200, "[]", {{"Link", "<" + elsewhere + R"(>; rel="next")"}});
    CHECK_THROWS_AS(setup.rest.next_page({.path = "/repos/a/b"}, page), Error);
    if (elsewhere.starts_with("http")) CHECK_THROWS_AS(setup.send({.path = elsewhere}), Error);
    CHECK(setup.http.requests().size() == 1);
  }
}

TEST_CASE("a redirect that leads to itself ends") {
  Setup setup;
  const std::string url = "https://ghe.acme.test/api/v3/repos/a/b";
  setup.http.always("GET", url, answer(301, "", {{"Location", url}}));
  CHECK_THROWS_AS(setup.send({.path = "/repos/a/b"}), Error);
  CHECK(setup.http.requests().size() == 6);
}

TEST_CASE("the next page is the one that the server names") {
  Setup setup;
  const std::string next = "https://ghe.acme.test/api/v3/repositories/1/pulls?page=2";
  const net::Response page =
      answer(200, "[]", {{"Link", "<https://ghe.acme.test/x>; rel=\"last\", <" + next + ">; rel=\"next\""}});
  CHECK(setup.rest.next_page({.path = "/"}, page) == next);
  CHECK(setup.rest.next_page({.path = "/"}, answer(200, "[]")) == std::nullopt);
}

TEST_CASE("a place in an error has no query and no host") {
  CHECK(name_of({.method = "GET", .path = "/repos/a/b?ref=x"}) == "GET /repos/a/b");
  CHECK(name_of({.method = "GET", .path = "https://ghe.acme.test/api/v3/x?page=2"}) == "GET /api/v3/x");
  CHECK(name_of({.method = "GET", .path = "https://ghe.acme.test"}) == "GET /");
}

TEST_CASE("what a wait may heal is told from what it will not") {
  struct Row {
    net::Response response;
    bool is_transient;
  };
  const std::vector<Row> rows = {
      {answer(429, "Retry later"), true},
      {answer(500), true},
      {answer(503), true},
      {answer(403, "{}", {{"Retry-After", "60"}}), true},
      {answer(403, "{}", {{"X-RateLimit-Remaining", "0"}}), true},
      {answer(403, R"({"message":"You have exceeded a secondary rate limit."})"), true},
      {answer(403, R"({"message":"Resource not accessible by integration"})"), false},
      {answer(403, "{}", {{"X-RateLimit-Remaining", "17"}}), false},
      {answer(404), false},
      {answer(422), false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.response.status);
    CAPTURE(row.response.body);
    CHECK(is_transient(row.response) == row.is_transient);
  }
}

TEST_CASE("a server's message is cut to one line's length") {
  CHECK(server_message(answer(404, R"({"message":"404 Project Not Found"})")) == "404 Project Not Found");
  CHECK(server_message(answer(403, R"({"error":"insufficient_scope"})")) == "insufficient_scope");
  CHECK(server_message(answer(502, "<html>")).empty());
  const std::string endless = R"({"message":")" + std::string(10'000, 'x') + R"("})";
  CHECK(server_message(answer(500, endless)).size() < 310);
}
