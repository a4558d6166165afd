#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "net/async.hpp"

namespace diffgate::app {

// A bounded number of holders at once, shared out in turns: each group with waiters gets the next free place
// after the other groups have had theirs, and within a group each key, so that neither one busy organization
// nor one busy repository keeps the rest waiting. Within a key, first come, first served.
class FairGate {
 public:
  FairGate(asio::any_io_executor executor, std::size_t places);
  ~FairGate();

  // A place; given back when the last copy is destroyed.
  class Place {
   public:
    Place() = default;
    explicit Place(std::shared_ptr<void> holder) : holder_(std::move(holder)) {}

   private:
    std::shared_ptr<void> holder_;
  };

  // Waits for a place; throws operation_aborted when cancelled.
  Awaitable<Place> enter(std::string group, std::string key);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace diffgate::app
