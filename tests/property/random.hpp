#pragma once

// Choices at random, the same for the same seed.

#include <array>
#include <cstddef>
#include <random>

namespace diffgate::test {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t end) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

inline bool chance(Random& random, double p) { return std::uniform_real_distribution<>(0, 1)(random) < p; }

template <class T, std::size_t N>
const T& pick(Random& random, const std::array<T, N>& values) {
  return values[below(random, N)];
}

}  // namespace diffgate::test
