#include "app/pipeline/fair_gate.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <deque>

namespace diffgate::app {

struct FairGate::State {
  struct Waiter {
    explicit Waiter(const asio::any_io_executor& executor)
        : timer(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;  // never expires: a place wakes it by cancelling it
    bool granted = false;
  };
  struct Queue {
    std::string key;
    std::deque<Waiter*> waiters;
  };
  struct Group {
    std::string name;
    std::deque<Queue> queues;  // keys with waiters, the next one first
  };

  State(asio::any_io_executor where, std::size_t places) : executor(std::move(where)), free(places) {}

  void join(const std::string& name, const std::string& key, Waiter& waiter) {
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const Group& known) { return known.name == name; });
    if (group == groups.end()) group = groups.insert(groups.end(), Group{name, {}});
    auto queue = std::find_if(group->queues.begin(), group->queues.end(),
                              [&](const Queue& known) { return known.key == key; });
    if (queue == group->queues.end()) queue = group->queues.insert(group->queues.end(), Queue{key, {}});
    queue->waiters.push_back(&waiter);
  }

  void leave(Waiter& waiter) {
    for (Group& group : groups) {
      for (Queue& queue : group.queues) std::erase(queue.waiters, &waiter);
      std::erase_if(group.queues, [](const Queue& queue) { return queue.waiters.empty(); });
    }
    std::erase_if(groups, [](const Group& group) { return group.queues.empty(); });
  }

  // Hands the place over rather than freeing it, so that a newcomer can't overtake.
  void release() {
    if (groups.empty()) {
      ++free;
      return;
    }
    Group group = std::move(groups.front());
    groups.pop_front();
    Queue queue = std::move(group.queues.front());
    group.queues.pop_front();
    Waiter* next = queue.waiters.front();
    queue.waiters.pop_front();
    if (!queue.waiters.empty()) group.queues.push_back(std::move(queue));
    if (!group.queues.empty()) groups.push_back(std::move(group));
    next->granted = true;
    next->timer.cancel();
  }

  asio::any_io_executor executor;
  std::size_t free;
  std::deque<Group> groups;  // with waiters, the next one first
};

namespace {

template <class State>
struct Holder {
  explicit Holder(std::shared_ptr<State> owner) : state(std::move(owner)) {}
  ~Holder() { state->release(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  std::shared_ptr<State> state;
};

// In the queue for as long as its coroutine waits; a place that came too late goes to the next one.
template <class State>
class Waiting {
 public:
  Waiting(State& state, const std::string& group, const std::string& key)
      : state_(state), waiter_(state.executor) {
    state_.join(group, key, waiter_);
  }
  ~Waiting() {
    if (!waiter_.granted) {
      state_.leave(waiter_);
    } else if (!is_taken_) {
      state_.release();
    }
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  asio::steady_timer& timer() { return waiter_.timer; }
  bool take() { return is_taken_ = waiter_.granted; }

 private:
  State& state_;
  typename State::Waiter waiter_;
  bool is_taken_ = false;
};

template <class State>
Awaitable<FairGate::Place> enter_gate(std::shared_ptr<State> state, std::string group, std::string key) {
  if (state->free > 0) {
    --state->free;
  } else {
    Waiting waiting(*state, group, key);
    boost::system::error_code ignored;
    co_await waiting.timer().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!waiting.take()) throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return FairGate::Place(std::make_shared<Holder<State>>(state));
}

}  // namespace

FairGate::FairGate(asio::any_io_executor executor, std::size_t places)
    : state_(std::make_shared<State>(std::move(executor), places)) {}
FairGate::~FairGate() = default;

Awaitable<FairGate::Place> FairGate::enter(std::string group, std::string key) {
  return enter_gate(state_, std::move(group), std::move(key));
}

}  // namespace diffgate::app
