#include <doctest/doctest.h>

#include "net/http.hpp"

using namespace diffgate::net;

TEST_CASE("header names compare without case and the first field of a name counts") {
  Headers headers{{"X-Hub-Signature-256", "sha256=ab"}, {"Accept", ""}};
  headers.add("accept", "text/html");
  CHECK(headers.get("x-hub-signature-256") == "sha256=ab");
  CHECK(headers.get("ACCEPT") == "");
  CHECK_FALSE(headers.get("accep"));
  CHECK(headers.size() == 3);
}

TEST_CASE("setting a header replaces every field of that name in the place of the first") {
  Headers headers{{"a", "1"}, {"b", "2"}, {"A", "3"}};
  headers.set("A", "4");
  headers.set("c", "5");
  std::string all;
  for (const auto& [name, value] : headers) all += name + "=" + value + " ";
  CHECK(all == "a=4 b=2 c=5 ");
}

TEST_CASE("a request's target is split at the first question mark") {
  const struct {
    const char* target;
    const char* path;
    const char* query;
  } cases[] = {
      {"/a%2Fb?x=1?y", "/a%2Fb", "x=1?y"}, {"/", "/", ""}, {"/a?", "/a", ""}, {"", "", ""}, {"*", "*", ""}};
  for (const auto& row : cases) {
    CAPTURE(row.target);
    ServerRequest request;
    request.target = row.target;
    CHECK(request.path() == row.path);
    CHECK(request.query() == row.query);
  }
}
