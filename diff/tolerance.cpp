#include "diff/tolerance.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "net/error.hpp"

namespace diffgate::diff {

Tolerance parse_tolerance(const std::string& text) {
  const auto refuse = [&]() -> Error {
    return Error(ErrorClass::caller, "not a tolerance", text, "write abs:0.01, rel:1e-6 or digits:6");
  };
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw refuse();
  const std::string kind = text.substr(0, colon);
  const char* first = text.data() + colon + 1;
  const char* last = text.data() + text.size();
  double value = 0;
  const auto [end, error] = std::from_chars(first, last, value);
  if (error != std::errc() || end != last || !(value >= 0) || value > 1e300) throw refuse();
  Tolerance out;
  if (kind == "abs") {
    out.absolute = value;
  } else if (kind == "rel" && value < 1) {
    out.relative = value;
  } else if (kind == "digits" && value >= 1 && value <= 30 && value == static_cast<int>(value)) {
    out.significant_digits = static_cast<int>(value);
  } else {
    throw refuse();
  }
  return out;
}

std::string words_for(const Tolerance& tolerance) {
  std::vector<std::string> parts;
  if (tolerance.absolute > 0) parts.push_back(fmt::format("abs:{}", tolerance.absolute));
  if (tolerance.relative > 0) parts.push_back(fmt::format("rel:{}", tolerance.relative));
  if (tolerance.significant_digits > 0)
    parts.push_back(fmt::format("digits:{}", tolerance.significant_digits));
  return parts.empty() ? "abs:0" : fmt::format("{}", fmt::join(parts, " or "));
}

}  // namespace diffgate::diff
