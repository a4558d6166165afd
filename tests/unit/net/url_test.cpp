#include "net/url.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace diffgate::net;

TEST_CASE("absolute http and https URLs are taken apart") {
  const struct {
    const char* text;
    const char* scheme;
    const char* host;
    int port;
    const char* target;
  } cases[] = {
      {"https://api.github.com/repos/a/b?page=2", "https", "api.github.com", 443, "/repos/a/b?page=2"},
      {"HTTP://Example.COM", "http", "example.com", 80, "/"},
      {"http://127.0.0.1:8080?x=1", "http", "127.0.0.1", 8080, "/?x=1"},
      {"https://[2001:DB8::1]:8443/x", "https", "2001:db8::1", 8443, "/x"},
      {"https://host:/a%2Fb/#part", "https", "host", 443, "/a%2Fb/"},
      {"http://db_host.internal./", "http", "db_host.internal.", 80, "/"},
  };
  for (const auto& row : cases) {
    CAPTURE(row.text);
    const auto url = parse_url(row.text);
    REQUIRE(url);
    CHECK(url->scheme == row.scheme);
    CHECK(url->host == row.host);
    CHECK(url->port == row.port);
    CHECK(url->target == row.target);
  }
}

TEST_CASE("everything that is not a plain http or https URL is refused") {
  for (const char* text : {"",
                           "/repos",
                           "api.github.com",
                           "ftp://host/",
                           "file:///etc/passwd",
                           "https://",
                           "https:///x",
                           "https://user@host/",
                           "https://user:pw@host/",
                           "https://host:0/",
                           "https://host:65536/",
                           "https://host:99999999999/",
                           "https://[::1]:80x/",
                           "https://host:80x/",
                           "https://[::1]x/",
                           "https://ho st/",
                           "https://host/a b",
                           "https://host/\r\nX: y",
                           "https://h%6fst/",
                           "https://host/%zz",
                           "https://[::1",
                           "https://[v1.a]/",
                           "https://host\\@other/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_url(text));
  }
}

TEST_CASE("percent-encoding keeps only unreserved characters, and decoding gives back the text") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  CHECK(encode_path_segment("group/sub project~1.x") == "group%2Fsub%20project~1.x");
  CHECK(encode_path("models/a b.sql") == "models/a%20b.sql");
  CHECK(encode_path_segment("\xC3\xA4") == "%C3%A4");
  CHECK(decode_percent(encode_path_segment(all)) == all);
  CHECK(decode_percent(encode_path(all)) == all);
  CHECK(decode_percent("a+b%2f%2F") == "a+b//");
  for (const char* broken : {"%", "%2", "%2g", "a%", "%%20"}) {
    CAPTURE(broken);
    CHECK_FALSE(decode_percent(broken));
  }
}

TEST_CASE("a query is read into decoded pairs in order") {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(parse_query("a=1&b=x%20y&a=&c&&d=p+q=r") ==
        Pairs{{"a", "1"}, {"b", "x y"}, {"a", ""}, {"c", ""}, {"d", "p q=r"}});
  CHECK(parse_query("") == Pairs{});
  CHECK_FALSE(parse_query("a=%"));
  CHECK_FALSE(parse_query("%g1=a"));
}

TEST_CASE("the next page is found in a Link header") {
  const struct {
    const char* header;
    const char* next;
  } cases[] = {
      {R"(<https://a/?page=2>; rel="next", <https://a/?page=9>; rel="last")", "https://a/?page=2"},
      {R"(<https://a/?page=1>; rel="prev", <https://a/?page=3&x=a,b;c>; rel="next")",
       "https://a/?page=3&x=a,b;c"},
      {R"(<https://a/2>; title="a, \"rel=next\""; REL=next)", "https://a/2"},
      {R"(<https://a/2>;rel="alternate next")", "https://a/2"},
  };
  for (const auto& row : cases) {
    CAPTURE(row.header);
    CHECK(next_link(row.header) == row.next);
  }
  for (const char* header : {"", "<", "<https://a/2>", R"(<https://a/9>; rel="last")",
                             R"(<https://a/2>; rel="nextish")", R"(<https://a/2>; title="rel=next")",
                             "rel=next", "<https://a/2; rel=next", ">;rel=next", R"(<https://a/2>; rel=")"}) {
    CAPTURE(header);
    CHECK_FALSE(next_link(header));
  }
}

TEST_CASE("whatever text comes in, what is read from it is well formed") {
  const std::string seeds[] = {"https://[::1]:8443/a%20b?c=d&e=%41#f",
                               "<https://a/?page=2>; rel=\"next\", <b>; rel=last"};
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = seeds[i % 2];
    for (int change = 0; change < 1 + i % 6; ++change)
      text[random() % text.size()] = static_cast<char>(random());
    CAPTURE(text);
    if (const auto url = parse_url(text)) {
      CHECK((url->scheme == "http" || url->scheme == "https"));
      CHECK_FALSE(url->host.empty());
      CHECK(url->port != 0);
      CHECK(url->target.front() == '/');
      CHECK(url->target.find_first_of(" \r\n") == std::string::npos);
    }
    if (const auto link = next_link(text)) CHECK(text.find("<" + *link + ">") != std::string::npos);
    if (const auto decoded = decode_percent(text)) CHECK(decoded->size() <= text.size());
    parse_query(text);
  }
}

TEST_CASE("origins are compared by scheme, host and port") {
  CHECK(same_origin("https://A.test/x", "https://a.test:443/y"));
  CHECK_FALSE(same_origin("https://a.test/", "http://a.test/"));
  CHECK_FALSE(same_origin("https://a.test/", "https://a.test:8443/"));
  CHECK_FALSE(same_origin("https://a.test/", "https://a.test.evil/"));
  CHECK_FALSE(same_origin("nonsense", "nonsense"));
}
