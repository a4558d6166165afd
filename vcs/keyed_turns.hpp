#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "net/async.hpp"

namespace diffgate::vcs {

// One at a time for each key, in order of arrival; different keys do not wait for each other.
class KeyedTurns {
 public:
  class Turn {
   public:
    Turn(std::shared_ptr<Semaphore> queue, Semaphore::Permit permit)
        : queue_(std::move(queue)), permit_(std::move(permit)) {}

   private:
    std::shared_ptr<Semaphore> queue_;  // kept for those who wait behind
    Semaphore::Permit permit_;
  };

  explicit KeyedTurns(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  // The turn lasts until the returned value is destroyed.
  Awaitable<Turn> acquire(std::string key);

 private:
  std::shared_ptr<Semaphore> queue_of(const std::string& key);

  asio::any_io_executor executor_;
  std::map<std::string, std::weak_ptr<Semaphore>> queues_;
};

}  // namespace diffgate::vcs
