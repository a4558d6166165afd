#include "app/report/numbers.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace diffgate::app;

TEST_CASE("numbers carry separators and real minus signs") {
  CHECK(with_separators(0) == "0");
  CHECK(with_separators(999) == "999");
  CHECK(with_separators(1'000) == "1,000");
  CHECK(with_separators(1'234'567) == "1,234,567");
  CHECK(with_separators(std::numeric_limits<std::int64_t>::min()) == "\u22129,223,372,036,854,775,808");
  CHECK(gained(12) == "+12");
  CHECK(gained(0) == "0");
  CHECK(lost(3'000) == "\u22123,000");
  CHECK(lost(0) == "0");
}

TEST_CASE("a share is never rounded to nothing or to all") {
  struct {
    std::int64_t part, whole;
    const char* text;
  } const cases[] = {
      {0, 10, "0%"},
      {10, 10, "100%"},
      {1, 3, "33.3%"},
      {1, 2, "50%"},
      {4, 10'000, "0.04%"},
      {1, 1'000'000, "<0.01%"},
      {9'999, 10'000, "99.99%"},
      {999'999, 1'000'000, ">99.99%"},
      {1, 100, "1%"},
      {995, 1'000, "99.5%"},
      {199, 1'000, "19.9%"},
      {0, 0, ""},
      {5, 0, ""},
      {20, 10, "200%"},
      {9'996, 100'000, "10%"},
  };
  for (const auto& [part, whole, text] : cases) {
    CAPTURE(part);
    CAPTURE(whole);
    CHECK(percent(part, whole) == text);
  }
  for (std::int64_t part = 1; part < 5'000; ++part) {
    CAPTURE(part);
    CHECK(percent(part, 5'000'000) != "0%");
    CHECK(percent(5'000'000 - part, 5'000'000) != "100%");
  }
}

TEST_CASE("durations are short words") {
  using std::chrono::milliseconds;
  CHECK(duration_words(milliseconds(0)) == "0 s");
  CHECK(duration_words(milliseconds(340)) == "0.3 s");
  CHECK(duration_words(milliseconds(48'200)) == "48 s");
  CHECK(duration_words(milliseconds(185'000)) == "3 min 5 s");
  CHECK(duration_words(milliseconds(7'500'000)) == "2 h 5 min");
}
