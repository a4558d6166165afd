#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/rules.hpp"

namespace diffgate::config {

// The names that a gate's `when` may use, with one line each for the documentation and the schema.
struct GateMeasure {
  std::string_view name;  // "rows_removed_pct"
  std::string_view unit;  // "%", "rows", "0 to 1", "yes/no"
  std::string_view description;
};
const std::vector<GateMeasure>& gate_measures();

// Measured numbers of one model by name; a measure that was not taken is absent, and its gate does not fire.
using Measurements = std::map<std::string, double, std::less<>>;

struct GateFinding {
  std::string model;
  Severity severity = Severity::fail;
  std::string text;  // "rows_removed_pct is 12.5, limit: > 1"
};

// Parses "rows_removed_pct > 1" or a bare yes/no measure. nullopt if it can't be understood; `error` says
// why.
std::optional<Gate> parse_gate_condition(std::string_view when, std::string& error);

// `selected` tells whether the gate's selector picks the model.
std::optional<GateFinding> evaluate(const Gate& gate, const std::string& model, const Measurements& measured);

}  // namespace diffgate::config
