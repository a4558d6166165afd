#pragma once

#include <cstddef>
#include <memory>

namespace diffgate::diff {

// The memory that the sessions of one warehouse share. Each takes its part when it begins and keeps it, while
// the number of sessions changes: where that rises, newcomers get what is left, but half of a fair part at
// least, so that together they may have a little more than all for a while, and nobody next to nothing.
class MemoryShares {
 public:
  // A part of the whole, given back by the destructor.
  class Share {
   public:
    Share(std::shared_ptr<double> given, double part);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    double part() const { return part_; }  // above 0, at most 1

   private:
    std::shared_ptr<double> given_;
    double part_;
  };

  // For one of `sessions` that may be open at once.
  std::unique_ptr<Share> take(std::size_t sessions);

 private:
  std::shared_ptr<double> given_ = std::make_shared<double>(0);
};

}  // namespace diffgate::diff
