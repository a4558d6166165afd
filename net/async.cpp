#include "net/async.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <vector>

#include "net/error.hpp"

namespace diffgate {
namespace {

[[noreturn]] void throw_cancelled() { throw boost::system::system_error(asio::error::operation_aborted); }

// An operation and the timer that ends it. Both completions and the caller's cancellation hold it.
struct Race {
  Race(const asio::any_io_executor& executor, std::chrono::milliseconds limit) : timer(executor, limit) {}

  void cancel(asio::cancellation_type type) {
    if (!finished) signal.emit(type);
  }

  asio::steady_timer timer;
  asio::cancellation_signal signal;
  bool finished = false;
  bool timed_out = false;
  std::exception_ptr error;
};

template <class Handler>
void start_race(const asio::any_io_executor& executor, const std::shared_ptr<Race>& race,
                Awaitable<void> operation, Handler handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  if (slot.is_connected()) {
    slot.assign([race](asio::cancellation_type type) { race->cancel(type); });
  }
  race->timer.async_wait([race](const boost::system::error_code& error) {
    if (error || race->finished) return;
    race->timed_out = true;
    race->cancel(asio::cancellation_type::terminal);
  });
  auto finish = [race, resume = std::move(handler)](const std::exception_ptr& error) mutable {
    race->finished = true;
    race->error = error;
    race->timer.cancel();
    std::move(resume)();
  };
  asio::co_spawn(executor, std::move(operation),
                 asio::bind_cancellation_slot(race->signal.slot(), std::move(finish)));
}

std::string time_out_text(const std::string& what, std::chrono::milliseconds limit) {
  return fmt::format("{}: no answer within {:g} s", what, static_cast<double>(limit.count()) / 1000);
}

}  // namespace

Awaitable<void> with_timeout(std::chrono::milliseconds limit, std::string what, Awaitable<void> operation) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto race = std::make_shared<Race>(executor, limit);
  auto start = [&](auto handler) { start_race(executor, race, std::move(operation), std::move(handler)); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start), asio::use_awaitable);
  if (!race->error) co_return;
  // After the limit an error is what the cancellation made of the operation, whatever its text.
  if (race->timed_out) throw Error(ErrorClass::remote_transient, time_out_text(what, limit));
  std::rethrow_exception(race->error);
}

class BlockingPool::Threads {
 public:
  explicit Threads(std::size_t count) : pool_(std::max<std::size_t>(count, 1)) {}
  ~Threads() { pool_.join(); }

  void post(std::function<void()> job) { asio::post(pool_, std::move(job)); }

 private:
  asio::thread_pool pool_;
};

BlockingPool::BlockingPool(std::size_t threads) : threads_(std::make_unique<Threads>(threads)) {}
BlockingPool::~BlockingPool() = default;

void BlockingPool::post(std::function<void()> job) { threads_->post(std::move(job)); }

void async_detail::start_blocking(BlockingPool& pool, const asio::any_io_executor& executor,
                                  std::function<void()> job, std::function<void()> resume) {
  auto tracked = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  pool.post([tracked, job = std::move(job), resume = std::move(resume)]() mutable {
    job();
    auto left = std::make_shared<std::atomic<bool>>(false);
    {
      const asio::any_io_executor home = std::move(tracked);
      // Whoever is resumed may destroy the loop at once, so this thread must have left it by then. That takes
      // no longer than the end of `post`.
      asio::post(home, [left, resume = std::move(resume)] {
        left->wait(false);
        resume();
      });
    }
    left->store(true);
    left->notify_one();
  });
}

void spawn(const asio::any_io_executor& executor, std::string name, Awaitable<void> task,
           std::function<void(const std::string& name, const std::exception_ptr&)> on_error) {
  asio::co_spawn(executor, std::move(task),
                 [name = std::move(name), on_error = std::move(on_error)](const std::exception_ptr& error) {
                   if (error && !is_cancellation(error)) on_error(name, error);
                 });
}

struct TaskGroup::State {
  struct Entry;

  explicit State(asio::any_io_executor where) : executor(std::move(where)) {}

  asio::any_io_executor executor;
  std::function<void(const std::string&, const std::exception_ptr&)> on_error;
  std::list<Entry*> tasks;
  std::list<asio::steady_timer*> waiters;
};

// A running task. It leaves the group when it ends, or when the event loop is destroyed under it.
struct TaskGroup::State::Entry : std::enable_shared_from_this<Entry> {
  explicit Entry(std::shared_ptr<State> owner)
      : state(std::move(owner)), at(state->tasks.insert(state->tasks.end(), this)) {}
  ~Entry() { leave(); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  void leave() {
    if (left) return;
    left = true;
    state->tasks.erase(at);
    if (!state->tasks.empty()) return;
    for (asio::steady_timer* waiter : state->waiters) waiter->cancel();
  }

  std::shared_ptr<State> state;
  std::list<Entry*>::iterator at;
  bool left = false;
  asio::cancellation_signal signal;
};

TaskGroup::TaskGroup(asio::any_io_executor executor,
                     std::function<void(const std::string& name, const std::exception_ptr&)> on_error)
    : state_(std::make_shared<State>(std::move(executor))) {
  state_->on_error = std::move(on_error);
}

// Does not cancel: a group may go down with the event loop itself, whose tasks must not be touched any more.
TaskGroup::~TaskGroup() = default;

void TaskGroup::spawn(std::string name, Awaitable<void> task) {
  auto entry = std::make_shared<State::Entry>(state_);
  auto finish = [entry, name = std::move(name)](const std::exception_ptr& error) {
    const std::shared_ptr<State> state = entry->state;
    entry->leave();
    if (error && !is_cancellation(error)) state->on_error(name, error);
  };
  asio::co_spawn(state_->executor, std::move(task),
                 asio::bind_cancellation_slot(entry->signal.slot(), std::move(finish)));
}

void TaskGroup::cancel() {
  // A task may end while the signals go out, so the list must not be walked itself.
  std::vector<std::shared_ptr<State::Entry>> running;
  for (State::Entry* entry : state_->tasks) running.push_back(entry->shared_from_this());
  for (const auto& entry : running) entry->signal.emit(asio::cancellation_type::terminal);
}

namespace {

// Enters a timer into a list for as long as its coroutine waits.
class Registration {
 public:
  Registration(std::list<asio::steady_timer*>& list, asio::steady_timer& timer)
      : list_(list), entry_(list.insert(list.end(), &timer)) {}
  ~Registration() { list_.erase(entry_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  std::list<asio::steady_timer*>& list_;
  std::list<asio::steady_timer*>::iterator entry_;
};

template <class State>
Awaitable<bool> wait_until_empty(std::shared_ptr<State> state, std::chrono::milliseconds limit) {
  asio::steady_timer timer(co_await asio::this_coro::executor, limit);
  const Registration registration(state->waiters, timer);
  while (!state->tasks.empty()) {
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!error) break;
    const asio::cancellation_state cancelled = co_await asio::this_coro::cancellation_state;
    if (cancelled.cancelled() != asio::cancellation_type::none) throw_cancelled();
  }
  const bool none = state->tasks.empty();
  co_return none;
}

}  // namespace

Awaitable<bool> TaskGroup::wait(std::chrono::milliseconds limit) { return wait_until_empty(state_, limit); }

std::size_t TaskGroup::size() const { return state_->tasks.size(); }

bool is_cancellation(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& known) {
    return known.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace diffgate
