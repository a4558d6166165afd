#include "dbt/text_arena.hpp"

#include <cstring>

namespace diffgate::dbt {
namespace {

constexpr std::size_t kBlockSize = std::size_t{1} << 20;
// A larger piece gets a block of its own, so that at most this much of a block stays empty.
constexpr std::size_t kLargePiece = kBlockSize / 8;

}  // namespace

std::string_view TextArena::keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > kLargePiece) {
    blocks_.emplace_back(new char[text.size()]);
    std::memcpy(blocks_.back().get(), text.data(), text.size());
    return {blocks_.back().get(), text.size()};
  }
  if (text.size() > free_size_) {
    blocks_.emplace_back(new char[kBlockSize]);
    free_ = blocks_.back().get();
    free_size_ = kBlockSize;
  }
  char* const kept = free_;
  std::memcpy(kept, text.data(), text.size());
  free_ += text.size();
  free_size_ -= text.size();
  return {kept, text.size()};
}

}  // namespace diffgate::dbt
