#include "diff/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace diffgate::diff {
namespace {

constexpr double kZ = 1.959963984540054;  // 95 %, two-sided

double lower_limit(double x) {
  if (x <= 0) return 0;
  const double root = 1 - 1 / (9 * x) - kZ / (3 * std::sqrt(x));
  return root <= 0 ? 0 : x * root * root * root;
}

double upper_limit(double x) {
  const double next = x + 1;
  const double root = 1 - 1 / (9 * next) + kZ / (3 * std::sqrt(next));
  return next * root * root * root;
}

}  // namespace

Estimate estimate(std::int64_t observed, double share, std::int64_t most) {
  Estimate out;
  out.observed = observed;
  const auto x = static_cast<double>(observed);
  const auto scaled = [&](double value) {
    const auto whole = static_cast<std::int64_t>(std::llround(value / share));
    return most < 0 ? whole : std::min(whole, most);
  };
  out.value = std::max(observed, scaled(x));
  out.low = std::clamp(scaled(lower_limit(x)), observed, out.value);
  out.high = std::max(out.value, scaled(upper_limit(x)));
  return out;
}

}  // namespace diffgate::diff
