#include "diff/memory_shares.hpp"

#include <algorithm>
#include <utility>

namespace diffgate::diff {

MemoryShares::Share::Share(std::shared_ptr<double> given, double part)
    : given_(std::move(given)), part_(part) {
  *given_ += part_;
}

MemoryShares::Share::~Share() { *given_ -= part_; }

std::unique_ptr<MemoryShares::Share> MemoryShares::take(std::size_t sessions) {
  const double fair = 1.0 / static_cast<double>(std::max<std::size_t>(sessions, 1));
  return std::make_unique<Share>(given_, std::clamp(1.0 - *given_, fair / 2, fair));
}

}  // namespace diffgate::diff
