#pragma once

// Numbers as people read them at a glance.

#include <chrono>
#include <cstdint>
#include <string>

namespace diffgate::app {

std::string with_separators(std::int64_t number);  // "1,234,567", "−3"
std::string gained(std::int64_t number);           // "+1,200"; "0"
std::string lost(std::int64_t number);             // "−1,200" with a real minus sign; "0"

// "0%", "0.04%", "12.3%", "99.99%", "100%". A part that is not nothing is never shown as 0%, one that is not
// all never as 100%: "<0.01%", ">99.99%". Empty if `whole` is not positive.
std::string percent(std::int64_t part, std::int64_t whole);

// How much `after` is above or below `before`: "+11%", "−0.04%"; empty if equal or if `before` is 0.
std::string change_percent(std::int64_t before, std::int64_t after);

std::string duration_words(std::chrono::milliseconds duration);  // "0.3 s", "48 s", "3 min 5 s"

}  // namespace diffgate::app
