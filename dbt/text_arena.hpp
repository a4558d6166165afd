#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace diffgate::dbt {

// Copies of pieces of text that live as long as the arena. Nothing is moved or freed before.
class TextArena {
 public:
  std::string_view keep(std::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t free_size_ = 0;
};

}  // namespace diffgate::dbt
