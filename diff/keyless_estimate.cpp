#include "diff/keyless_estimate.hpp"

#include <algorithm>
#include <cmath>

#include "diff/estimate.hpp"

namespace diffgate::diff {
namespace {

// One side's rows that the other lacks, in the sample.
struct Differing {
  double rows = 0;
  double squares = 0;
  double largest = 1;  // copies that one which the sample has not met may have
};

Differing differing(std::int64_t rows, double squares, std::int64_t most, std::int64_t side_rows,
                    double side_squares) {
  const double of_average_row = side_rows > 0 ? side_squares / static_cast<double>(side_rows) : 1;
  return {.rows = static_cast<double>(rows),
          .squares = squares,
          .largest = std::max({1.0, static_cast<double>(most), of_average_row})};
}

}  // namespace

KeylessEstimate estimate_keyless(const KeylessCounts& sample, double share, std::int64_t prod_rows,
                                 std::int64_t pr_rows) {
  const std::int64_t growth = pr_rows - prod_rows;  // added less removed
  const auto known = static_cast<double>(growth);
  const Differing removed = differing(sample.removed, sample.removed_squares, sample.removed_most,
                                      sample.prod_rows, sample.prod_squares);
  const Differing added =
      differing(sample.added, sample.added_squares, sample.added_most, sample.pr_rows, sample.pr_squares);

  // The removed rows are seen twice: as themselves, and as the added ones less the growth. The side on which
  // fewer differ tells more; how many do on either is taken from both, lest a side seem better by chance.
  const double both = std::max((removed.rows + added.rows) / share, std::abs(known));
  const double least = std::max(removed.largest, added.largest) / share;
  const double removed_about = (both - known) / 2 + least;
  const double added_about = (both + known) / 2 + least;
  const double weight = added_about / (added_about + removed_about);
  const double other = 1 - weight;
  const double sum = weight * removed.rows + other * added.rows;
  const Limits limits = limits_of_sum(sum, weight * weight * removed.squares + other * other * added.squares,
                                      std::max(weight * removed.largest, other * added.largest));

  // What is certain: what the sample shows, and that no more can differ than it leaves out.
  const std::int64_t low = std::max({sample.removed, sample.added - growth, -growth, std::int64_t{0}});
  const std::int64_t high = std::max(low, std::min(sample.removed + prod_rows - sample.prod_rows,
                                                   sample.added + pr_rows - sample.pr_rows - growth));
  const auto removed_rows = [&](double of_sample) {
    return std::clamp<std::int64_t>(std::llround(of_sample / share - other * known), low, high);
  };

  KeylessEstimate out;
  out.removed = {.observed = sample.removed,
                 .value = removed_rows(sum),
                 .low = removed_rows(limits.low),
                 .high = removed_rows(limits.high)};
  out.added = {.observed = sample.added,
               .value = out.removed.value + growth,
               .low = out.removed.low + growth,
               .high = out.removed.high + growth};
  out.unchanged = {.observed = sample.pr_rows - sample.added,
                   .value = prod_rows - out.removed.value,
                   .low = prod_rows - out.removed.high,
                   .high = prod_rows - out.removed.low};
  return out;
}

}  // namespace diffgate::diff
