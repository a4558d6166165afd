#include "net/clock.hpp"

#include <doctest/doctest.h>

using namespace diffgate;
using namespace std::chrono_literals;

namespace {

UtcTime at(std::chrono::seconds since_epoch) { return UtcTime(since_epoch); }

}  // namespace

TEST_CASE("a time is written in UTC with whole seconds") {
  CHECK(iso8601(at(0s)) == "1970-01-01T00:00:00Z");
  CHECK(iso8601(at(1'777'857'292s) + 999ms) == "2026-05-04T01:14:52Z");
  CHECK(iso8601(at(-1s)) == "1969-12-31T23:59:59Z");
  CHECK(iso8601(at(951'782'400s)) == "2000-02-29T00:00:00Z");
}

TEST_CASE("times of the forges' APIs are read") {
  const struct {
    const char* text;
    UtcTime time;
  } cases[] = {
      {"2026-05-04T01:14:52Z", at(1'777'857'292s)},
      {"2026-05-04T01:14:52.5Z", at(1'777'857'292s) + 500ms},
      {"2026-05-04T01:14:52.123456789123Z", at(1'777'857'292s) + 123'456'789ns},
      {"2026-05-04T03:14:52+02:00", at(1'777'857'292s)},
      {"2026-05-03T19:44:52-0530", at(1'777'857'292s)},
      {"1970-01-01T00:00:00Z", at(0s)},
      {"2000-02-29T00:00:00Z", at(951'782'400s)},
      {"2016-12-31T23:59:60Z", at(1'483'228'800s)},
  };
  for (const auto& row : cases) {
    CAPTURE(row.text);
    CHECK(parse_iso8601(row.text) == row.time);
  }
}

TEST_CASE("what is not a time is refused") {
  for (const char* text :
       {"", "2026", "2026-05-04", "2026-05-04T01:14:52", "2026-05-04 01:14:52Z", "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-05-04T24:00:00Z", "2026-05-04T01:60:00Z",
        "2026-05-04T01:14:61Z", "2026-05-04T01:14:52.Z", "2026-05-04T01:14:52+2", "2026-05-04T01:14:52+25:00",
        "2026-05-04T01:14:52Zx", "-026-05-04T01:14:52Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
        "2026-05-04T01:14:52z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso8601(text));
  }
}
