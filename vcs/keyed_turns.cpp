#include "vcs/keyed_turns.hpp"

namespace diffgate::vcs {

std::shared_ptr<Semaphore> KeyedTurns::queue_of(const std::string& key) {
  const auto known = queues_.find(key);
  if (known != queues_.end()) {
    if (auto queue = known->second.lock()) return queue;
  }
  std::erase_if(queues_, [](const auto& item) { return item.second.expired(); });
  auto queue = std::make_shared<Semaphore>(executor_, 1);
  queues_[key] = queue;
  return queue;
}

Awaitable<KeyedTurns::Turn> KeyedTurns::acquire(std::string key) {
  std::shared_ptr<Semaphore> queue = queue_of(key);
  Semaphore::Permit permit = co_await queue->acquire();
  co_return Turn(std::move(queue), std::move(permit));
}

}  // namespace diffgate::vcs
