#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fuzz {

struct Input {
  std::uint8_t choice = 0;
  std::string selector;
  std::string head;
  std::string base;

  static Input of(std::string_view bytes);
};

// A small project in which every field stands that anything reads.
const std::string& good_manifest();

// Puts a value of the text (or one from a list of nasty ones) in another's place. The new size.
std::size_t exchange_value(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned int seed);

}  // namespace fuzz
