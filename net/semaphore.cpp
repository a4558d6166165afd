#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <deque>

#include "net/async.hpp"

namespace diffgate {

struct Semaphore::State {
  // A coroutine in the queue. Its timer never expires: a permit wakes it by cancelling the timer.
  struct Waiter {
    explicit Waiter(const asio::any_io_executor& executor)
        : timer(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;
    bool granted = false;
  };

  State(asio::any_io_executor where, std::size_t how_many) : executor(std::move(where)), permits(how_many) {}

  // Handed over rather than freed, so that a newcomer can't overtake the queue.
  void let_in() {
    while (taken < permits && !queue.empty()) {
      Waiter* next = queue.front();
      queue.pop_front();
      ++taken;
      next->granted = true;
      next->timer.cancel();
    }
  }

  void release() {
    --taken;
    let_in();
  }

  asio::any_io_executor executor;
  std::size_t permits;
  std::size_t taken = 0;  // more than `permits` while those are being taken back
  std::deque<Waiter*> queue;
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

// A place in the queue; gives up the place, or the permit that came too late, when its coroutine ends.
template <class State>
class Place {
 public:
  explicit Place(State& state) : state_(state), waiter_(state.executor) { state_.queue.push_back(&waiter_); }
  ~Place() {
    if (waiter_.granted) {
      if (!taken_) state_.release();
    } else {
      std::erase(state_.queue, &waiter_);
    }
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  asio::steady_timer& timer() { return waiter_.timer; }
  bool take() { return taken_ = waiter_.granted; }

 private:
  State& state_;
  typename State::Waiter waiter_;
  bool taken_ = false;
};

template <class State>
Awaitable<Semaphore::Permit> acquire_from(std::shared_ptr<State> state) {
  if (state->taken < state->permits) {  // then nobody waits
    ++state->taken;
  } else {
    Place place(*state);
    boost::system::error_code error;
    co_await place.timer().async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!place.take()) throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return Semaphore::Permit(std::make_shared<Holder<State>>(state));
}

}  // namespace

Semaphore::Semaphore(const asio::any_io_executor& executor, std::size_t permits)
    : state_(std::make_shared<State>(executor, permits)) {}
Semaphore::~Semaphore() = default;

Awaitable<Semaphore::Permit> Semaphore::acquire() { return acquire_from(state_); }

void Semaphore::set_permits(std::size_t permits) {
  state_->permits = permits;
  state_->let_in();
}

std::size_t Semaphore::taken() const { return state_->taken; }
std::size_t Semaphore::waiting() const { return state_->queue.size(); }

}  // namespace diffgate
