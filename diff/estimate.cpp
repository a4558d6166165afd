#include "diff/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace diffgate::diff {
namespace {

constexpr double kZ = 1.959963984540054;  // 95 %, two-sided

// Half the quantile of chi-squared with 2x degrees of freedom (Wilson and Hilferty).
double lower_limit(double x) {
  if (x <= 0) return 0;
  const double root = 1 - 1 / (9 * x) - kZ / (3 * std::sqrt(x));
  return root <= 0 ? 0 : x * root * root * root;
}

double upper_limit(double x) {
  const double root = 1 - 1 / (9 * x) + kZ / (3 * std::sqrt(x));
  return x * root * root * root;
}

}  // namespace

Limits limits_of_sum(double sum, double squares, double largest) {
  Limits out;
  if (sum > 0) out.low = squares / sum * lower_limit(sum * sum / squares);
  const double more = sum + largest;
  const double more_squares = squares + largest * largest;
  out.high = more_squares / more * upper_limit(more * more / more_squares);
  return out;
}

Estimate estimate(std::int64_t observed, double share, std::int64_t most) {
  Estimate out;
  out.observed = observed;
  const auto x = static_cast<double>(observed);
  const auto scaled = [&](double value) {
    const auto whole = static_cast<std::int64_t>(std::llround(value / share));
    return most < 0 ? whole : std::min(whole, most);
  };
  const Limits limits = limits_of_sum(x, x, 1);
  out.value = std::max(observed, scaled(x));
  out.low = std::clamp(scaled(limits.low), observed, out.value);
  out.high = std::max(out.value, scaled(limits.high));
  return out;
}

}  // namespace diffgate::diff
