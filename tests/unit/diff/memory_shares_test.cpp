#include "diff/memory_shares.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace diffgate::diff;

TEST_CASE("sessions share the memory by how many there may be, and one alone has all of it") {
  MemoryShares memory;
  {
    std::vector<std::unique_ptr<MemoryShares::Share>> four;
    for (int i = 0; i < 4; ++i) {
      four.push_back(memory.take(4));
      CHECK(four.back()->part() == doctest::Approx(0.25));
    }
    // All is given: newcomers of a higher level get half of a fair part.
    CHECK(memory.take(8)->part() == doctest::Approx(1.0 / 16));
    four.pop_back();
    CHECK(memory.take(8)->part() == doctest::Approx(1.0 / 8));
    // No more than is left, while that is between half of a fair part and all of it.
    CHECK(memory.take(3)->part() == doctest::Approx(0.25));
  }
  CHECK(memory.take(1)->part() == doctest::Approx(1));
  CHECK(memory.take(0)->part() == doctest::Approx(1));
}
