#include "app/pipeline/run_board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/log.hpp"
#include "net/error.hpp"
#include "net/retry.hpp"

namespace diffgate::app {
namespace {

using std::chrono::seconds;

// After each transient failure of an attempt; a run that fails once more has failed.
constexpr std::array kRunBackOff = {seconds(10), seconds(60), seconds(300)};
// After each failed publication; the last one repeats, for about a day. What is not published by then is
// tried at the next start.
constexpr std::array kPublishBackOff = {seconds(5),   seconds(15),  seconds(60),  seconds(120),
                                        seconds(300), seconds(600), seconds(900), seconds(1'800)};
constexpr std::size_t kPublishTries = 54;
constexpr std::chrono::minutes kHaltLimit{2};  // a statement's cancel that the warehouse never answers

std::string id_text(RunId id) { return std::to_string(id.value()); }

void log_escaped(const std::string& name, const std::exception_ptr& error) {
  log(LogLevel::error, "task failed", {{"task", name}, {"reason", error_line(error)}});
}

// What stopped a run, as the pipeline reacts to it.
struct Failure {
  bool is_transient = false;
  bool is_final = false;  // whatever anybody mends
  std::string line;
  std::string hint;
};

Failure describe(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    Failure failure;
    failure.is_transient = error.error_class() == ErrorClass::remote_transient;
    failure.is_final =
        error.error_class() == ErrorClass::remote_final || error.error_class() == ErrorClass::internal;
    failure.line = error.what();
    return failure;
  } catch (const std::exception& error) {
    return {false, true, "internal error: " + error_line(error),
            "this is a defect of diffgate; the log has more"};
  }
}

}  // namespace

struct RunBoard::Active {
  Active(const asio::any_io_executor& executor, std::function<void()> changed)
      : tasks(executor, log_escaped), progress(executor, std::move(changed)) {}

