#include "app/commands/event_loop.hpp"

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "net/error.hpp"

namespace diffgate::app {
namespace {

struct Outcome {
  bool is_done = false;
  bool is_interrupted = false;
  std::exception_ptr error;
};

Awaitable<void> run_and_tell(Awaitable<void> task, Outcome& outcome, asio::signal_set& signals) {
  try {
    co_await std::move(task);
    outcome.is_done = true;
  } catch (...) {
    outcome.error = std::current_exception();
  }
  signals.cancel();
}

}  // namespace

EventLoop::EventLoop() = default;
EventLoop::~EventLoop() = default;

void EventLoop::run(Awaitable<void> task) {
  Outcome outcome;
  TaskGroup group(executor(),
                  [&outcome](const std::string&, const std::exception_ptr& error) { outcome.error = error; });
  asio::signal_set signals(executor(), SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    outcome.is_interrupted = true;
    group.cancel();
  });
  group.spawn("command", run_and_tell(std::move(task), outcome, signals));
  context_.restart();
  context_.run();
  if (outcome.is_done) return;
  if (outcome.is_interrupted) throw Error(ErrorClass::remote_final, "interrupted");
  if (outcome.error) std::rethrow_exception(outcome.error);
  throw Error(ErrorClass::internal, "the command's task ended without a result");
}

}  // namespace diffgate::app
