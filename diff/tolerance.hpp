#pragma once

#include <string>

namespace diffgate::diff {

// How far apart two numbers may be and still count as equal. The larger allowance wins if several are given.
struct Tolerance {
  double absolute = 0;
  double relative = 0;         // of the larger magnitude
  int significant_digits = 0;  // 0: not used
};

// "abs:0.01", "rel:1e-6", "digits:6"; throws Error(caller).
Tolerance parse_tolerance(const std::string& text);

// The same the other way round: "abs:0.01", "abs:0.01 or rel:1e-06".
std::string words_for(const Tolerance& tolerance);

}  // namespace diffgate::diff