  TaskGroup tasks;
  RunProgress progress;
  ProjectId project;
};

RunBoard::RunBoard(Services& services, std::function<void()> changed)
    : services_(services), changed_(std::move(changed)), gate_(services.executor, services.concurrent_runs) {}

RunBoard::~RunBoard() = default;

std::shared_ptr<RunBoard::Active> RunBoard::enter(RunId id) {
  if (is_stopping_ || active_.contains(id)) return nullptr;
  auto active = std::make_shared<Active>(services_.executor, changed_);
  active_.emplace(id, active);
  changed_();
  return active;
}

void RunBoard::leave(RunId id, const Active* active) {
  const auto found = active_.find(id);
  if (found != active_.end() && found->second.get() == active) active_.erase(found);
  changed_();
}

void RunBoard::start(RunInput input) {
  const RunId id = input.run.id;
  const std::shared_ptr<Active> active = enter(id);
  if (!active) return;
  active->project = input.run.key.project;
  active->tasks.spawn("run " + id_text(id), work(active, std::make_shared<const RunInput>(std::move(input))));
}

void RunBoard::publish(Run run) {
  const std::shared_ptr<Active> active = enter(run.id);
  if (!active) return;
  active->tasks.spawn("publish run " + id_text(run.id), publish_alone(active, run.id));
}

namespace {

// Calls back in whatever way a coroutine ends.
template <class Callback>
class AtEnd {
 public:
  explicit AtEnd(Callback callback) : callback_(std::move(callback)) {}
  ~AtEnd() { callback_(); }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  Callback callback_;
};

}  // namespace

Awaitable<void> RunBoard::work(std::shared_ptr<Active> active, std::shared_ptr<const RunInput> input) {
  const RunId id = input->run.id;
  const AtEnd end([this, id, raw = active.get()] { leave(id, raw); });
  co_await work_with_retries(active, input);
  co_await publish_now(active, id);
}

Awaitable<void> RunBoard::work_with_retries(std::shared_ptr<Active> active,
                                            std::shared_ptr<const RunInput> input) {
  const RunId id = input->run.id;
  auto failures = static_cast<std::size_t>(input->run.failures);
  UtcTime not_before = input->run.not_before;
  for (;;) {
    const UtcTime now = services_.clock.now();
    if (not_before > now) {
      active->progress.set_resting(true);
      co_await services_.clock.sleep_for(std::chrono::ceil<std::chrono::milliseconds>(not_before - now));
      active->progress.set_resting(false);
    }
    std::exception_ptr stopped;
    try {
      co_await work_on_run(services_, gate_, active->tasks, active->progress, input);
      co_return;
    } catch (...) {
      stopped = std::current_exception();  // described below
    }
    if (is_cancellation(stopped)) std::rethrow_exception(stopped);
    const Failure failure = describe(stopped);
    if (const auto until = net::limited_until(stopped)) {
      not_before = *until;  // nobody's failure
      log(LogLevel::info, "run waits for the forge's rate limit",
          {{"run", id_text(id)}, {"reason", failure.line}});
      co_await services_.store.back_off_run(id, failure.line, not_before);
      continue;
    }
    log(LogLevel::warning, "run stopped", {{"run", id_text(id)}, {"reason", failure.line}});
    if (!failure.is_transient || failures >= kRunBackOff.size()) {
      Outcome outcome =
          error_outcome(input->run, failure.line, failure.hint, input->rules.report_errors_as_success);
      outcome = made_visible(std::move(outcome), services_.forge(input->run.key.forge).limits(),
                             input->rules.comment);
      co_await services_.store.conclude_run(id, RunState::failed, "error", failure.line, std::move(outcome),
                                            {}, services_.clock.now());
      co_return;
    }
    not_before = services_.clock.now() + kRunBackOff.at(failures);
    ++failures;
    co_await services_.store.back_off_run(id, failure.line, not_before);
  }
}

Awaitable<void> RunBoard::publish_alone(std::shared_ptr<Active> active, RunId id) {
  const AtEnd end([this, id, raw = active.get()] { leave(id, raw); });
  co_await publish_now(active, id);
}

Awaitable<void> RunBoard::publish_now(std::shared_ptr<Active> active, RunId id) {
  std::size_t failures = 0;
  for (;;) {
    std::optional<Run> run = co_await services_.store.run(id);
    if (!run || !is_final(run->state) || run->is_published) co_return;
    // The repository may have moved, and the App been installed anew, since the run began.
    const auto repo = co_await services_.store.repository_of_project(run->key.project);
    if (repo && repo->forge == run->key.forge && repo->id == run->key.repo) run->repository = *repo;
    // Nobody would take it; it is published once the installation goes on.
    if (services_.is_stopped(run->repository)) co_return;
    std::optional<Outcome> outcome = co_await services_.store.outcome(id);
    std::exception_ptr stopped;
    try {
      Publisher publisher(services_);
      if (outcome) co_await publisher.final_state(*run, std::move(*outcome));
    } catch (...) {
      stopped = std::current_exception();  // described below
    }
    if (!stopped) {
      co_await services_.store.mark_published(id);
      log(LogLevel::info, "run ended",
          {{"run", id_text(id)}, {"state", std::string(name_of(run->state))}, {"reason", run->reason}});
      co_return;
    }
    if (is_cancellation(stopped)) std::rethrow_exception(stopped);
    if (const auto until = net::limited_until(stopped)) {
      active->progress.set_resting(true);
      co_await services_.clock.sleep_for(
          std::chrono::ceil<std::chrono::milliseconds>(*until - services_.clock.now()));
      active->progress.set_resting(false);
      continue;
    }
    const Failure failure = describe(stopped);
    log(LogLevel::error, "outcome not published", {{"run", id_text(id)}, {"reason", failure.line}});
    if (failure.is_final) {
      // The forge will never take it: the repository or the commit is gone.
      co_await services_.store.mark_published(id);
      co_return;
    }
    if (++failures >= kPublishTries) co_return;
    active->progress.set_resting(true);
    co_await services_.clock.sleep_for(kPublishBackOff.at(std::min(failures, kPublishBackOff.size()) - 1));
    active->progress.set_resting(false);
  }
}

Awaitable<void> RunBoard::halt(RunId id) {
  const auto found = active_.find(id);
  if (found == active_.end()) co_return;
  const std::shared_ptr<Active> active = found->second;
  active->tasks.cancel();
  const bool has_ended = co_await active->tasks.wait(kHaltLimit);
  if (!has_ended) log(LogLevel::error, "a cancelled run does not stop", {{"run", id_text(id)}});
}

Awaitable<void> RunBoard::cancel(Run run, std::string code, std::string reason) {
  co_await halt(run.id);
  Outcome outcome = cancelled_outcome(reason);
  log(LogLevel::info, "run cancelled", {{"run", id_text(run.id)}, {"reason", reason}});
  co_await services_.store.conclude_run(run.id, RunState::cancelled, std::move(code), std::move(reason),
                                        std::move(outcome), {}, services_.clock.now());
  publish(std::move(run));
}

Awaitable<void> RunBoard::published(RunId id) {
  const auto found = active_.find(id);
  if (found == active_.end()) co_return;
  const std::shared_ptr<Active> active = found->second;
  co_await active->tasks.wait(seconds(30));
}

Awaitable<void> RunBoard::conclude(Run run, RunState state, std::string code, Outcome outcome) {
  std::string reason = outcome.title;
  co_await services_.store.conclude_run(run.id, state, std::move(code), std::move(reason), std::move(outcome),
                                        {}, services_.clock.now());
  publish(std::move(run));
}

Awaitable<std::optional<Run>> RunBoard::restart(Run run, Restart how) {
  co_await halt(run.id);
  co_return co_await services_.store.restart_run(run.id, how, services_.clock.now());
}

void RunBoard::look_again() {
  for (const auto& [id, active] : active_) active->progress.bell.ring();
}

void RunBoard::build_moved(ProjectId project) {
  for (const auto& [id, active] : active_) {
    if (active->project != project) continue;
    active->progress.build_has_moved = true;
    active->progress.bell.ring();
  }
}

std::size_t RunBoard::busy() const {
  const auto is_busy = [](const auto& entry) { return !entry.second->progress.is_resting; };
  return static_cast<std::size_t>(std::count_if(active_.begin(), active_.end(), is_busy));
}

Awaitable<void> RunBoard::stop(std::chrono::milliseconds grace) {
  is_stopping_ = true;
  std::vector<std::shared_ptr<Active>> all;
  all.reserve(active_.size());
  for (const auto& [id, active] : active_) all.push_back(active);
  for (const auto& active : all) {
    if (active->progress.is_resting) active->tasks.cancel();
  }
  const UtcTime begin = std::chrono::system_clock::now();
  for (const auto& active : all) {
    const auto spent =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now() - begin);
    co_await active->tasks.wait(std::max(grace - spent, std::chrono::milliseconds(0)));
  }
  for (const auto& active : all) active->tasks.cancel();
  for (const auto& active : all) co_await active->tasks.wait(std::chrono::seconds(10));
}

}  // namespace diffgate::app
