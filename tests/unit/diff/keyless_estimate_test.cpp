// Estimates from samples of whole rows, drawn here without SQL.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "diff/estimate.hpp"
#include "diff/keyless_estimate.hpp"

using namespace diffgate::diff;

namespace {

// How often each distinct row occurs on either side.
struct DistinctRow {
  std::int64_t prod = 0;
  std::int64_t pr = 0;
};
using Tables = std::vector<DistinctRow>;

KeylessCounts count(const Tables& rows) {
  KeylessCounts out;
  const auto square = [](std::int64_t x) { return static_cast<double>(x) * static_cast<double>(x); };
  for (const DistinctRow& row : rows) {
    const std::int64_t removed = std::max<std::int64_t>(row.prod - row.pr, 0);
    const std::int64_t added = std::max<std::int64_t>(row.pr - row.prod, 0);
    out.prod_rows += row.prod;
    out.pr_rows += row.pr;
    out.removed += removed;
    out.added += added;
    out.prod_squares += square(row.prod);
    out.pr_squares += square(row.pr);
    out.removed_squares += square(removed);
    out.added_squares += square(added);
    out.removed_most = std::max(out.removed_most, removed);
    out.added_most = std::max(out.added_most, added);
  }
  return out;
}

Tables drawn(const Tables& all, double share, std::mt19937_64& random) {
  Tables out;
  std::bernoulli_distribution is_taken(share);
  for (const DistinctRow& row : all) {
    if (is_taken(random)) out.push_back(row);
  }
  return out;
}

using Copies = std::int64_t (*)(std::mt19937_64&);

std::int64_t one(std::mt19937_64&) { return 1; }
std::int64_t five(std::mt19937_64&) { return 5; }
std::int64_t one_or_ten(std::mt19937_64& random) { return random() % 6 == 0 ? 10 : 1; }
// Most rows once, few of them very often.
std::int64_t long_tailed(std::mt19937_64& random) {
  return static_cast<std::int64_t>(std::pow(std::uniform_real_distribution<>(0.001, 1)(random), -0.7));
}

Tables tables(Copies copies, int removed, int added, int unchanged, std::mt19937_64& random) {
  Tables out;
  for (int i = 0; i < removed; ++i) out.push_back({.prod = copies(random), .pr = 0});
  for (int i = 0; i < added; ++i) out.push_back({.prod = 0, .pr = copies(random)});
  for (int i = 0; i < unchanged; ++i) {
    const std::int64_t n = copies(random);
    out.push_back({.prod = n, .pr = n});
  }
  return out;
}

bool holds(const Estimate& estimate, std::int64_t truth) {
  return estimate.low <= truth && truth <= estimate.high;
}

}  // namespace

TEST_CASE("of samples of whole rows, 95 of 100 intervals hold the truth, however often rows are repeated") {
  struct Shape {
    const char* name;
    Copies copies;
    int removed;
    int added;
  };
  constexpr Shape kShapes[] = {
      {"rows once", one, 200, 200},           {"few differ", one, 4, 4},
      {"none removed", one, 0, 200},          {"many added, few removed", one, 20, 1500},
      {"five copies", five, 100, 100},        {"some rows ten times", one_or_ten, 150, 120},
      {"a long tail", long_tailed, 200, 150},
  };
  constexpr int kSamples = 1000;
  std::mt19937_64 random(20260504);
  for (const Shape& shape : kShapes) {
    for (const double share : {0.02, 0.1, 0.4}) {
      const std::string of = std::string(shape.name) + ", " + std::to_string(share);
      CAPTURE(of);
      const Tables all = tables(shape.copies, shape.removed, shape.added, 1500, random);
      const KeylessCounts truth = count(all);
      int held = 0;
      double mean = 0;
      for (int i = 0; i < kSamples; ++i) {
        const KeylessEstimate found =
            estimate_keyless(count(drawn(all, share, random)), share, truth.prod_rows, truth.pr_rows);
        held += holds(found.removed, truth.removed) ? 1 : 0;
        mean += static_cast<double>(found.removed.value) / kSamples;
        // One number is estimated, the others follow.
        REQUIRE(holds(found.added, truth.added) == holds(found.removed, truth.removed));
        REQUIRE(holds(found.unchanged, truth.prod_rows - truth.removed) ==
                holds(found.removed, truth.removed));
        REQUIRE(found.removed.low <= found.removed.value);
        REQUIRE(found.removed.value <= found.removed.high);
        REQUIRE(found.removed.low >= found.removed.observed);
        REQUIRE(found.added.low >= found.added.observed);
        REQUIRE(found.unchanged.low >= found.unchanged.observed);
      }
      CHECK(held >= 930);
      // Not right on the average by being wide alone.
      const double spread = std::sqrt((truth.removed_squares + truth.added_squares + 1) / share);
      CHECK(mean == doctest::Approx(static_cast<double>(truth.removed)).epsilon(0.01).scale(spread * 15));
    }
  }
}

TEST_CASE("a sample that shows nothing says no more than its size") {
  KeylessCounts same{.prod_rows = 100, .pr_rows = 100, .prod_squares = 100, .pr_squares = 100};
  const KeylessEstimate few = estimate_keyless(same, 0.01, 10'000, 10'000);
  CHECK(few.removed.value == 0);
  CHECK(few.removed.low == 0);
  CHECK(few.removed.high > 100);
  // Of rows that are there twenty times each, one that was not met would be twenty.
  same.prod_squares = same.pr_squares = 2000;
  CHECK(estimate_keyless(same, 0.01, 10'000, 10'000).removed.high >= 15 * few.removed.high);
  // Five more rows are five added ones at least.
  const KeylessEstimate more = estimate_keyless(same, 0.01, 10'000, 10'005);
  CHECK(more.added.low == 5);
  CHECK(more.added.value == 5);
  CHECK(more.removed.value == 0);
  // Nothing is left that could differ.
  const KeylessEstimate all = estimate_keyless(same, 0.99, 100, 100);
  CHECK(all.removed.high == 0);
  CHECK(all.unchanged.low == 100);
  CHECK(estimate_keyless({}, 0.1, 0, 0).removed.high == 0);
}

TEST_CASE("of samples of keys, 95 of 100 intervals hold the truth") {
  constexpr int kSamples = 2000;
  std::mt19937_64 random(20260505);
  for (const std::int64_t truth : {0, 3, 40, 2000}) {
    for (const double share : {0.02, 0.1, 0.5}) {
      CAPTURE(truth);
      CAPTURE(share);
      std::binomial_distribution<std::int64_t> in_sample(truth, share);
      int held = 0;
      for (int i = 0; i < kSamples; ++i)
        held += holds(estimate(in_sample(random), share, 100'000), truth) ? 1 : 0;
      CHECK(held >= 1880);
    }
  }
}
