#include "app/report/numbers.hpp"

#include <fmt/format.h>

#include <string_view>

namespace diffgate::app {
namespace {

constexpr std::string_view minus_sign = "\u2212";

std::string digits_in_threes(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
}

std::string trimmed(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  while (text.ends_with('0') && text.find('.') != std::string::npos) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// A share in percent that is neither 0 nor 100.
std::string proper_share(double value) {
  if (value < 0.01) return "<0.01%";
  if (value > 99.99 && value < 100) return ">99.99%";
  const bool near_an_end = value < 1 || (value > 99 && value < 100);
  return trimmed(value, near_an_end ? 2 : 1) + "%";
}

}  // namespace

std::string with_separators(std::int64_t number) {
  return (number < 0 ? std::string(minus_sign) : std::string()) + digits_in_threes(magnitude(number));
}

std::string gained(std::int64_t number) { return (number > 0 ? "+" : "") + with_separators(number); }

std::string lost(std::int64_t number) {
  return (number > 0 ? std::string(minus_sign) : std::string()) + digits_in_threes(magnitude(number));
}

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return {};
  if (part <= 0) return "0%";
  if (part >= whole)
    return part == whole ? "100%"
                         : trimmed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 1) + "%";
  return proper_share(100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string change_percent(std::int64_t before, std::int64_t after) {
  if (before <= 0 || before == after) return {};
  const double change =
      100.0 * (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(before);
  const std::string sign = change < 0 ? std::string(minus_sign) : "+";
  const double size = change < 0 ? -change : change;
  if (after == 0) return sign + "100%";
  if (size < 0.01) return sign + "<0.01%";
  if (size > 1000) return "\u00d7" + trimmed(static_cast<double>(after) / static_cast<double>(before), 0);
  return sign + (change < 0 ? proper_share(size) : trimmed(size, size < 1 ? 2 : 1) + "%");
}

std::string duration_words(std::chrono::milliseconds duration) {
  const auto ms = duration.count();
  if (ms < 10'000) return trimmed(static_cast<double>(ms) / 1000, 1) + " s";
  const auto seconds = (ms + 500) / 1000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace diffgate::app
