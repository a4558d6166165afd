#include "config/tolerance.hpp"

#include <charconv>
#include <cmath>
#include <optional>

namespace diffgate::config {
namespace {

constexpr std::string_view kHint = "write abs:0.01, rel:1e-6 or digits:6";
constexpr double kMostDigits = 17;  // a double has no more

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

bool is_tolerance(std::string_view text, std::string& hint) {
  hint = kHint;
  if (const auto bare = parse_number(text)) {
    hint = "write abs:" + std::string(text) + " for an absolute tolerance";
    return false;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view kind = text.substr(0, colon);
  const auto number = parse_number(text.substr(colon + 1));
  if (!number) return false;
  if (kind == "abs") {
    hint = "an absolute tolerance is at least 0";
    return *number >= 0;
  }
  if (kind == "rel") {
    hint = "a relative tolerance is from 0 to 1";
    return *number >= 0 && *number <= 1;
  }
  if (kind == "digits") {
    hint = "significant digits are a whole number from 1 to 17";
    return *number >= 1 && *number <= kMostDigits && *number == std::floor(*number);
  }
  return false;
}

}  // namespace diffgate::config
