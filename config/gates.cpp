#include "config/gates.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "config/quote.hpp"
#include "net/did_you_mean.hpp"

namespace diffgate::config {
namespace {

constexpr std::string_view kYesNo = "yes/no";

// Longer ones first, so that "<=" is not taken for "<".
constexpr std::array<std::string_view, 6> kComparisons{">=", "<=", "==", "!=", ">", "<"};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

const GateMeasure* find_measure(std::string_view name) {
  for (const GateMeasure& measure : gate_measures()) {
    if (measure.name == name) return &measure;
  }
  return nullptr;
}

std::string unknown_measure(std::string_view name) {
  std::vector<std::string> names;
  for (const GateMeasure& measure : gate_measures()) names.emplace_back(measure.name);
  const std::string near = did_you_mean(name, names);
  std::string list;
  for (const std::string& known : names) list += (list.empty() ? "" : ", ") + known;
  return fmt::format("unknown measure {}: {}", in_quotes(name), near.empty() ? "known are " + list : near);
}

std::optional<double> parse_limit(std::string_view text, const GateMeasure& measure) {
  if (measure.unit == "%" && text.ends_with('%')) text = trimmed(text.substr(0, text.size() - 1));
  double limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(limit)) return std::nullopt;
  return limit;
}

bool holds(double value, std::string_view comparison, double limit) {
  if (comparison == ">") return value > limit;
  if (comparison == ">=") return value >= limit;
  if (comparison == "<") return value < limit;
  if (comparison == "<=") return value <= limit;
  if (comparison == "==") return value == limit;
  return value != limit;
}

// "12.5", "1234567", "33.3333": six digits are enough for a person, unless they make the value look like the
// limit.
std::string shown(double value, double limit) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  std::string text = fmt::format("{:.6g}", value);
  double read_back = 0;
  std::from_chars(text.data(), text.data() + text.size(), read_back);
  return value != limit && read_back == limit ? fmt::format("{}", value) : text;
}

}  // namespace

const std::vector<GateMeasure>& gate_measures() {
  static const std::vector<GateMeasure> measures{
      {"rows_added", "rows", "rows that only the pull request's table has"},
      {"rows_removed", "rows", "rows that only the production table has"},
      {"rows_changed", "rows", "rows of both tables in which at least one value differs"},
      {"rows_added_pct", "%", "rows_added per hundred rows of the production table"},
      {"rows_removed_pct", "%", "rows_removed per hundred rows of the production table"},
      {"rows_changed_pct", "%", "rows_changed per hundred rows compared"},
      {"column_changed_pct_max", "%", "the largest share of differing values in any one column"},
      {"match_score", "0 to 1", "the share of equal cells in both tables; 1 is identical"},
      {"schema_break", "yes/no", "a column was removed or has another type"},
      {"contract_break", kYesNo, "the model's enforced contract was broken"},
      {"key_nulls", "rows", "rows of the pull request's table with a null in the primary key"},
      {"key_duplicates", "rows", "rows of the pull request's table whose primary key occurs more than once"},
  };
  return measures;
}

std::optional<Gate> parse_gate_condition(std::string_view when, std::string& error) {
  const std::string_view text = trimmed(when);
  const std::size_t name_end = text.find_first_of(" \t<>=!");
  const std::string_view name = text.substr(0, name_end);
  const std::string_view rest = name_end == std::string_view::npos ? "" : trimmed(text.substr(name_end));
  Gate gate;
  gate.measure = name;
  gate.when = text;
  if (name.empty()) {
    error = "the condition is empty or has no measure, write it as 'rows_removed_pct > 1'";
    return std::nullopt;
  }
  const GateMeasure* const measure = find_measure(name);
  if (measure == nullptr) {
    error = unknown_measure(name);
    return std::nullopt;
  }
  const bool is_yes_no = measure->unit == kYesNo;
  if (rest.empty() || is_yes_no) {
    if (rest.empty() && is_yes_no) {
      gate.comparison = "!=";
      gate.limit = 0;
      return gate;
    }
    error = is_yes_no ? fmt::format("{} is yes or no: write it alone", name)
                      : fmt::format("{} needs a limit: write '{} > 0'", name, name);
    return std::nullopt;
  }
  for (const std::string_view comparison : kComparisons) {
    if (!rest.starts_with(comparison)) continue;
    const auto limit = parse_limit(trimmed(rest.substr(comparison.size())), *measure);
    if (!limit) {
      error = fmt::format("expected one number after '{}' ({})", comparison, measure->unit);
      return std::nullopt;
    }
    gate.comparison = comparison;
    gate.limit = *limit;
    return gate;
  }
  error = fmt::format("expected one of >, >=, <, <=, ==, != after {}", name);
  return std::nullopt;
}

std::optional<GateFinding> evaluate(const Gate& gate, const std::string& model,
                                    const Measurements& measured) {
  const auto found = measured.find(gate.measure);
  if (found == measured.end() || !std::isfinite(found->second)) return std::nullopt;
  if (!holds(found->second, gate.comparison, gate.limit)) return std::nullopt;
  const GateMeasure* const measure = find_measure(gate.measure);
  if (measure != nullptr && measure->unit == kYesNo) {
    return GateFinding{model, gate.severity, fmt::format("{}: {}", gate.measure, measure->description)};
  }
  return GateFinding{model, gate.severity,
                     fmt::format("{} is {}, limit: {} {}", gate.measure, shown(found->second, gate.limit),
                                 gate.comparison, shown(gate.limit, gate.limit))};
}

}  // namespace diffgate::config
